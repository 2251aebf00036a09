import { describe, expect, it } from "vitest";
import { HubspokeError } from "../errors/hubspoke-error.ts";
import { broken } from "../http/fake-hubspot.fixture.ts";
import type { BatchOutcome } from "../model/record.ts";
import { tokenFor } from "./credentials.ts";
import type { HubSpotClient } from "./hubspot-client.ts";
import { contact, inputsOf, type Routes, testClients } from "./test-clients.fixture.ts";

const create = "POST /crm/objects/2026-09/contacts/batch/create";
const emails = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ properties: { email: `c${i}@example.com` } }));

/** A vault that gives the token `times` times and then breaks. */
function failing(times: number, what: unknown): ReturnType<typeof tokenFor> {
  let left = times;
  return tokenFor(() => {
    if (left-- > 0) return "pat-na1-token";
    throw what;
  });
}

function portal(): { readonly routes: Routes; readonly written: string[] } {
  const written: string[] = [];
  const routes: Routes = {
    [create]: (request) => ({
      status: 201,
      body: {
        results: inputsOf(request).map((input) => {
          const { email = "" } = input.properties as Record<string, string>;
          written.push(email);
          return { ...contact(String(written.length), { email }), objectWriteTraceId: input.objectWriteTraceId };
        }),
      },
    }),
  };
  return { routes, written };
}

describe("a batch that has to stop half way", () => {
  it.each([
    ["a vault that throws", new Error("vault: ann@example.com"), "HANDLER_FAILED"],
    ["a store that is away", new HubspokeError("STORE_UNAVAILABLE", "STORE_UNAVAILABLE: away"), "STORE_UNAVAILABLE"],
  ])("says of every input whether it was written: %s", async (_name, thrown, code) => {
    const { routes, written } = portal();
    const { hs, run } = testClients(routes, { auth: failing(3, thrown) });
    const inputs = emails(1_050);
    const outcomes = await run(hs.contacts.batchCreate(inputs));
    expect(written.length).toBe(300);
    expect(outcomes.map(({ index }) => index)).toEqual(inputs.map((_, i) => i));
    const done = outcomes.flatMap((outcome) => (outcome.ok ? (outcome.value.properties.email ?? "") : []));
    expect(done.sort()).toEqual(written.sort());
    const rest = outcomes.filter((outcome) => !outcome.ok);
    expect(rest.length).toBe(750);
    for (const outcome of rest) expect(outcome).toMatchObject({ code: "INTERNAL", error: { code } });
    expect(JSON.stringify(rest) + String(rest[0]?.error)).not.toContain("ann@");
  });

  it.each<[string, string, (hs: HubSpotClient, many: number[]) => Promise<BatchOutcome<unknown>[]>]>([
    [
      "archives",
      "POST /crm/objects/2026-09/contacts/batch/archive",
      (hs, many) => hs.contacts.batchArchive(many.map(String)),
    ],
    [
      "associations",
      "POST /crm/associations/2026-09/contacts/companies/batch/associate/default",
      (hs, many) =>
        hs.associations.batchLink(
          "contacts",
          "companies",
          many.map((id) => ({ fromId: String(id), toId: "1" })),
        ),
    ],
    [
      "properties",
      "POST /crm/properties/2026-09/contacts/batch/create",
      (hs, many) =>
        hs
          .properties("contacts")
          .batchCreate(
            many.map((id) => ({ name: `p_${id}`, label: "P", type: "string", fieldType: "text", groupName: "g" })),
          ),
    ],
    [
      "events",
      "POST /integrators/timeline/2026-09/events/batch",
      (hs, many) =>
        hs.appEvents.sendMany(
          many.map((id) => ({ id: String(id), eventTypeName: "seen", properties: {}, objectId: "1" })),
        ),
    ],
  ])("of %s says so too", async (_name, route, write) => {
    const routes: Routes = { [route]: (request) => ({ body: { results: inputsOf(request) } }) };
    const many = Array.from({ length: 5_000 }, (_, i) => i + 1);
    const { hs, run } = testClients(routes, { auth: failing(2, new Error("vault")) });
    const outcomes = await run(write(hs, many));
    expect(outcomes.map(({ index }) => index)).toEqual(many.map((_, i) => i));
    expect(new Set(outcomes.map((outcome) => (outcome.ok ? "ok" : outcome.code)))).toEqual(new Set(["ok", "INTERNAL"]));
    const none = testClients(routes, { auth: failing(0, new Error("vault")) });
    await expect(none.run(write(none.hs, many))).rejects.toThrow("vault");
  });

  it("throws while nothing was written", async () => {
    const { routes, written } = portal();
    const { hs, run } = testClients(routes, { auth: failing(0, new Error("vault")) });
    await expect(run(hs.contacts.batchCreate(emails(250)))).rejects.toThrow("vault");
    expect(written).toEqual([]);
  });

  it("keeps a lost create unknown where its look-up, or sending it again, throws", async () => {
    const read = "POST /crm/objects/2026-09/contacts/batch/read";
    // 1: the create; 2: the look-up by e-mail address; 3: the create again.
    for (const times of [1, 2]) {
      const routes: Routes = {
        "POST /crm/objects/2026-09/contacts": () => broken.timeout(),
        [create]: () => broken.timeout(),
        [read]: () => ({ body: { results: [] } }),
      };
      const one = testClients(routes, { auth: failing(times, new Error("vault")) });
      const making = one.run(one.hs.contacts.create({ properties: { email: "c0@example.com" } }));
      await expect(making).rejects.toMatchObject({ code: "UNKNOWN_OUTCOME" });
      const many = testClients(routes, { auth: failing(times, new Error("vault")) });
      expect(await many.run(many.hs.contacts.batchCreate(emails(2)))).toMatchObject([
        { ok: false, code: "UNKNOWN_OUTCOME" },
        { ok: false, code: "UNKNOWN_OUTCOME" },
      ]);
    }
  });
});
