/**
 * Brings `n` contacts over into an empty table, then reconciles the two, which are equal, in virtual time and in a
 * process of its own. Prints what both passes took.
 */
import { field } from "@hubspoke/core/sync";
import { type Measured, onBed, residentMegabytes } from "./bed.ts";

export interface Passes {
  readonly pull: Measured;
  readonly reconcile: Measured;
  /** At most, over both. */
  readonly residentMegabytes: number;
}

const n = Number(process.argv[2]);
const fields = {
  email: field("email", { owner: "hubspot" }),
  first: field("firstname", { owner: "hubspot" }),
  last: field("lastname", { owner: "hubspot" }),
};
const passes = await onBed(n, { listed: n, fields }, async ({ table, sync, wait, measured }): Promise<Passes> => {
  const pull = await measured((options) => sync.backfill(options));
  if (table.rows() !== n) throw new Error(`${table.rows()} of ${n} contacts came over`);
  // A base as young as the pass would have to be read again.
  await wait(60_000);
  const reconcile = await measured((options) => sync.reconcile(options));
  return { pull, reconcile, residentMegabytes: residentMegabytes() };
});
console.log(JSON.stringify(passes));
