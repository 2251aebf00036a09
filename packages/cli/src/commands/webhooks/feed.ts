/** One element of a webhook body (hubspot-facts §5.1), as it is delivered. */
export interface TailEvent {
  readonly eventId: number;
  readonly portalId: number;
  readonly occurredAt: number;
  readonly subscriptionType: string;
  readonly objectId?: number;
  readonly [field: string]: unknown;
}

export interface Feed {
  readonly source: "journal" | "search";
  /** What happened since the last call; empty when nothing did. */
  next(): Promise<readonly TailEvent[]>;
}
