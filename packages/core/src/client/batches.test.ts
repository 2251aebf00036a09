import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { broken } from "../http/fake-hubspot.fixture.ts";
import { contact, inputsOf, testClients } from "./test-clients.fixture.ts";

const path = (verb: string): string => `POST /crm/objects/2026-09/contacts/batch/${verb}`;
const emails = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ properties: { email: `c${i}@example.com` } }));
let nextId = 1;
const created = (input: Record<string, unknown>, echo = true) => ({
  ...contact(String(nextId++), input.properties as Record<string, string>),
  ...(echo ? { objectWriteTraceId: input.objectWriteTraceId } : {}),
});

describe("creating many", () => {
  it("takes a call per hundred and answers in input order, whatever order HubSpot answers in", async () => {
    const { hs, run, calls } = testClients({
      [path("create")]: (request) => ({
        status: 201,
        body: {
          results: inputsOf(request)
            .map((input) => created(input))
            .reverse(),
        },
      }),
    });
    const outcomes = await run(hs.contacts.batchCreate(emails(250)));
    expect(calls()).toHaveLength(3);
    expect(outcomes.map((outcome) => outcome.ok && outcome.value.properties.email)).toEqual(
      emails(250).map((each) => each.properties.email),
    );
    expect(outcomes.map((outcome) => outcome.index)).toEqual(outcomes.map((_, i) => i));
  });

  it("matches results by their values where HubSpot does not repeat the trace id", async () => {
    const { hs, run } = testClients({
      [path("create")]: (request) => ({
        status: 201,
        body: {
          results: inputsOf(request)
            .map((input) => created(input, false))
            .reverse(),
        },
      }),
    });
    const outcomes = await run(hs.contacts.batchCreate(emails(7)));
    expect(outcomes.map((outcome) => outcome.ok && outcome.value.properties.email)).toEqual(
      emails(7).map((each) => each.properties.email),
    );
  });

  it("tells each failure of a 207 from its neighbours", async () => {
    const { hs, run } = testClients({
      [path("create")]: (request) => ({
        status: 207,
        body: {
          results: inputsOf(request)
            .slice(2)
            .map((input) => created(input)),
          errors: [
            {
              category: "CONFLICT",
              message: "Contact already exists. Existing ID: 6001",
              context: { objectWriteTraceId: ["0"] },
            },
            {
              category: "VALIDATION_ERROR",
              errors: [{ code: "INVALID_EMAIL", context: { propertyName: ["email"] } }],
              context: { objectWriteTraceId: ["1"] },
            },
          ],
        },
      }),
    });
    const outcomes = await run(hs.contacts.batchCreate(emails(4)));
    expect(outcomes.map((outcome) => outcome.ok)).toEqual([false, false, true, true]);
    expect(outcomes[0]).toMatchObject({ code: "CONFLICT", existingId: "6001", status: 207 });
    expect(outcomes[1]).toMatchObject({ code: "VALIDATION_FAILED", properties: ["email"] });
  });

  it("finds the one bad input that makes HubSpot refuse the whole batch", async () => {
    const { hs, run, calls } = testClients({
      [path("create")]: (request) => {
        const inputs = inputsOf(request);
        const bad = inputs.some((input) => (input.properties as { email: string }).email === "c77@example.com");
        if (bad)
          return { status: 409, body: { message: "Contact already exists. Existing ID: 6001", category: "CONFLICT" } };
        return { status: 201, body: { results: inputs.map((input) => created(input)) } };
      },
    });
    const outcomes = await run(hs.contacts.batchCreate(emails(100)));
    expect(outcomes.filter((outcome) => !outcome.ok)).toMatchObject([
      { index: 77, code: "CONFLICT", existingId: "6001" },
    ]);
    expect(calls().length).toBeLessThanOrEqual(16);
  });

  it("calls an unknown outcome that, per input, and creates nothing twice", async () => {
    const lost = testClients({ [path("create")]: () => broken.timeout() });
    const asIs = { unknownOutcome: "throw" } as const;
    const outcomes = await lost.run(lost.hs.contacts.batchCreate(emails(2), asIs));
    expect(outcomes).toMatchObject([{ code: "UNKNOWN_OUTCOME" }, { code: "UNKNOWN_OUTCOME" }]);
    expect(lost.calls()).toHaveLength(1);
    const silent = testClients({ [path("create")]: () => ({ status: 201, body: { results: [] } }) });
    const left = await silent.run(silent.hs.contacts.batchCreate(emails(1), asIs));
    expect(left).toMatchObject([{ code: "UNKNOWN_OUTCOME" }]);
  });

  it("sends again what HubSpot left out of its answer and does not have", async () => {
    let answers = 0;
    const { hs, run, calls } = testClients({
      [path("create")]: (request) => ({
        status: 201,
        body: { results: answers++ === 0 ? [] : inputsOf(request).map((input) => created(input)) },
      }),
      [path("read")]: () => ({ status: 207, body: { results: [], errors: [] } }),
    });
    expect(await run(hs.contacts.batchCreate(emails(1)))).toMatchObject([{ ok: true }]);
    expect(calls()).toEqual([path("create"), path("read"), path("create")]);
  });

  it("of nothing is no call", async () => {
    const { hs, run, calls } = testClients({});
    expect(await run(hs.contacts.batchCreate([]))).toEqual([]);
    expect(calls()).toEqual([]);
  });
});

