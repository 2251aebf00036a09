import { describe, expect, it } from "vitest";
import { testClients } from "./test-clients.fixture.ts";

const archive = "POST /crm/objects/2026-09/contacts/batch/archive";

describe("a batch archive", () => {
  it("goes by the hundred", async () => {
    const { hs, run, calls } = testClients({ [archive]: () => ({ status: 204 }) });
    const outcomes = await run(hs.contacts.batchArchive(Array.from({ length: 150 }, (_, i) => String(i + 1))));
    expect(outcomes.every((outcome) => outcome.ok)).toBe(true);
    expect(calls()).toHaveLength(2);
  });

  it.each([
    ["named, by what was said of it", [["OBJECT_NOT_FOUND", ["1"]]], ["NOT_FOUND", "ok"]],
    ["named, whatever it was", [["MISSING_SCOPES", ["2"]]], ["ok", "AUTH_SCOPE_MISSING"]],
    ["named by nobody, which may be any", [["MISSING_SCOPES", []]], ["AUTH_SCOPE_MISSING", "AUTH_SCOPE_MISSING"]],
    ["of a stranger", [["OBJECT_NOT_FOUND", ["9"]]], ["NOT_FOUND", "NOT_FOUND"]],
  ] as const)("says of an error %s", async (_what, said, expected) => {
    const errors = said.map(([category, ids]) => ({ category, context: { ids } }));
    const { hs, run } = testClients({ [archive]: () => ({ status: 207, body: { results: [], errors } }) });
    const outcomes = await run(hs.contacts.batchArchive(["1", "2"]));
    expect(outcomes.map((outcome) => (outcome.ok ? "ok" : outcome.code))).toEqual(expected);
  });
});
