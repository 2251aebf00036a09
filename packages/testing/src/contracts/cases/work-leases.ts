import type { ClaimedWork, Storage, WorkStore } from "@hubspoke/core/ports";
import { holds, same, sorted } from "../check.ts";
import type { ContractCase } from "../contract.ts";
import { workMark } from "../rows.ts";

const claim = (work: WorkStore, now: number, limit = 100, queue = "leads"): Promise<readonly ClaimedWork[]> =>
  work.claim({ tenant: "a", queue, now, leaseMs: 100, limit });
const waiting = async (work: WorkStore): Promise<number> => (await work.depth("a", "leads")).waiting;
const keys = (rows: readonly { readonly key: string }[]): string[] => rows.map((row) => row.key);

/** Who may finish a record, and when somebody else may. */
export const workLeaseCases: readonly ContractCase<Pick<Storage, "work">>[] = [
  {
    id: "work.lease.exclusive",
    async run(t) {
      const { work } = await t.open();
      await work.mark([workMark("1")], 0);
      const [first] = await claim(work, t.now);
      same(await claim(work, t.now + 99), [], "a live claim excludes others");
      same(await claim(work, t.now - 1_000), [], "a clock that goes back frees nothing");
      const [second] = await claim(work, t.now + 100);
      holds((second?.fence ?? 0) > (first?.fence ?? 0), "a lapsed claim is taken over under a higher fence");
      same(second?.tries, 1, "and counts as a try");
    },
  },
  {
    id: "work.complete",
    async run(t) {
      const { work } = await t.open();
      await work.mark([workMark("1"), workMark("2")], 0);
      const claimed = await claim(work, 0);
      await work.complete(claimed.slice(0, 1));
      same(await waiting(work), 1, "what is complete is gone");
      await work.complete(claimed);
      same([await waiting(work), await claim(work, t.now)], [0, []], "completing again is harmless");
    },
  },
  {
    id: "work.complete.marked-meanwhile",
    async run(t) {
      const { work } = await t.open();
      await work.mark([workMark("1")], 0);
      const claimed = await claim(work, 0);
      await work.mark([workMark("1", { availableAt: 20 })], 10);
      same(await claim(work, 50), [], "a mark does not break the claim");
      await work.complete(claimed);
      same(await waiting(work), 1, "a record marked since it was claimed stays dirty");
      same(await claim(work, 19), [], "until the new mark's time");
      same((await claim(work, 20))[0]?.seq, 2, "then it is claimable");
    },
  },
  {
    id: "work.complete.old-fence",
    async run(t) {
      const { work } = await t.open();
      await work.mark([workMark("1")], 0);
      const old = await claim(work, 0);
      const current = await claim(work, 100);
      await work.complete(old);
      same(await waiting(work), 1, "a worker that slept past its lease completes nothing");
      same(await claim(work, 150), [], "and does not free the new holder's claim");
      await work.retry(old, 0, "TIMEOUT");
      same(await claim(work, 150), [], "neither by a retry");
      await work.complete(current);
      same(await waiting(work), 0, "the holder completes");
    },
  },
  {
    id: "work.complete.reborn",
    async run(t) {
      const { work } = await t.open();
      await work.mark([workMark("1")], 0);
      const asleep = await claim(work, 0);
      await work.complete(await claim(work, 100));
      await work.mark([workMark("1")], 200);
      await claim(work, 200);
      await work.complete(asleep);
      same(await waiting(work), 1, "a fence of a record's former life does not complete its new one");
    },
  },
  {
    id: "work.renew",
    async run(t) {
      const { work } = await t.open();
      await work.mark([workMark("1"), workMark("2"), workMark("3")], 0);
      const mine = await claim(work, 0, 2);
      const lost = { ...(mine[0] as ClaimedWork), key: "3" };
      same(keys(await work.renew([...mine, lost], 500)), ["3"], "what was lost is reported");
      same(keys(await claim(work, 450)), ["3"], "what was renewed stays claimed");
      await work.renew(mine, 300);
      same(await claim(work, 499), [], "renewing never shortens");
      same(
        sorted(keys(await claim(work, 500)), (key) => key),
        ["1", "2"],
        "and ends",
      );
    },
  },
  {
    id: "work.retry",
    async run(t) {
      const { work } = await t.open();
      await work.mark([workMark("1"), workMark("2")], 0);
      const claimed = await claim(work, 0);
      await work.mark([workMark("2", { availableAt: 60 })], 5);
      await work.retry(claimed, 900, "HUBSPOT_UNAVAILABLE");
      const early = await claim(work, 60);
      same(
        early.map((row) => [row.key, row.tries]),
        [["2", 1]],
        "a newer mark is served at its own time",
      );
      await work.complete(early);
      same(await claim(work, 899), [], "the other not before the time given");
      same((await claim(work, 900))[0]?.tries, 1, "and then with its try counted");
    },
  },
];
