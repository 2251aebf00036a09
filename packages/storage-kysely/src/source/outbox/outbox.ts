import type { LocalChange, Tenant } from "@hubspoke/core/ports";
import type { RawBuilder } from "kysely";
import type { Layout } from "../layout.ts";
import type { HostDb } from "../options.ts";
import type { OutboxShape } from "./shape.ts";

/** The notes about a table's changes, as one database keeps them. */
export interface Outbox {
  /** In a transaction: the tables, and the triggers anew. */
  install(tx: HostDb, shape: OutboxShape): Promise<void>;
  /** In a transaction: the triggers and the table's notes. */
  remove(tx: HostDb, table: string): Promise<void>;
  /** What the installed triggers see; null when any of them is missing. */
  shape(db: HostDb, table: string): Promise<OutboxShape | null>;
  /** Where the notes stand: all that happens from now on is after it. */
  start(db: HostDb): Promise<unknown>;
  after(
    db: HostDb,
    asked: Asked,
  ): Promise<{ readonly changes: readonly LocalChange[]; readonly position: unknown; readonly more: boolean }>;
}

export interface Asked {
  readonly layout: Layout;
  readonly tenant: Tenant;
  readonly position: unknown;
  readonly limit: number;
  /** Whether the noted row `c` is there and softly deleted. */
  readonly softlyDeleted: RawBuilder<unknown>;
}
