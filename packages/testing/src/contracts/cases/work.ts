import type { ClaimedWork, Storage, WorkStore } from "@hubspoke/core/ports";
import { holds, same, sorted } from "../check.ts";
import type { ContractCase } from "../contract.ts";
import { batchSizes, race, times } from "../race.ts";
import { workMark } from "../rows.ts";

const claim = (work: WorkStore, now: number, limit = 100, queue = "leads"): Promise<readonly ClaimedWork[]> =>
  work.claim({ tenant: "a", queue, now, leaseMs: 100, limit });
const waiting = async (work: WorkStore): Promise<number> => (await work.depth("a", "leads")).waiting;
const keys = (rows: readonly { readonly key: string }[]): string[] => rows.map((row) => row.key);

/** What is dirty, and who gets it. */
export const workCases: readonly ContractCase<Pick<Storage, "work">>[] = [
  {
    id: "work.mark.one-row",
    async run(t) {
      const { work } = await t.open();
      await work.mark([workMark("1", { availableAt: t.now }), workMark("2", { availableAt: t.now })], t.now);
      await work.mark([workMark("1", { availableAt: t.now, priority: 0 })], t.now + 5);
      same(await waiting(work), 2, "a record is one row however often it is marked");
      const [first, second] = await claim(work, t.now + 5);
      const common = { tries: 0, fence: first?.fence as number, firstMarkedAt: t.now };
      const one = { ...workMark("1", { availableAt: t.now, priority: 0 }), seq: 2, ...common };
      same([first, second], [one, { ...workMark("2", { availableAt: t.now }), seq: 1, ...common }], "marks raise seq");
    },
  },
  {
    id: "work.mark.earliest-and-most-urgent",
    async run(t) {
      const { work } = await t.open();
      await work.mark([workMark("1", { availableAt: 50, priority: 2 })], 0);
      await work.mark([workMark("1", { availableAt: 90, priority: 1 })], 0);
      await work.mark([workMark("1", { availableAt: 70, priority: 3 }), workMark("1", { availableAt: 60 })], 0);
      same(await claim(work, 49), [], "not before the earliest of its marks");
      const [row] = await claim(work, 50);
      same([row?.priority, row?.seq], [1, 3], "as urgent as the most urgent; one call is one mark");
    },
  },
  {
    id: "work.race.mark",
    async run(t) {
      await race(t, ({ work }) => work.mark([workMark("1")], 0));
      const [row, ...others] = await claim((await t.open()).work, 0);
      same([row?.seq, others.length], [t.racers, 0], "no mark is lost, no row doubled");
    },
  },
  {
    id: "work.claim.order",
    async run(t) {
      const { work } = await t.open();
      await work.mark(
        [
          workMark("late", { availableAt: 9 }),
          workMark("low", { priority: 5 }),
          workMark("urgent", { priority: 0, availableAt: 3 }),
          workMark("early", { availableAt: 2 }),
        ],
        0,
      );
      same(keys(await claim(work, 8, 2)), ["urgent", "early"], "priority, then time, no more than asked for");
      same(keys(await claim(work, 8)), ["low"], "and nothing before its time");
    },
  },
  {
    id: "work.race.bounded-claim",
    async run(t) {
      const { work } = await t.open();
      await work.mark(
        times(t.racers * 2, (i) => workMark(`${i}`)),
        0,
      );
      const claims = await race(t, (store) => claim(store.work, 0, 3));
      holds(
        claims.every((rows) => rows.length <= 3),
        "no claim takes more than it asked for",
      );
      const taken = keys(claims.flat());
      same([taken.length, new Set(taken).size], [t.racers * 2, t.racers * 2], "all are claimed, none twice");
    },
  },
  {
    id: "work.due",
    async run(t) {
      const { work } = await t.open();
      const queue = (tenant: string, name: string): { tenant: string; queue: string } => ({ tenant, queue: name });
      await work.mark([workMark("1"), workMark("2", { queue: "deals", availableAt: 50 })], 0);
      await work.mark([workMark("3", { tenant: "b" })], 0);
      same(
        sorted(await work.due(10, 9), (one) => one.tenant),
        [queue("a", "leads"), queue("b", "leads")],
        "due queues",
      );
      same((await work.due(50, 2)).length, 2, "no more than asked for");
      const all = await work.claim({ tenant: "a", queue: "leads", now: 60, leaseMs: 10, limit: 9 });
      same((await work.due(60, 9)).length, 2, "a queue whose work is all claimed is not due");
      await work.retry(all, 70, "TIMEOUT");
      same((await work.due(70, 9)).at(-1), queue("a", "leads"), "the least recently served queue comes first");
    },
  },
  {
    id: "work.depth",
    async run(t) {
      const { work } = await t.open();
      same(await work.depth("a", "leads"), { waiting: 0, oldestMarkedAt: null }, "an empty queue");
      await work.mark([workMark("1")], t.now);
      await work.mark([workMark("1"), workMark("2")], t.now + 9);
      same(await work.depth("a", "leads"), { waiting: 2, oldestMarkedAt: t.now }, "first marks count");
      await work.deleteByKey("a", "leads", "local", "1");
      await work.deleteByKey("a", "leads", "remote", "1");
      same(await work.depth("a", "leads"), { waiting: 1, oldestMarkedAt: t.now + 9 }, "a deleted record is gone");
    },
  },
  {
    id: "work.batch.sizes",
    async run(t) {
      const { work } = await t.open();
      for (const size of batchSizes) {
        await work.mark(
          times(size, (i) => workMark(`${i}`)),
          0,
        );
        const claimed = await claim(work, t.now, 5_000);
        same(claimed.length, size, `${size} records are marked and claimed`);
        same(await work.renew(claimed, t.now + 500), [], `${size} are renewed`);
        await work.complete(claimed);
        same(await waiting(work), 0, `${size} are completed`);
      }
    },
  },
  {
    id: "work.tenants",
    async run(t) {
      const { work } = await t.open();
      await work.mark([workMark("1"), workMark("1", { side: "local" }), workMark("1", { queue: "deals" })], 0);
      same(await work.claim({ tenant: "b", queue: "leads", now: 9, leaseMs: 9, limit: 9 }), [], "b claims nothing");
      same((await work.depth("b", "leads")).waiting, 0, "b counts nothing");
      await work.deleteByKey("b", "leads", "remote", "1");
      const mine = await claim(work, 9);
      same(mine.length, 2, "sides and queues are apart");
      const asB = mine.map((row) => ({ ...row, tenant: "b" }));
      same((await work.renew(asB, t.now)).length, 2, "b renews nothing");
      await work.complete(asB);
      await work.retry(asB, 0, "TIMEOUT");
      same([await waiting(work), await claim(work, 9)], [2, []], "b completes nothing and frees nothing");
    },
  },
  {
    id: "work.durable",
    needs: ["durable"],
    async run(t) {
      const before = (await t.open()).work;
      await before.mark([workMark("1")], 0);
      const [first] = await claim(before, 0);
      const { work } = await t.reopen();
      same(await claim(work, 99), [], "a claim outlives its process");
      holds(((await claim(work, 100))[0]?.fence ?? 0) > (first?.fence ?? 0), "and so does the fence");
    },
  },
];
