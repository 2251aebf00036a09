import type { OutboxRow, Storage } from "@hubspoke/core/ports";
import { holds, refused, same, sorted } from "../check.ts";
import type { ContractCase } from "../contract.ts";
import { outboxRow } from "../later-rows.ts";
import { claimOne, done, entryOf, keysOf, kinds } from "../outbox-jobs.ts";
import { batchSizes, race, times } from "../race.ts";
import { bytes } from "../rows.ts";

export const outboxCases: readonly ContractCase<Pick<Storage, "outbox">>[] = [
  {
    id: "outbox.enqueue.once",
    async run(t) {
      const { outbox } = await t.open();
      const again = outboxRow("k1", { id: "row-again", sealed: bytes(3) });
      same(
        await outbox.enqueue([outboxRow("k1"), outboxRow("k2"), again]),
        ["new", "new", "seen"],
        "a key is new once, also within a call",
      );
      same(
        await outbox.enqueue([again, outboxRow("k1", { id: "row-call", kind: "call" })]),
        ["seen", "new"],
        "per kind",
      );
      same((await outbox.depth()).waiting, 3, "what was seen is not stored again");
      same((await claimOne(outbox, 2_000)).sealed, bytes(40), "and the first input stands");
    },
  },
  {
    id: "outbox.race.one-new",
    async run(t) {
      const outcomes = await race(t, ({ outbox }, i) => outbox.enqueue([outboxRow("same", { id: `row-${i}` })]));
      same(outcomes.flat().filter((outcome) => outcome === "new").length, 1, "one of many racers gets new");
    },
  },
  {
    id: "outbox.round-trip",
    async run(t) {
      const { outbox } = await t.open();
      const row = outboxRow("k1", { orderKey: "o1", sealed: bytes(20_000), availableAt: t.now, createdAt: t.now - 5 });
      await outbox.enqueue([row]);
      const { lease, ...claimed } = await claimOne(outbox, t.now);
      holds(lease !== "", "a claim has a lease");
      same(claimed, { ...row, tries: 0 }, "a job comes back as it was put in");
      same(
        await outbox.get("a", "note", "k1"),
        entryOf("k1", { createdAt: t.now - 5, at: t.now - 5 }),
        "and its entry",
      );
      same(await outbox.get("a", "call", "k1"), null, "kinds are apart");
    },
  },
  {
    id: "outbox.batch.sizes",
    async run(t) {
      const { outbox } = await t.open();
      for (const size of batchSizes) {
        const rows = times(size, (i) => outboxRow(`${size}-${i}`, { orderKey: i % 2 === 0 ? null : `o-${size}-${i}` }));
        same(
          await outbox.enqueue(rows),
          times(size, () => "new"),
          `${size} jobs are put in`,
        );
        const claimed = await outbox.claim(2_000, 10, 5_000, kinds);
        same(keysOf(claimed), keysOf(rows), `${size} jobs are claimed in the order they came`);
        for (const job of claimed.slice(0, 3)) await outbox.complete("a", job.id, job.lease, done, 2_000, t.now);
        await outbox.delete(
          "a",
          claimed.map(({ id }) => id),
        );
      }
    },
  },
  {
    id: "outbox.batch.atomic",
    async run(t) {
      const { outbox } = await t.open();
      const tooLarge = outboxRow("k2", { sealed: new Uint8Array(t.capabilities.maxValueBytes + 1) });
      await refused("STORE_VALUE_TOO_LARGE", outbox.enqueue([outboxRow("k1"), tooLarge]), "an oversized value");
      same(await outbox.get("a", "note", "k1"), null, "one bad job leaves nothing of its call");
    },
  },
  {
    id: "outbox.complete",
    async run(t) {
      const { outbox } = await t.open();
      await outbox.enqueue([outboxRow("k1"), outboxRow("k2")]);
      const first = await claimOne(outbox, 2_000);
      const second = await claimOne(outbox, 2_000);
      await outbox.complete("a", first.id, first.lease, { state: "done", result: '{"id":"9"}' }, 2_010, 5_000);
      await outbox.complete("a", second.id, second.lease, { state: "skipped", result: null }, 2_010, 5_000);
      same(await outbox.claim(9_000, 100, 9, kinds), [], "what is over is not claimed again");
      const over = { at: 2_010, createdAt: 1_000 };
      same(
        await outbox.scan("a", null, 9),
        [
          { ...entryOf("k1", { ...over, state: "done", result: '{"id":"9"}' }), sealed: null, keyId: null },
          { ...entryOf("k2", { ...over, state: "skipped" }), sealed: null, keyId: null },
        ],
        "its input is gone",
      );
      same(await outbox.enqueue([outboxRow("k1", { id: "row-9" })]), ["seen"], "its key is still known");
      same(await outbox.deleteExpired(4_999, 9), 0, "until it expires");
      same(await outbox.deleteExpired(5_000, 1), 1, "no more than the limit is removed");
      same(await outbox.deleteExpired(5_000, 9), 1, "then the rest");
      same(await outbox.enqueue([outboxRow("k1", { id: "row-9" })]), ["new"], "then it is new");
    },
  },
  {
    id: "outbox.retry-fail-replay",
    async run(t) {
      const { outbox } = await t.open();
      await outbox.enqueue([outboxRow("k1")]);
      const first = await claimOne(outbox, 2_000);
      same(await outbox.retry("a", first.id, first.lease, 2_010, 7_000, "TIMEOUT"), true, "given back");
      same(await outbox.claim(6_999, 100, 9, kinds), [], "not before its time");
      const second = await claimOne(outbox, 7_000);
      same([second.tries, second.availableAt], [1, 7_000], "a retry counts a try");
      await outbox.fail("a", second.id, second.lease, 7_010, "VALIDATION_FAILED");
      same(await outbox.claim(99_000, 100, 9, kinds), [], "a failed job is not tried again");
      const failed = entryOf("k1", { state: "failed", tries: 2, errorCode: "VALIDATION_FAILED", at: 7_010 });
      same(await outbox.get("a", "note", "k1"), failed, "it says why");
      same(await outbox.depth(), { waiting: 0, failed: 1, oldestDueAt: null }, "and is counted");
      same(await outbox.replay("a", ["row-k1", "row-k9"], 8_000), 1, "somebody replays it");
      same(await outbox.replay("a", ["row-k1"], 8_000), 0, "once");
      same(await outbox.depth(), { waiting: 1, failed: 0, oldestDueAt: 8_000 }, "it waits again");
      const replayed = await claimOne(outbox, 8_000);
      same([replayed.tries, replayed.sealed], [0, bytes(40)], "with its input, its tries forgotten");
    },
  },
  {
    id: "outbox.list",
    async run(t) {
      const { outbox } = await t.open();
      await outbox.enqueue([
        ...times(4, (i) => outboxRow(`k${i}`, { createdAt: i, availableAt: i })),
        outboxRow("call", { kind: "call", createdAt: 9 }),
      ]);
      const failed = await claimOne(outbox, 2_000);
      await outbox.fail("a", failed.id, failed.lease, 2_000, "TIMEOUT");
      const first = await outbox.list({ tenant: "a", kind: "note", limit: 3 });
      same([keysOf(first.items), first.total], [["k3", "k2", "k1"], 4], "newest first, with a total over all pages");
      const rest = await outbox.list({ tenant: "a", kind: "note", limit: 3, ...(first.next && { after: first.next }) });
      same([keysOf(rest.items), rest.total, "next" in rest], [["k0"], 4, false], "and the next page, the last");
      same(keysOf((await outbox.list({ tenant: "a", state: "failed", limit: 9 })).items), ["k0"], "by state");
      same((await outbox.list({ tenant: "a", limit: 9 })).total, 5, "and all");
      await refused("INPUT_INVALID", outbox.list({ tenant: "a", limit: 3, after: "nowhere" }), "a made-up cursor");
    },
  },
  {
    id: "outbox.erase",
    async run(t) {
      const { outbox } = await t.open();
      await outbox.enqueue(times(3, (i) => outboxRow(`k${i}`, { sealed: bytes(8, i) })));
      const first = await outbox.scan("a", null, 2);
      same(
        first.map(({ id, sealed, keyId }) => ({ id, sealed, keyId })),
        times(2, (i) => ({ id: `row-k${i}`, sealed: bytes(8, i), keyId: "k1" })),
        "every row with its input, in the order of ids",
      );
      same(keysOf(await outbox.scan("a", "row-k1", 2)), ["k2"], "from where the last page ended");
      const running = await claimOne(outbox, 2_000);
      same(await outbox.delete("a", [running.id, "row-k2", "row-k9"]), 2, "running ones go, too");
      same(await outbox.complete("a", running.id, running.lease, done, 2_000, t.now), false, "and do not come back");
      same(keysOf(await outbox.scan("a", null, 9)), ["k1"], "the others stay");
    },
  },
  {
    id: "outbox.reseal",
    async run(t) {
      const { outbox } = await t.open();
      const under = (keyId: string, key: string): OutboxRow => outboxRow(key, { keyId });
      await outbox.enqueue([under("k1", "a"), under("k2", "b"), under("k3", "c")]);
      const ids = async (limit: number): Promise<string[]> =>
        sorted(keysOf(await outbox.listForReseal("k2", limit)), (key) => key);
      same(await ids(9), ["a", "c"], "every row under another key");
      same((await ids(1)).length, 1, "at most as many as asked");
      same(await outbox.reseal("a", "row-a", bytes(5), "k2", "k9"), false, "not over what was sealed meanwhile");
      same(await outbox.reseal("a", "row-a", bytes(5), "k2", "k1"), true, "sealed again");
      same(await ids(9), ["c"], "it leaves the list");
      same((await outbox.scan("a", null, 1))[0]?.sealed, bytes(5), "with the new value");
      const all = await outbox.claim(2_000, 100, 9, kinds);
      for (const job of all) await outbox.complete("a", job.id, job.lease, done, 2_000, t.now);
      same(await outbox.reseal("a", "row-c", bytes(5), "k2", "k3"), false, "an input that was dropped stays dropped");
      const large = new Uint8Array(t.capabilities.maxValueBytes + 1);
      await refused("STORE_VALUE_TOO_LARGE", outbox.reseal("a", "row-b", large, "k9", "k2"), "an oversized value");
    },
  },
  {
    id: "outbox.retention",
    async run(t) {
      const { outbox } = await t.open();
      await outbox.enqueue(times(4, (i) => outboxRow(`k${i}`)));
      for (const [i, job] of (await outbox.claim(2_000, 100, 3, kinds)).entries()) {
        await outbox.fail("a", job.id, job.lease, 2_000 + i, "TIMEOUT");
      }
      same(await outbox.deleteBefore("a", 2_002, 1), 1, "no more than the limit");
      same(await outbox.deleteBefore("a", 2_002, 9), 1, "the rest of what failed before");
      same(keysOf(await outbox.scan("a", null, 9)), ["k2", "k3"], "later ones and those that wait stay");
    },
  },
  {
    id: "outbox.tenants",
    async run(t) {
      const { outbox } = await t.open();
      await outbox.enqueue([outboxRow("k1")]);
      const mine = await claimOne(outbox, 2_000);
      const theirs = outboxRow("k1", { tenant: "b", sealed: bytes(3) });
      same(await outbox.enqueue([theirs]), ["new"], "two tenants' keys and ids never meet");
      same(await outbox.complete("b", "row-k1", mine.lease, done, 0, 1), false, "nor do their leases");
      await outbox.delete("a", ["row-k1"]);
      same((await outbox.scan("b", null, 9))[0]?.sealed, bytes(3), "another tenant's row stays");
      same(await outbox.scan("a", null, 9), [], "and is not seen");
      same((await outbox.list({ tenant: "a", limit: 9 })).total, 0, "nor counted");
    },
  },
  {
    id: "outbox.durable",
    needs: ["durable"],
    async run(t) {
      await (await t.open()).outbox.enqueue([outboxRow("k1")]);
      const { outbox } = await t.reopen();
      same((await claimOne(outbox, 2_000)).idempotencyKey, "k1", "an accepted job outlives its process");
    },
  },
  {
    id: "outbox.peer",
    needs: ["shared"],
    async run(t) {
      await (await t.open()).outbox.enqueue([outboxRow("k1")]);
      const { outbox } = await t.peer();
      const job = await claimOne(outbox, 2_000);
      same(await (await t.open()).outbox.claim(2_000, 100, 9, kinds), [], "a claim holds for every handle");
      same(
        await (await t.open()).outbox.complete("a", job.id, job.lease, done, 2_000, t.now),
        true,
        "as its lease does",
      );
    },
  },
];
