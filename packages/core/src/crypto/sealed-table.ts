import type { RowId, Tenant } from "../ports/ids.ts";

/** A stored row that holds something sealed, indexed or hashed under a key. */
export interface SealedRow {
  readonly id: RowId;
  /** Every key it needs to be read or found. */
  readonly keyIds: readonly string[];
  /** Writes it again under the current key; false when it changed meanwhile. Null: only its owner can. */
  readonly renew: (() => Promise<boolean>) | null;
}

export interface SealedPage {
  readonly rows: readonly SealedRow[];
  /** Where the next page begins; null behind the last row. */
  readonly next: string | null;
}

/**
 * One table of a tenant as a key rotation sees it. Duties: `page` visits every row that needs another key than
 * `currentKeyId` at least once, and may leave out the others.
 */
export interface SealedTable {
  readonly name: string;
  page(tenant: Tenant, currentKeyId: string, after: string | null, limit: number): Promise<SealedPage>;
}
