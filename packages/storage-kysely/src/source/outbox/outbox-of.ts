import { wordsOf } from "../database/words-of.ts";
import type { HostDb } from "../options.ts";
import type { Outbox } from "./outbox.ts";
import { postgresOutbox } from "./postgres-outbox.ts";
import { sqliteOutbox } from "./sqlite-outbox.ts";

export function outboxOf(db: HostDb): Outbox {
  return wordsOf(db).database === "postgres" ? postgresOutbox : sqliteOutbox;
}
