export type ProcessingType = "MANUAL" | "SNAPSHOT" | "DYNAMIC";

export interface ListDraft {
  readonly name: string;
  readonly objectTypeId: string;
  readonly processingType: ProcessingType;
  readonly filterBranch: unknown;
  readonly customProperties: Readonly<Record<string, string>>;
}

export interface ObjectList extends ListDraft {
  readonly id: string;
  readonly version: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly filtersUpdatedAt: number;
  /** When its filters have been worked out; nobody is on it before. */
  readonly readyAt: number;
  readonly deletedAt: number | undefined;
}

/** A record came to a list or left it. */
export interface MembershipChange {
  readonly list: ObjectList;
  readonly recordId: string;
  readonly added: boolean;
  readonly at: number;
}
