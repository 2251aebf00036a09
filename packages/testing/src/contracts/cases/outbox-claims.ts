import type { ClaimedOutboxRow, OutboxRow, Storage } from "@hubspoke/core/ports";
import { holds, same, sorted } from "../check.ts";
import type { ContractCase } from "../contract.ts";
import { outboxRow } from "../later-rows.ts";
import { claimOne, done, keysOf, kinds } from "../outbox-jobs.ts";
import { race, times } from "../race.ts";

/** Who may do a job, and in which order. */
export const outboxClaimCases: readonly ContractCase<Pick<Storage, "outbox">>[] = [
  {
    id: "outbox.claim.bounded",
    async run(t) {
      const { outbox } = await t.open();
      await outbox.enqueue(times(t.racers * 2, (i) => outboxRow(`k${i}`)));
      const claims = await race(t, (store) => store.outbox.claim(2_000, 100, 3, kinds));
      holds(
        claims.every((rows) => rows.length <= 3),
        "no claim takes more than it asked for",
      );
      const ids = claims.flat().map(({ id }) => id);
      same(ids.length, t.racers * 2, "the racers take all");
      same(new Set(ids).size, ids.length, "and no job twice");
    },
  },
  {
    id: "outbox.claim.kinds-and-time",
    async run(t) {
      const { outbox } = await t.open();
      await outbox.enqueue([
        outboxRow("late", { availableAt: 3_000 }),
        outboxRow("second", { availableAt: 2_000 }),
        outboxRow("first", { availableAt: 1_500 }),
        outboxRow("other", { kind: "call" }),
      ]);
      same(await outbox.claim(2_500, 100, 9, []), [], "no kind, no job");
      same(
        keysOf(await outbox.claim(2_500, 100, 9, kinds)),
        ["first", "second"],
        "those due, of the asked kinds, in order",
      );
      same(keysOf(await outbox.claim(3_000, 0, 9, ["call", "note"])).length, 4, "a lapsed lease frees them");
    },
  },
  {
    id: "outbox.order.one-at-a-time",
    async run(t) {
      const { outbox } = await t.open();
      const ordered = (key: string, change = {}): OutboxRow => outboxRow(key, { orderKey: "contact-501", ...change });
      await outbox.enqueue([ordered("k1"), ordered("k2", { availableAt: 0 }), outboxRow("free")]);
      await outbox.enqueue([ordered("k3", { kind: "call", availableAt: 0 })]);
      const everything = [...kinds, "call"];
      const first = await outbox.claim(2_000, 100, 9, everything);
      same(
        sorted(keysOf(first), (key) => key),
        ["free", "k1"],
        "the earliest of a key, and what has none",
      );
      const k1 = first.find((job) => job.idempotencyKey === "k1") as ClaimedOutboxRow;
      await outbox.delete("a", ["row-free"]);
      same(await outbox.claim(2_000, 100, 9, everything), [], "while it runs the others wait");
      await outbox.retry("a", k1.id, k1.lease, 2_050, 5_000, "TIMEOUT");
      same(
        await outbox.claim(4_000, 100, 9, ["call"]),
        [],
        "and while it waits for another attempt, whatever the kind",
      );
      const again = await claimOne(outbox, 5_000);
      await outbox.fail("a", again.id, again.lease, 5_000, "VALIDATION_FAILED");
      const next = await outbox.claim(5_000, 100, 9, everything);
      same(keysOf(next), ["k2"], "a failed one holds nobody up");
      await outbox.replay("a", [k1.id], 5_000);
      await outbox.complete("a", "row-k2", next[0]?.lease ?? "", done, 5_050, t.now);
      same(keysOf(await outbox.claim(5_050, 100, 9, everything)), ["k3"], "a replayed one comes after those that wait");
    },
  },
  {
    id: "outbox.order.race",
    async run(t) {
      const { outbox } = await t.open();
      await outbox.enqueue(times(t.racers, (i) => outboxRow(`k${i}`, { orderKey: "same" })));
      await outbox.enqueue([outboxRow("b", { tenant: "b", orderKey: "same" })]);
      const claims = (await race(t, (store) => store.outbox.claim(2_000, 100, 2, kinds))).flat();
      same(
        sorted(keysOf(claims), (key) => key),
        ["b", "k0"],
        "of many racers one gets the one job of a tenant's key",
      );
    },
  },
  {
    id: "outbox.lease",
    async run(t) {
      const { outbox } = await t.open();
      await outbox.enqueue([outboxRow("k1")]);
      const old = await claimOne(outbox, 2_000);
      same(await outbox.claim(2_099, 100, 9, kinds), [], "a live lease excludes others");
      same(await outbox.claim(1_500, 100, 9, kinds), [], "a clock that goes back frees nothing");
      same(await outbox.renew("a", old.id, old.lease, 2_200), true, "the holder renews");
      same(await outbox.renew("a", old.id, old.lease, 2_000), true, "and never shortens");
      same(await outbox.claim(2_199, 100, 9, kinds), [], "it holds that much longer");
      const next = await claimOne(outbox, 2_200);
      same([next.lease === old.lease, next.tries], [false, 1], "a lapsed one is taken over, and counts as a try");
      same(
        [
          await outbox.renew("a", old.id, old.lease, 9_000),
          await outbox.retry("a", old.id, old.lease, 2_210, 0, "TIMEOUT"),
          await outbox.fail("a", old.id, old.lease, 2_210, "TIMEOUT"),
          await outbox.complete("a", old.id, old.lease, done, 2_210, t.now),
        ],
        [false, false, false, false],
        "a lost lease changes nothing",
      );
      same(await outbox.complete("a", next.id, next.lease, done, 2_210, t.now), true, "its holder completes");
    },
  },
  {
    id: "outbox.wake",
    async run(t) {
      const { outbox } = await t.open();
      await outbox.enqueue(times(5, (i) => outboxRow(`k${i}`)));
      await outbox.enqueue([outboxRow("k0", { tenant: "b" }), outboxRow("later", { availableAt: 60_000 })]);
      const jobs = await outbox.claim(2_000, 100, 9, kinds);
      for (const { tenant, id, lease, idempotencyKey: key } of jobs) {
        if (key === "k3") await outbox.fail(tenant, id, lease, 2_000, "AUTH_DISCONNECTED");
        else if (key !== "k4") {
          await outbox.retry(tenant, id, lease, 2_000, 50_000, key === "k2" ? "TIMEOUT" : "AUTH_DISCONNECTED");
        }
      }
      const codes = ["AUTH_INVALID", "AUTH_DISCONNECTED"];
      same(await outbox.wake("a", codes, 3_000), 2, "those that wait because of these codes");
      same(await outbox.wake("a", codes, 3_000), 0, "once");
      const woken = await outbox.claim(3_000, 100, 9, kinds);
      same(
        woken.map(({ tenant, idempotencyKey, tries, availableAt }) => [tenant, idempotencyKey, tries, availableAt]),
        [
          ["a", "k4", 1, 1_000],
          ["a", "k0", 1, 3_000],
          ["a", "k1", 1, 3_000],
        ],
        "are due; the running one was left to its lease, and other codes, tenants, parked and later ones to their time",
      );
    },
  },
];
