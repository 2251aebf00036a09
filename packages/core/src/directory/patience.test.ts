import { expect, test } from "vitest";
import { settled } from "../audit/testing.fixture.ts";
import { staff, withAda } from "./testing.fixture.ts";

const number = "902 555 1234";

/** HubSpot accepts the search and says nothing until `answer` is called. */
function hanging(options: Parameters<typeof withAda>[0] = {}) {
  const made = withAda(options);
  let answer = () => {};
  made.hubspot.gate = new Promise((resolve) => {
    answer = resolve;
  });
  return { ...made, answer: () => answer() };
}

test("a HubSpot that hangs holds up a message for three seconds and a person for ten, not for minutes", async () => {
  const { directory, clock } = hanging();
  const message = directory.lookupByPhone(number, staff, { lane: "webhook" });
  const person = directory.lookupByPhone(number, staff);
  await settled();
  await clock.advance(3_000);
  expect(await message).toMatchObject({ contact: null, source: "none", degraded: { code: "TIMEOUT" } });
  await clock.advance(7_000);
  expect(await person).toMatchObject({ contact: null, source: "none", degraded: { code: "TIMEOUT" } });
});

test("what HubSpot says after that is kept: the next look-up costs nothing", async () => {
  const { directory, clock, hubspot, answer } = hanging();
  const look = directory.lookupByPhone(number, staff);
  await settled();
  await clock.advance(10_000);
  await look;
  answer();
  await settled();
  hubspot.gate = null;
  const calls = hubspot.calls.length;
  expect(await directory.lookupByPhone(number, staff)).toMatchObject({ source: "cache", contact: { id: "501" } });
  expect(hubspot.calls).toHaveLength(calls);
});

test("the patience is the host's to choose, and a batch has one of its own", async () => {
  const { directory, clock } = hanging({ options: { answerWithinMs: 500, batchAnswerWithinMs: 1_000 } });
  const one = directory.lookupByPhone(number, staff);
  const many = directory.batchLookup([number, "902 555 4321"], staff);
  await settled();
  await clock.advance(500);
  expect((await one).degraded).toEqual({ code: "TIMEOUT" });
  await clock.advance(500);
  expect((await many).get(number)).toMatchObject({ degraded: { code: "TIMEOUT" } });
});

test("a batch has its patience to the last number, also when only one of it is left to ask", async () => {
  const { directory, clock, hubspot, answer } = hanging({
    options: { answerWithinMs: 500, batchAnswerWithinMs: 2_000 },
  });
  const gate = hubspot.gate;
  hubspot.gate = null;
  await directory.lookupByPhone("902 555 4321", staff);
  hubspot.gate = gate;
  const batch = directory.batchLookup([number, "902 555 4321"], staff);
  await settled();
  await clock.advance(1_999);
  answer();
  expect((await batch).get(number)).toMatchObject({ source: "hubspot", contact: { id: "501" } });
});

test("a search waits for HubSpot no longer than it may; older answers and recents stand in, what comes later is kept", async () => {
  const { directory, clock, hubspot, answer } = hanging({ options: { searchAnswerWithinMs: 700 } });
  const gate = hubspot.gate;
  hubspot.gate = null;
  await directory.search("ada", staff);
  await clock.advance(60_000);
  hubspot.gate = gate;
  const [again, unknown] = [directory.search("ada", staff), directory.search("lovelace", staff)];
  const message = directory.search("lovelace ada", staff, { lane: "webhook" });
  await settled();
  await clock.advance(700);
  expect(await again).toMatchObject({ cached: true, contacts: [{ id: "501" }], degraded: { code: "TIMEOUT" } });
  expect(await unknown).toMatchObject({ cached: true, contacts: [], degraded: { code: "TIMEOUT" } });
  await clock.advance(2_300);
  expect(await message).toMatchObject({ contacts: [], degraded: { code: "TIMEOUT" } });
  answer();
  await settled();
  const calls = hubspot.calls.length;
  expect(await directory.search("lovelace", staff)).toMatchObject({ contacts: [{ id: "501" }] });
  expect(hubspot.calls).toHaveLength(calls);
  expect(clock.sleeping).toBe(0);
});

test("a search that nobody waits for any longer can be thrown, and opening somebody has the same patience", async () => {
  const { directory, clock } = hanging({ options: { searchAnswerWithinMs: 700 } });
  const search = directory.search("ada", staff, { throwOnFailure: true });
  const refused = expect(search).rejects.toMatchObject({ code: "TIMEOUT" });
  await settled();
  await clock.advance(700);
  await refused;
  const opened = expect(directory.opened("501", staff)).rejects.toMatchObject({ code: "TIMEOUT" });
  await settled();
  await clock.advance(700);
  await opened;
});

test("an answer in time leaves no timer behind", async () => {
  const { directory, clock } = withAda();
  await directory.lookupByPhone(number, staff);
  expect(clock.sleeping).toBe(0);
});
