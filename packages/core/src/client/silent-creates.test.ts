import { describe, expect, it } from "vitest";
import { broken } from "../http/fake-hubspot.fixture.ts";
import { contact, inputsOf, testClients } from "./test-clients.fixture.ts";

const one = "POST /crm/objects/2026-09/contacts";
const many = "POST /crm/objects/2026-09/contacts/batch/create";
const look = "POST /crm/objects/2026-09/contacts/batch/read";
const ann = { email: "ann@acme.example" };

/** An account in which every create takes effect, and answers `body`. */
function forgetful(body: unknown): ReturnType<typeof testClients> & { readonly made: string[] } {
  const made: string[] = [];
  const test = testClients({
    [one]: (request) => {
      made.push((request.body as { properties: { email: string } }).properties.email);
      return { status: 201, body };
    },
    [many]: (request) => {
      for (const { properties } of inputsOf(request)) made.push((properties as { email: string }).email);
      return { status: 201, body };
    },
    [look]: () => ({
      body: {
        results: made.map((email, i) => ({ ...contact(String(i + 1), { email }), createdAt: "2030-01-01T00:00:00Z" })),
      },
    }),
    "POST /crm/objects/2026-09/notes": () => ({ status: 201, body }),
    "POST /crm/pipelines/2026-09/deals": () => ({ status: 201, body }),
  });
  return { ...test, made };
}

describe("a create that is answered with a success that says nothing", () => {
  const bodies: readonly (readonly [string, unknown])[] = [
    ["nothing", undefined],
    ["null", "null"],
    ["an empty object", {}],
    ["a list", []],
    ["a record without an id", { properties: ann }],
    ["a record whose id is none", { ...contact("1", ann), id: "../2" }],
  ];

  it.each(bodies)("is found out about, once for all: %s", async (_what, body) => {
    const { hs, run, calls, made } = forgetful(body);
    const record = await run(hs.contacts.create({ properties: ann }));
    expect(record).toMatchObject({ id: "1", properties: ann });
    expect(calls()).toEqual([one, look]);
    expect(made).toEqual([ann.email]);
  });

  it.each([
    ...bodies.map(([what, body]) => [what, body] as const),
    ["results without ids", { results: [{ properties: ann }] }] as const,
  ])("is found out about in a batch: %s", async (_what, body) => {
    const { hs, run, made } = forgetful(body);
    const inputs = ["ann@acme.example", "bob@acme.example"].map((email) => ({ properties: { email } }));
    const outcomes = await run(hs.contacts.batchCreate(inputs));
    expect(outcomes.map((outcome) => outcome.ok && outcome.value.id)).toEqual(["1", "2"]);
    expect(made).toHaveLength(2);
  });

  it("is unknown where nothing tells, and not repeated", async () => {
    const { hs, run, calls } = forgetful({});
    const note = { properties: { hs_note_body: "Called", hs_timestamp: new Date(0) } };
    await expect(run(hs.notes.create(note, { unknownOutcome: "throw" }))).rejects.toMatchObject({
      code: "UNKNOWN_OUTCOME",
      status: 201,
    });
    await expect(
      run(hs.pipelines("deals").create({ label: "Sales", displayOrder: 0, stages: [] })),
    ).rejects.toMatchObject({ code: "UNKNOWN_OUTCOME", check: expect.stringContaining("list the pipelines") });
    expect(calls()).toEqual(["POST /crm/objects/2026-09/notes", "POST /crm/pipelines/2026-09/deals"]);
  });
});

describe("a create whose answer is lost while the host's clock is set", () => {
  it.each([-3_600_000, 3_600_000])("by %i ms is found to be its own, and took no time below none", async (by) => {
    const headers = { date: "Tue, 01 Jan 2030 00:00:10 GMT" };
    const durations: number[] = [];
    const { hs, run, clock } = testClients(
      {
        "GET /account-info/2026-09/details": () => ({ headers, body: { portalId: 62515 } }),
        [one]: () => {
          clock.jump(by);
          return broken.timeout();
        },
        [look]: () => ({
          headers,
          body: { results: [{ ...contact("1", ann), createdAt: "2030-01-01T00:00:10.000Z" }] },
        }),
      },
      { onCall: ({ durationMs }) => durations.push(durationMs) },
    );
    expect(await run(hs.contacts.create({ properties: ann }))).toMatchObject({ id: "1" });
    expect(Math.min(...durations)).toBe(0);
  });
});
