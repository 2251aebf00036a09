import type { Words } from "../database/words.ts";
import type { Outbox } from "./outbox.ts";
import { postgresOutbox } from "./postgres-outbox.ts";
import { sqliteOutbox } from "./sqlite-outbox.ts";

export function outboxOf({ database }: Words): Outbox {
  return database === "postgres" ? postgresOutbox : sqliteOutbox;
}