describe("updating many", () => {
  it("names what HubSpot left out without a word, as it does with merged-away ids", async () => {
    const { hs, run } = testClients({
      [path("update")]: (request) => ({
        body: {
          results: inputsOf(request)
            .filter((input) => input.id !== "2")
            .map((input) => contact(input.id as string, { firstname: "x" })),
        },
      }),
    });
    const outcomes = await run(
      hs.contacts.batchUpdate(["1", "2", "3"].map((id) => ({ id, properties: { firstname: "x" } }))),
    );
    expect(outcomes).toMatchObject([{ ok: true }, { ok: false, code: "OMITTED" }, { ok: true }]);
  });

  it("names ids HubSpot does not have", async () => {
    const { hs, run } = testClients({
      [path("update")]: () => ({
        status: 207,
        body: { results: [contact("1")], errors: [{ category: "OBJECT_NOT_FOUND", context: { ids: ["999"] } }] },
      }),
    });
    const outcomes = await run(
      hs.contacts.batchUpdate(["1", "999"].map((id) => ({ id, properties: { firstname: "x" } }))),
    );
    expect(outcomes).toMatchObject([{ ok: true }, { code: "NOT_FOUND" }]);
  });

  it("keeps the order of two writes to one record", async () => {
    const written: string[] = [];
    const { hs, run, calls } = testClients({
      [path("update")]: (request) => {
        const inputs = inputsOf(request);
        expect(new Set(inputs.map((input) => input.id)).size).toBe(inputs.length);
        written.push(...inputs.map((input) => (input.properties as { firstname: string }).firstname));
        return { body: { results: inputs.map((input) => contact(input.id as string)) } };
      },
    });
    await run(hs.contacts.batchUpdate(["a", "b", "c"].map((firstname) => ({ id: "1", properties: { firstname } }))));
    expect(written).toEqual(["a", "b", "c"]);
    expect(calls()).toHaveLength(3);
  });
});

describe("upserting many", () => {
  it("tells what was created, and matches by the unique value", async () => {
    const { hs, run, transport } = testClients({
      [path("upsert")]: (request) => ({
        body: {
          results: inputsOf(request)
            .map((input, i) => ({
              ...contact(String(i), { email: (input.id as string).toLowerCase() }),
              new: i === 0,
            }))
            .reverse(),
        },
      }),
    });
    const outcomes = await run(
      hs.contacts.batchUpsert(
        ["A@b.com", "c@d.com"].map((id) => ({ id, properties: { email: id } })),
        { idProperty: "email" },
      ),
    );
    expect(outcomes).toMatchObject([
      { ok: true, created: true, value: { id: "0" } },
      { ok: true, created: false, value: { id: "1" } },
    ]);
    expect(inputsOf(transport.seen.at(-1))[0]).toMatchObject({ id: "A@b.com", idProperty: "email" });
  });
});

