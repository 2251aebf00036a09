/** Who changed a record: what history and webhooks call source (hubspot-facts §5.1, reliability §3 "Echo"). */
export interface ChangeSource {
  /** "INTEGRATION" for a write by API, "CRM_UI" for a user in HubSpot. */
  readonly type: string;
  /** The app id, or `userId:<n>`. */
  readonly id: string;
  /** Of a change by a person; absent for an app's. */
  readonly userId?: number;
}

/** One write: the properties it changed, with `""` for a cleared one. */
export interface Revision {
  readonly at: number;
  readonly source: ChangeSource;
  readonly values: Readonly<Record<string, string>>;
}

/** A record's values at one moment. Immutable, so that the search index can lag behind by keeping an older one. */
export interface Snapshot {
  readonly values: Readonly<Record<string, string>>;
  readonly updatedAt: number;
  /** Counts the record's states: several may share one instant. */
  readonly version: number;
  /** Calculated properties, worked out when first asked for. */
  derived?: Readonly<Record<string, string>>;
}

export interface SimRecord {
  readonly id: string;
  /** The id as a number: the order of lists and of searches by `hs_object_id`. */
  readonly num: number;
  readonly createdAt: number;
  snapshot: Snapshot;
  /** Oldest first; the first one is the creation. */
  readonly revisions: Revision[];
  archivedAt: number | undefined;
  /** What search sees; `undefined` while it does not see the record at all. */
  indexed: Snapshot | undefined;
  /** How many merges made it. */
  readonly merges: number;
}

/** A record as tests read it. */
export interface RecordView {
  /** Decimal digits. */
  readonly id: string;
  /** As stored, calculated ones included; a property without a value is absent. */
  readonly properties: Readonly<Record<string, string>>;
  /** Epoch ms, by the simulator's clock. */
  readonly createdAt: number;
  /** Epoch ms of the last change of any property, calculated ones included. */
  readonly updatedAt: number;
  /** Epoch ms; undefined while it is live. */
  readonly archivedAt: number | undefined;
}
