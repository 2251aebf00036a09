import type { RawBuilder } from "kysely";
import type { ChangeFeed } from "../feed.ts";
import type { Layout } from "../layout.ts";
import type { HostDb } from "../options.ts";
import type { OutboxShape } from "./shape.ts";

/** The notes about one source's table. */
export interface Notes extends Pick<ChangeFeed, "start" | "after"> {
  /** Where a note is the version of a row: refuses triggers that do not see all the source needs. */
  refuseBlind?(db: HostDb): Promise<void>;
}

/** The notes about a table's changes, as one database keeps them. */
export interface Outbox {
  /** In a transaction: the tables, and the triggers anew. */
  install(tx: HostDb, shape: OutboxShape): Promise<void>;
  /** In a transaction: the triggers and the table's notes. */
  remove(tx: HostDb, table: string): Promise<void>;
  /** What the installed triggers see; null when any of them is missing. */
  shape(db: HostDb, table: string): Promise<OutboxShape | null>;
  /**
   * Reads the notes of one source. `softlyDeleted`: whether the noted row `c` is there and softly deleted. `refuseUnseen`
   * throws for triggers that do not see all the source needs: those of a running source can become others, or none.
   */
  feed(layout: Layout, softlyDeleted: RawBuilder<unknown>, refuseUnseen: (shape: OutboxShape | null) => void): Notes;
}

/** Why a cursor can not be gone on from. */
export const untold = {
  restored: "the database is older than the cursor, as after a restore",
  anew: "its outbox was installed anew, and did not see all that came after the cursor",
} as const;