describe("reading and archiving many", () => {
  it("gives duplicates one read and each its outcome", async () => {
    const { hs, run, transport } = testClients({
      [path("read")]: (request) => ({
        body: { results: inputsOf(request).map((input) => contact(input.id as string)) },
      }),
    });
    const outcomes = await run(hs.contacts.batchRead(["1", "2", "1"], { properties: ["email"] }));
    expect(outcomes.map((outcome) => outcome.ok && outcome.value.id)).toEqual(["1", "2", "1"]);
    expect(inputsOf(transport.seen.at(-1))).toEqual([{ id: "1" }, { id: "2" }]);
  });

  it("reads fifty at a time with history", async () => {
    const { hs, run, calls } = testClients({
      [path("read")]: (request) => ({
        body: { results: inputsOf(request).map((input) => contact(input.id as string)) },
      }),
    });
    await run(
      hs.contacts.batchRead(
        Array.from({ length: 101 }, (_, i) => String(i + 1)),
        { properties: ["email"], history: true },
      ),
    );
    expect(calls()).toHaveLength(3);
  });

  it("gives what failed with its call the call's error", async () => {
    const { hs, run } = testClients({ [path("read")]: () => ({ status: 403, body: {} }) });
    const [outcome] = await run(hs.contacts.batchRead(["1"], { properties: ["email"] }));
    expect(outcome).toMatchObject({
      ok: false,
      code: "AUTH_SCOPE_MISSING",
      status: 403,
      error: { code: "AUTH_SCOPE_MISSING" },
    });
  });
});

describe("every input has exactly one outcome", () => {
  it("whatever HubSpot leaves out, refuses or mixes up", async () => {
    const fate = fc.constantFrom("ok", "omitted", "named", "nameless");
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("create", "update", "upsert"),
        fc.array(fate, { maxLength: 130 }),
        fc.boolean(),
        async (kind, fates, echo) => {
          const { hs, run } = testClients({
            [path(kind)]: (request) => {
              const inputs = inputsOf(request);
              const of = (input: Record<string, unknown>) =>
                fates[Number((input.properties as { firstname: string }).firstname)];
              const results = inputs
                .filter((input) => of(input) === "ok")
                .map((input) => {
                  const record = created(input, echo);
                  return kind === "update" ? { ...record, id: input.id as string } : record;
                });
              const errors = inputs
                .filter((input) => ["named", "nameless"].includes(of(input) ?? ""))
                .map((input) => ({
                  category: "VALIDATION_ERROR",
                  context: of(input) === "named" ? { objectWriteTraceId: [input.objectWriteTraceId] } : {},
                }));
              return { status: errors.length > 0 ? 207 : 200, body: { results: results.reverse(), errors } };
            },
          });
          const rows = fates.map((_, i) => ({
            id: String(i + 1),
            properties: { firstname: String(i), email: String(i + 1) },
          }));
          const outcomes = await run(
            kind === "create"
              ? hs.contacts.batchCreate(rows)
              : kind === "update"
                ? hs.contacts.batchUpdate(rows)
                : hs.contacts.batchUpsert(rows, { idProperty: "email" }),
          );
          expect(outcomes.map((outcome) => outcome.index)).toEqual(rows.map((_, i) => i));
          outcomes.forEach((outcome, i) => {
            expect(outcome.ok).toBe(fates[i] === "ok");
            if (outcome.ok) expect(outcome.value.properties.firstname).toBe(String(i));
          });
        },
      ),
      { numRuns: 60 },
    );
  });
});
