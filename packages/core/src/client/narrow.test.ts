import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HubSpotConflictError, HubSpotValidationError } from "../errors/hubspot-errors.ts";
import { sendNarrowing } from "./narrow.ts";
import { contact, testClients } from "./test-clients.fixture.ts";

interface Input {
  readonly n: number;
  /** What is wrong with it; null: nothing. */
  readonly mistake: string | null;
  readonly writes: readonly string[];
}

const good = (n: number): Input => ({ n, mistake: null, writes: [] });
const invalid = (mistake: string) =>
  new HubSpotValidationError("VALIDATION_FAILED", "refused", {
    status: 400,
    reasons: [{ property: null, code: mistake }],
  });

/** A HubSpot that refuses a batch for what is wrong with the first bad input of it. */
async function sent(inputs: readonly Input[], refusal = (input: Input): Error => invalid(input.mistake ?? "")) {
  const outcomes = new Map<number, string[]>();
  let calls = 0;
  const note = (input: Input, outcome: string) => outcomes.set(input.n, [...(outcomes.get(input.n) ?? []), outcome]);
  await sendNarrowing(inputs, {
    async send(part) {
      calls++;
      const bad = part.find(({ mistake }) => mistake !== null);
      if (bad !== undefined) throw refusal(bad);
      for (const input of part) note(input, "landed");
    },
    settle(part, error) {
      if (!(error instanceof Error) || error instanceof RangeError) throw error;
      for (const input of part) note(input, "failed");
    },
    giveUp(part) {
      for (const input of part) note(input, "not sent");
    },
    splits: (error) => error instanceof HubSpotValidationError || error instanceof HubSpotConflictError,
    writes: (input, property) => input.writes.includes(property),
  });
  const of = (wanted: string) => inputs.filter(({ n }) => outcomes.get(n)?.join() === wanted).map(({ n }) => n);
  return { extra: calls - 1, landed: of("landed"), failed: of("failed"), notSent: of("not sent") };
}

const numbers = (inputs: readonly Input[], bad: boolean) =>
  inputs.filter(({ mistake }) => (mistake !== null) === bad).map(({ n }) => n);
const batch = (size: number, bad: (n: number) => string | null): readonly Input[] =>
  Array.from({ length: size }, (_, n) => ({ ...good(n), mistake: bad(n) }));

describe("a batch that is refused as a whole", () => {
  it("lands 99 of a hundred, wherever the bad one is, for at most 14 calls more", async () => {
    for (let at = 0; at < 100; at++) {
      const { extra, landed, failed } = await sent(batch(100, (n) => (n === at ? "X" : null)));
      expect({ landed: landed.length, failed }).toEqual({ landed: 99, failed: [at] });
      expect(extra).toBeLessThanOrEqual(14);
    }
  });

  it("gives every input one outcome; who is good lands, or was not sent where eight asked alone all fail alike", async () => {
    const mistakes = fc.array(fc.option(fc.constantFrom("X", "Y"), { freq: 2 }), { minLength: 1, maxLength: 100 });
    await fc.assert(
      fc.asyncProperty(mistakes, async (given) => {
        const inputs = batch(given.length, (n) => given[n] ?? null);
        const { extra, landed, failed, notSent } = await sent(inputs);
        const bad = numbers(inputs, true);
        expect([...landed, ...failed, ...notSent].sort((a, b) => a - b)).toEqual(inputs.map(({ n }) => n));
        expect(bad, "only who is bad has failed").toEqual(expect.arrayContaining(failed));
        if (bad.length < 8) expect(notSent).toEqual([]);
        const halvings = Math.ceil(Math.log2(inputs.length));
        expect(extra).toBeLessThanOrEqual(2 * bad.length * (halvings + 1));
      }),
      { numRuns: 1_000 },
    );
  });

  it("with bad ones that differ has every good one land", async () => {
    const bad = fc.uniqueArray(fc.nat(99), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(bad, async (which) => {
        const inputs = batch(100, (n) => (which.includes(n) ? `M${n}` : null));
        const { landed } = await sent(inputs);
        expect(landed).toEqual(numbers(inputs, false));
      }),
    );
  });

  it.each([2, 3, 9, 64, 100])("for a mistake that all %i make is left after ten calls more", async (size) => {
    const { extra, failed, notSent } = await sent(batch(size, () => "X"));
    expect([failed.length, notSent.length]).toEqual([Math.min(size, 8), Math.max(0, size - 8)]);
    expect(extra).toBeLessThanOrEqual(10);
  });

  it("for a mistake that all of its first half make lands the other half", async () => {
    const { extra, landed, failed, notSent } = await sent(batch(64, (n) => (n < 32 || n === 63 ? "X" : null)));
    expect({ landed: landed.length, not: failed.length + notSent.length }).toEqual({ landed: 31, not: 33 });
    expect(extra).toBeLessThanOrEqual(30);
  });

  const unknown = (...properties: readonly string[]) =>
    new HubSpotValidationError("PROPERTY_UNKNOWN", "unknown", {
      status: 400,
      reasons: properties.map((property) => ({ property, code: "PROPERTY_DOESNT_EXIST" })),
    });

  it("for a property all write that the account has not is not sent again", async () => {
    const inputs = batch(64, () => "X").map((input) => ({ ...input, writes: ["email", "emial"] }));
    expect(await sent(inputs, () => unknown("emial"))).toEqual({
      extra: 0,
      landed: [],
      failed: inputs.map(({ n }) => n),
      notSent: [],
    });
  });

  it("for one that some write is sent once more, without them", async () => {
    const inputs = batch(64, (n) => (n % 3 === 0 ? "X" : null)).map((input) => ({
      ...input,
      writes: input.mistake === null ? ["email"] : ["emial"],
    }));
    const { extra, landed, failed } = await sent(inputs, () => unknown("emial"));
    expect({ extra, landed, failed }).toEqual({
      extra: 1,
      landed: numbers(inputs, false),
      failed: numbers(inputs, true),
    });
  });

  it("for a property nobody writes, or beside another reason, is halved as ever", async () => {
    const inputs = batch(100, (n) => (n === 7 ? "X" : null)).map((input) => ({ ...input, writes: ["emial"] }));
    const both = new HubSpotValidationError("PROPERTY_UNKNOWN", "both", {
      status: 400,
      reasons: [
        { property: "emial", code: "PROPERTY_DOESNT_EXIST" },
        { property: "phone", code: "INVALID_PHONE" },
      ],
    });
    for (const refusal of [unknown("other"), both])
      expect(await sent(inputs, () => refusal)).toMatchObject({ failed: [7] });
  });

  it("asks everybody where each conflicts with a record of its own", async () => {
    const inputs = batch(16, () => "X");
    const { extra } = await sent(
      inputs,
      ({ n }) => new HubSpotConflictError("taken", { status: 409, existingId: `${n}` }),
    );
    expect(extra).toBe(30);
  });

  it("stops for what is no matter of its inputs", async () => {
    await expect(
      sent(
        batch(4, () => "X"),
        () => new RangeError("no token"),
      ),
    ).rejects.toThrow("no token");
  });
});

