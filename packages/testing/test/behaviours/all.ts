import { ACCOUNT_WIDE } from "./account-wide.ts";
import { ASSOCIATIONS } from "./associations.ts";
import { BATCHES } from "./batches.ts";
import type { Behaviour } from "./behaviour.ts";
import { CONTACTS } from "./contacts.ts";
import { MERGES } from "./merges.ts";
import { OBJECTS } from "./objects.ts";
import { PLATFORM } from "./platform.ts";
import { SEARCHES } from "./search.ts";
import { TRAFFIC } from "./traffic.ts";
import { VALUES } from "./values.ts";
import { WEBHOOK_SIGNATURES } from "./webhook-signatures.ts";
import { WEBHOOKS } from "./webhooks.ts";

/** Everything the simulator claims, by subject. */
export const BEHAVIOURS: Readonly<Record<string, readonly Behaviour[]>> = {
  "One record at a time": OBJECTS,
  Contacts: CONTACTS,
  "Values and definitions": VALUES,
  "Many records at once": BATCHES,
  "Merges and privacy": MERGES,
  Search: SEARCHES,
  Associations: ASSOCIATIONS,
  "Pipelines, owners, schemas, account, OAuth": ACCOUNT_WIDE,
  "Limits, bad input, faults": TRAFFIC,
  Webhooks: [...WEBHOOKS, ...WEBHOOK_SIGNATURES],
  "Files, lists, imports, journal, timeline, workflows": PLATFORM,
};
