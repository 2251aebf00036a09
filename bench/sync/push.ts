/**
 * Takes `n` rows of a table over into an empty account, edits every row, and takes the edits over, in virtual time and in
 * a process of its own. Prints what both passes took.
 */
import { field } from "@hubspoke/core/sync";
import { type Measured, onBed, residentMegabytes } from "./bed.ts";

export interface Pushes {
  /** Rows that HubSpot does not have: looked for, created, linked. */
  readonly creates: Measured;
  /** Rows that were edited since: read, written, and looked at again. */
  readonly edits: Measured;
  /** At most, over both. */
  readonly residentMegabytes: number;
}

const n = Number(process.argv[2]);
const fields = {
  email: field("email", { owner: "local" }),
  first: field("firstname", { owner: "local" }),
  last: field("lastname", { owner: "local" }),
};
const pushes = await onBed(
  n,
  { listed: 0, fields },
  async ({ portal, table, sync, wait, measured }): Promise<Pushes> => {
    table.fill(n);
    const creates = await measured((options) => sync.backfill(options));
    if (portal.there() !== n) throw new Error(`${portal.there()} of ${n} rows were taken over`);
    // A base as young as the pass would have to be read again.
    await wait(60_000);
    table.edit();
    const edits = await measured((options) => sync.reconcile(options));
    if (portal.edited() !== n) throw new Error(`${portal.edited()} of ${n} edits were taken over`);
    return { creates, edits, residentMegabytes: residentMegabytes() };
  },
);
console.log(JSON.stringify(pushes));
