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

test("an answer in time leaves no timer behind", async () => {
  const { directory, clock } = withAda();
  await directory.lookupByPhone(number, staff);
  expect(clock.sleeping).toBe(0);
});