describe("64 inputs with one mistake", () => {
  const path = (verb: string): string => `POST /crm/objects/2026-09/contacts/batch/${verb}`;
  const emails = Array.from({ length: 64 }, (_, i) => ({ properties: { email: `c${i}@example.com` } }));

  it("is a call for a property that all write, and eleven where HubSpot names nothing", async () => {
    const unknown = {
      message: "Property values were not valid",
      category: "VALIDATION_ERROR",
      errors: [{ code: "PROPERTY_DOESNT_EXIST", context: { propertyName: ["emial"] } }],
    };
    const { hs, run, calls } = testClients({
      // A token that may not read definitions: names go unchecked until HubSpot sees them.
      "GET /crm/properties/2026-09/contacts": () => ({ status: 403, body: {} }),
      [path("create")]: () => ({ status: 400, body: unknown }),
      [path("update")]: () => ({ status: 400, body: { message: "Invalid input JSON", category: "VALIDATION_ERROR" } }),
    });
    const inputs = emails.map(({ properties: { email } }) => ({ properties: { emial: email } }));
    const outcomes = await run(hs.contacts.batchCreate(inputs));
    expect(outcomes).toEqual(
      inputs.map((_, index) => expect.objectContaining({ index, ok: false, properties: ["emial"] })),
    );
    expect(calls().filter((call) => call === path("create"))).toHaveLength(1);
    const updates = emails.map((input, i) => ({ ...input, id: `${i + 1}` }));
    const refused = await run(hs.contacts.batchUpdate(updates));
    const coded = (wanted: string) => refused.filter((outcome) => !outcome.ok && outcome.code === wanted);
    expect([coded("VALIDATION_FAILED").length, coded("NOT_SENT").length]).toEqual([8, 56]);
    expect(coded("NOT_SENT")[0]).toMatchObject({ status: null, properties: [], error: { code: "VALIDATION_FAILED" } });
    expect(calls().filter((call) => call === path("update"))).toHaveLength(11);
  });

  it("is no answer to single reads of one tick: each is told of its own", async () => {
    const { hs, run } = testClients({
      [path("read")]: (request) => {
        const { inputs } = request.body as { inputs: readonly { id: string }[] };
        return inputs.some(({ id }) => id !== "9")
          ? { status: 400, body: { message: "no", category: "VALIDATION_ERROR" } }
          : { body: { results: [contact("9", { email: "nine@example.com" })] } };
      },
    });
    const reads = Array.from({ length: 64 }, (_, i) => hs.contacts.get(`${i}`, { properties: ["email"] }));
    const answers = await run(Promise.allSettled(reads));
    expect(answers.filter(({ status }) => status === "rejected")).toHaveLength(63);
    expect(answers[9]).toMatchObject({ value: { properties: { email: "nine@example.com" } } });
  });
});
