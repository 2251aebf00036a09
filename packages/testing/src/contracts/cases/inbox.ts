import type { Storage } from "@hubspoke/core/ports";
import { holds, refused, same, sorted } from "../check.ts";
import type { ContractCase } from "../contract.ts";
import { batchSizes, race, times } from "../race.ts";
import { bytes, inboxEvent } from "../rows.ts";

/** What an inbox store must do. */
export const inboxCases: readonly ContractCase<Pick<Storage, "inbox">>[] = [
  {
    id: "inbox.wake",
    async run(t) {
      const { inbox } = await t.open();
      await inbox.record(["e1", "e2", "e3", "e4"].map((id) => inboxEvent(id, { receivedAt: t.now })));
      const claimed = await inbox.claim(t.now, 10, 9);
      const [one, two, three] = sorted(claimed, ({ id }) => id);
      await inbox.retry(
        [one, two].flatMap((event) => event ?? []),
        t.now + 1_000_000,
        "FAILED",
      );
      await inbox.complete(three === undefined ? [] : [three], t.now + 1_000_000);
      same(
        await inbox.wake(["e1", "e1", "e3", "e4", "nobody"], t.now + 5),
        1,
        "waiting ones only: not done, not leased",
      );
      const woken = await inbox.claim(t.now + 5, 10, 9);
      same(
        woken.map(({ id, tries }) => [id, tries]),
        [["e1", 0]],
        "due at once, as if it had never been tried",
      );
      same(await inbox.wake([], t.now), 0, "nothing is nothing");
      same(
        await inbox.wake(
          batchSizes.flatMap((size) => times(size, (i) => `x${i}`)),
          t.now,
        ),
        0,
        "however many are named",
      );
    },
  },
  {
    id: "inbox.record.once",
    async run(t) {
      const { inbox } = await t.open();
      const again = inboxEvent("e3", { dedupeKey: "key-e1" });
      same(
        await inbox.record([inboxEvent("e1"), inboxEvent("e2"), again]),
        ["new", "new", "seen"],
        "a dedupe key is new once, also within a call",
      );
      same(await inbox.record([again, inboxEvent("e4")]), ["seen", "new"], "and in later calls");
      same((await inbox.depth()).waiting, 3, "what was seen is not stored again");
    },
  },
  {
    id: "inbox.race.one-new",
    async run(t) {
      const outcomes = await race(t, ({ inbox }, i) => inbox.record([inboxEvent(`e${i}`, { dedupeKey: "same" })]));
      same(outcomes.flat().filter((outcome) => outcome === "new").length, 1, "one of many racers gets new");
      same((await (await t.open()).inbox.depth()).waiting, 1, "one event is stored");
    },
  },
  {
    id: "inbox.round-trip",
    async run(t) {
      const { inbox } = await t.open();
      const full = inboxEvent("e1", {
        sealed: bytes(1_000),
        relatedIds: ["1", "2"],
        occurredAt: t.now,
        receivedAt: t.now,
      });
      const nothing = { objectType: null, objectId: null, propertyName: null, changeSource: null } as const;
      const bare = inboxEvent("e2", { ...nothing, receivedAt: t.now + 1 });
      await inbox.record([full, bare]);
      const claimed = await inbox.claim(t.now + 1, 10, 9);
      const events = claimed.map(({ lease: _lease, tries: _tries, ...event }) => event);
      same(events, [full, bare], "an event comes back as it was recorded, oldest first");
      same(
        claimed.map((event) => event.tries),
        [0, 0],
        "and has not been tried",
      );
    },
  },
  {
    id: "inbox.batch.sizes",
    async run(t) {
      const { inbox } = await t.open();
      for (const size of batchSizes) {
        const events = times(size, (i) => inboxEvent(`${size}-${i}`));
        same(
          await inbox.record(events),
          times(size, () => "new"),
          `${size} events are recorded`,
        );
        const claimed = await inbox.claim(2_000, 10, 5_000);
        same(claimed.length, size, `${size} events are claimed`);
        await inbox.complete(claimed, t.now);
        same((await inbox.depth()).waiting, 0, `${size} events are completed`);
      }
    },
  },
  {
    id: "inbox.batch.atomic",
    async run(t) {
      const { inbox } = await t.open();
      const tooLarge = inboxEvent("e2", { sealed: new Uint8Array(t.capabilities.maxValueBytes + 1) });
      await refused("STORE_VALUE_TOO_LARGE", inbox.record([inboxEvent("e1"), tooLarge]), "an oversized value");
      same((await inbox.depth()).waiting, 0, "one bad event leaves nothing of its delivery");
      same(await inbox.record([inboxEvent("e1")]), ["new"], "so the repeated delivery is not mistaken for seen");
    },
  },
  {
    id: "inbox.claim.bounded",
    async run(t) {
      const { inbox } = await t.open();
      await inbox.record(times(t.racers * 2, (i) => inboxEvent(`e${i}`)));
      const claims = await race(t, (store) => store.inbox.claim(2_000, 100, 3));
      holds(
        claims.every((events) => events.length <= 3),
        "no claim takes more than it asked for",
      );
      const ids = claims.flat().map((event) => event.id);
      same(ids.length, t.racers * 2, "the racers take all");
      same(new Set(ids).size, ids.length, "and no event twice");
    },
  },
  {
    id: "inbox.lease.exclusive",
    async run(t) {
      const { inbox } = await t.open();
      await inbox.record([inboxEvent("e1")]);
      const [first] = await inbox.claim(2_000, 100, 9);
      same(await inbox.claim(2_099, 100, 9), [], "a live lease excludes others");
      same(await inbox.claim(1_500, 100, 9), [], "a clock that goes back frees nothing");
      const [second] = await inbox.claim(2_100, 100, 9);
      holds(second !== undefined && second.lease !== first?.lease, "a lapsed lease is taken over under a new token");
      same(second?.tries, 1, "and counts as a try");
    },
  },
  {
    id: "inbox.lease.old-token",
    async run(t) {
      const { inbox } = await t.open();
      await inbox.record([inboxEvent("e1")]);
      const old = await inbox.claim(2_000, 100, 9);
      const current = await inbox.claim(2_100, 100, 9);
      await inbox.complete(old, t.now);
      same((await inbox.depth()).waiting, 1, "a lost lease completes nothing");
      await inbox.retry(old, 0, "HANDLER_FAILED");
      same(await inbox.claim(2_150, 100, 9), [], "and gives nothing back");
      await inbox.complete(current, t.now);
      same((await inbox.depth()).waiting, 0, "the holder completes");
    },
  },
  {
    id: "inbox.complete.keeps-key",
    async run(t) {
      const { inbox } = await t.open();
      await inbox.record([inboxEvent("e1"), inboxEvent("e2")]);
      await inbox.complete(await inbox.claim(2_000, 100, 9), 5_000);
      same(await inbox.claim(9_000, 100, 9), [], "a completed event is not claimed again");
      same(await inbox.record([inboxEvent("e9", { dedupeKey: "key-e1" })]), ["seen"], "its key is still known");
      same(await inbox.deleteExpired(4_999, 9), 0, "until it expires");
      same(await inbox.deleteExpired(5_000, 1), 1, "no more than the limit is removed");
      same(await inbox.deleteExpired(5_000, 9), 1, "then the rest");
      same(await inbox.record([inboxEvent("e9", { dedupeKey: "key-e1" })]), ["new"], "then it is new");
    },
  },
  {
    id: "inbox.retry",
    async run(t) {
      const { inbox } = await t.open();
      await inbox.record([inboxEvent("e1")]);
      await inbox.retry(await inbox.claim(2_000, 100, 9), 7_000, "HANDLER_FAILED");
      same(await inbox.claim(6_999, 100, 9), [], "not before its time");
      const [again] = await inbox.claim(7_000, 100, 9);
      same(again?.tries, 1, "a retry counts a try");
      await inbox.retry([again as { id: string; lease: string }], 8_000, "HANDLER_FAILED");
      same((await inbox.claim(8_000, 100, 9))[0]?.tries, 2, "each of them");
    },
  },
  {
    id: "inbox.depth",
    async run(t) {
      const { inbox } = await t.open();
      same(await inbox.depth(), { waiting: 0, oldestReceivedAt: null }, "an empty inbox");
      await inbox.record([inboxEvent("e1", { receivedAt: t.now }), inboxEvent("e2", { receivedAt: t.now - 5 })]);
      await inbox.claim(t.now, 100, 1);
      same(await inbox.depth(), { waiting: 2, oldestReceivedAt: t.now - 5 }, "claimed events still wait");
    },
  },
  {
    id: "inbox.erase",
    async run(t) {
      const { inbox } = await t.open();
      await inbox.record([
        inboxEvent("e1"),
        inboxEvent("e2", { objectId: "7", relatedIds: ["501", "8"] }),
        inboxEvent("e3", { objectId: "50" }),
        inboxEvent("e4", { portalId: "200" }),
        inboxEvent("e5", { objectId: "9", relatedIds: ["5011"] }),
        inboxEvent("e6", { subscriptionType: "contact.privacyDeletion" }),
      ]);
      same(await inbox.deleteByObject("100", "501"), 2, "events about an object, or that name it");
      const left = await inbox.claim(2_000, 100, 9);
      same(
        sorted(
          left.map((event) => event.id),
          (id) => id,
        ),
        ["e3", "e4", "e5", "e6"],
        "and no others, HubSpot's order to erase included",
      );
    },
  },
  {
    id: "inbox.reseal",
    async run(t) {
      const { inbox } = await t.open();
      const sealed = (...head: number[]): Uint8Array => Uint8Array.of(...head, ...bytes(40));
      await inbox.record([
        inboxEvent("e1", { sealed: sealed(1, 2, 7), receivedAt: t.now }),
        inboxEvent("e2", { sealed: sealed(1, 2, 8), receivedAt: t.now }),
        inboxEvent("e3", { sealed: sealed(1, 3, 8), receivedAt: t.now + 1 }),
        inboxEvent("e4", { receivedAt: t.now }),
      ]);
      const under = Uint8Array.of(1, 2, 8);
      const others = async (limit: number): Promise<string[]> =>
        sorted(
          (await inbox.listForReseal(under, limit)).map(({ id }) => id),
          (id) => id,
        );
      same(await others(9), ["e1", "e3"], "values that begin otherwise, whether due or not");
      same((await others(1)).length, 1, "at most as many as asked");
      const [first] = (await inbox.listForReseal(under, 9)).filter(({ id }) => id === "e1");
      same(first, { id: "e1", portalId: "100", sealed: sealed(1, 2, 7) }, "with what they are sealed anew by");
      const claimed = await inbox.claim(t.now, 10, 9);
      same(await others(9), ["e1", "e3"], "claimed ones too");
      same(await inbox.reseal("e1", sealed(1, 2, 8), sealed(9)), false, "not over what was sealed meanwhile");
      same(await inbox.reseal("e1", sealed(1, 2, 8), sealed(1, 2, 7)), true, "sealed again");
      same(await others(9), ["e3"], "it leaves the list");
      await inbox.complete(claimed, t.now + 1_000);
      same(await inbox.reseal("e2", sealed(1), sealed(1, 2, 8)), false, "a value that was dropped stays dropped");
      const [last] = await inbox.claim(t.now + 1, 10, 9);
      await inbox.complete(last === undefined ? [] : [last], t.now + 1_000);
      same(await others(9), [], "and is listed no more");
    },
  },
  {
    id: "inbox.portals",
    async run(t) {
      const { inbox } = await t.open();
      const events = ["100", "200"].map((portalId) => inboxEvent(`e${portalId}`, { portalId, dedupeKey: "same" }));
      same(await inbox.record(events), ["new", "new"], "two portals' keys never meet");
    },
  },
  {
    id: "inbox.durable",
    needs: ["durable"],
    async run(t) {
      await (await t.open()).inbox.record([inboxEvent("e1")]);
      const { inbox } = await t.reopen();
      same((await inbox.claim(2_000, 100, 9)).length, 1, "an accepted event outlives the process");
    },
  },
  {
    id: "inbox.peer",
    needs: ["shared"],
    async run(t) {
      await (await t.open()).inbox.record([inboxEvent("e1")]);
      const claimed = await (await t.peer()).inbox.claim(2_000, 100, 9);
      same(claimed.length, 1, "one handle records, another claims");
      same(await (await t.open()).inbox.claim(2_000, 100, 9), [], "and the claim holds for both");
    },
  },
];
