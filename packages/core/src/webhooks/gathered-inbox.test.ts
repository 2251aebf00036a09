import { expect, test } from "vitest";
import { HubspokeError } from "../errors/hubspoke-error.ts";
import { memoryStorage } from "../memory/memory-storage.ts";
import type { InboxEvent } from "../ports/inbox-store.ts";
import { gatheredInbox } from "./gathered-inbox.ts";

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

function event(id: string, dedupeKey: string = id): InboxEvent {
  return {
    id,
    dedupeKey,
    portalId: "62515",
    subscriptionType: "contact.creation",
    objectType: "contacts",
    objectId: "501",
    propertyName: null,
    occurredAt: 1,
    receivedAt: 2,
    attempt: 0,
    changeSource: null,
    sourceId: null,
    relatedIds: [],
    sealed: null,
  };
}

/** A store that notes the ids of each call and refuses those that hold `poison`. */
function bench(poison = "none") {
  const { inbox } = memoryStorage();
  const calls: string[][] = [];
  const gathered = gatheredInbox(
    {
      async record(events) {
        calls.push(events.map(({ id }) => id));
        if (events.some(({ id }) => id === poison)) throw new HubspokeError("STORE_VALUE_TOO_LARGE", "too large");
        return inbox.record(events);
      },
    },
    turn,
  );
  return { gathered, calls, depth: () => inbox.depth() };
}

test("calls of one turn are one call of the store, and each hears of its own events", async () => {
  const { gathered, calls, depth } = bench();
  const outcomes = await Promise.all([
    gathered.record([event("a"), event("b")]),
    gathered.record([]),
    gathered.record([event("c", "a"), event("d")]),
  ]);
  expect(calls).toEqual([["a", "b", "c", "d"]]);
  expect(outcomes).toEqual([["new", "new"], [], ["seen", "new"]]);
  expect((await depth()).waiting).toBe(3);
});

test("what comes while others are stored is stored next", async () => {
  const { gathered, calls } = bench();
  const first = gathered.record([event("a")]);
  await turn();
  const second = gathered.record([event("b")]);
  await Promise.all([first, second]);
  expect(calls).toEqual([["a"], ["b"]]);
});

test("nothing is answered before the store has answered", async () => {
  let store: (outcomes: readonly "new"[]) => void = () => {};
  const stored = new Promise<readonly "new"[]>((resolve) => {
    store = resolve;
  });
  let answered = 0;
  const gathered = gatheredInbox({ record: () => stored }, turn);
  const both = [gathered.record([event("a")]), gathered.record([event("b")])].map((one) => one.then(() => answered++));
  await turn();
  await turn();
  expect(answered).toBe(0);
  store(["new", "new"]);
  await Promise.all(both);
  expect(answered).toBe(2);
});

test("one call's failure is its own", async () => {
  const { gathered, calls, depth } = bench("b");
  const outcomes = await Promise.allSettled([
    gathered.record([event("a")]),
    gathered.record([event("b")]),
    gathered.record([event("c")]),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(outcomes[1]).toMatchObject({ reason: { code: "STORE_VALUE_TOO_LARGE" } });
  expect(calls).toEqual([["a", "b", "c"], ["a"], ["b"], ["c"]]);
  expect((await depth()).waiting).toBe(2);
  // The next turn begins anew.
  expect(await gathered.record([event("d")])).toEqual(["new"]);
});
