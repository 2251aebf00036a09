import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { contact, inputsOf, testClients } from "./test-clients.fixture.ts";

const card = "4242 4242 4242 4242";
const stripeKey = `sk_live_${"4eC39HqLyjWDarjtT1zdp7dc"}`;
const path = (verb: string): string => `POST /crm/objects/2026-09/contacts/batch/${verb}`;
const utf16 = (text: string): number[] => [...Buffer.from(text, "utf16le")];
const cyrillic = "имя".repeat(2_000);
const swapped = (bytes: readonly number[]): number[] => bytes.map((_, i) => bytes[i ^ 1] ?? 0);
const echo = (request: Parameters<typeof inputsOf>[0]) => ({
  body: {
    results: inputsOf(request).map((input, i) => ({
      ...contact(String(i + 1), input.properties as Record<string, string>),
      objectWriteTraceId: input.objectWriteTraceId,
    })),
  },
});

describe("values that may not leave", () => {
  it("stop a write before anything is sent, also what learns the portal; the error names property and rule, not the value", async () => {
    const { hs, run, transport } = testClients({});
    const writes = [
      () => hs.contacts.create({ properties: { firstname: "Ann", lastname: `pays with ${card}` } }),
      () => hs.contacts.update("501", { lastname: card }),
      () =>
        hs.request("PATCH /crm/objects/{version}/{object}/{id}", {
          path: { object: "contacts", id: "501" },
          body: { properties: { lastname: card } },
        }),
      () => hs.request("POST /anything/of/tomorrow", { body: { deep: [{ lastname: card }] } }),
    ];
    for (const write of writes) {
      const error: unknown = await run(
        write().then(
          () => null,
          (reason: unknown) => reason,
        ),
      );
      expect(error).toMatchObject({
        code: "OUTBOUND_REFUSED",
        name: "HubSpotOutboundRefusedError",
        status: null,
        reasons: [{ property: "lastname", code: "CARD_NUMBER" }],
      });
      expect(inspect(error, { depth: 9 }) + JSON.stringify(error)).not.toContain("4242");
    }
    expect(transport.seen).toEqual([]);
  });

  it("cost a batch their own input only, whichever it is in", async () => {
    const { hs, run, transport } = testClients({ [path("create")]: echo, [path("upsert")]: echo });
    const inputs = Array.from({ length: 120 }, (_, i) => ({
      properties: i % 50 === 7 ? { firstname: "Ann", lastname: card } : { firstname: `Person ${i}` },
    }));
    const outcomes = await run(hs.contacts.batchCreate(inputs));
    expect(
      outcomes.flatMap((outcome) => (outcome.ok ? [] : [[outcome.index, outcome.code, outcome.properties]])),
    ).toEqual([
      [7, "OUTBOUND_REFUSED", ["lastname"]],
      [57, "OUTBOUND_REFUSED", ["lastname"]],
      [107, "OUTBOUND_REFUSED", ["lastname"]],
    ]);
    expect(transport.seen.filter(({ method }) => method === "POST")).toHaveLength(2);
    expect(JSON.stringify(transport.seen)).not.toContain("4242");

    const upserts = await run(
      hs.contacts.batchUpsert([{ id: card, properties: { firstname: "Ann" } }], { idProperty: "email" }),
    );
    expect(upserts).toMatchObject([{ ok: false, code: "OUTBOUND_REFUSED", properties: ["email"] }]);
  });

  it("are found in queries, paths and forms, and in the text of a file", async () => {
    const { hs, run, transport } = testClients({});
    const refused = { code: "OUTBOUND_REFUSED" };
    await expect(run(hs.request("DELETE /x/{name}", { path: { name: stripeKey } }))).rejects.toMatchObject(refused);
    await expect(run(hs.request("POST /x", { query: { note: card } }))).rejects.toMatchObject(refused);
    const text = `name,email\n${"Ann,ann@example.com\n".repeat(60_000)}Bob,${stripeKey}\n`;
    const form = new FormData();
    form.set("file", new File([text], "people.csv", { type: "text/csv" }));
    form.set("options", JSON.stringify({ access: "PRIVATE" }));
    await expect(run(hs.request("POST /files/{version}/files", { body: form }))).rejects.toMatchObject(refused);
    form.set("file", new File(["name\n"], "people.csv", { type: "text/csv" }));
    form.set("options", JSON.stringify({ columnMappings: [{ columnName: "pin", propertyName: "user_password" }] }));
    await expect(run(hs.request("POST /crm/imports/{version}", { body: form }))).rejects.toMatchObject({
      reasons: [{ property: "user_password", code: "DENIED_PROPERTY" }],
    });
    expect(transport.seen).toEqual([]);
  });

  it.each(["", "application/octet-stream", "application/vnd.ms-excel", "application/xml"])(
    "are found in a file of text that is called %j, and a picture is let through",
    async (type) => {
      const route = "POST /files/2026-09/files";
      const { hs, run, transport } = testClients({ [route]: () => ({ body: { id: "1" } }) });
      const sent = (part: BlobPart) => {
        const form = new FormData();
        form.set("file", new File([part], "list", { type }));
        return run(hs.request("POST /files/{version}/files", { body: form }));
      };
      await expect(sent(`náme\n${card}\n`)).rejects.toMatchObject({ code: "OUTBOUND_REFUSED" });
      // Cut in the middle of a character where its beginning ends.
      await expect(sent(`${"é".repeat(2_047)}a€ ${card}`)).rejects.toMatchObject({ code: "OUTBOUND_REFUSED" });
      expect(transport.seen).toEqual([]);
      await sent(new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]));
      expect(transport.seen.filter(({ method }) => method === "POST")).toHaveLength(1);
    },
  );

  it.each([
    ["UTF-16 with its mark", (text: string) => [0xff, 0xfe, ...utf16(text)]],
    ["UTF-16 the other way round", (text: string) => swapped([0xff, 0xfe, ...utf16(text)])],
    ["UTF-16 with its mark, in another script", (text: string) => [0xff, 0xfe, ...utf16(cyrillic + text)]],
    ["such the other way round", (text: string) => swapped([0xff, 0xfe, ...utf16(cyrillic + text)])],
    ["UTF-16 without a mark", utf16],
    ["UTF-16 without a mark, the other way round", (text: string) => swapped(utf16(text))],
    ["an older Windows", (text: string) => [0x6e, 0xe9, 0x2c, ...Buffer.from(text)]],
  ])("are found in a list in %s, at its beginning and far inside", async (_, bytes) => {
    const { hs, run, transport } = testClients({});
    for (const type of ["text/csv", "application/vnd.ms-excel", ""]) {
      for (const before of type === "" ? ["", "Ann,ann@example.com\n".repeat(60_000)] : [""]) {
        const form = new FormData();
        form.set("file", new File([new Uint8Array(bytes(`${before}Bob,${card}\n`))], "list", { type }));
        const sent = run(hs.request("POST /files/{version}/files", { body: form }));
        await expect(sent, type).rejects.toMatchObject({ code: "OUTBOUND_REFUSED" });
      }
    }
    expect(transport.seen).toEqual([]);
  });

  it("are found in bytes inside of a body, and a body of another kind than JSON is refused, not sent empty", async () => {
    const { hs, run, transport } = testClients({});
    const bytes = new TextEncoder().encode(`pays with ${card}`);
    for (const view of [bytes, new DataView(bytes.buffer), Buffer.from(bytes)]) {
      const refused = run(hs.request("POST /x", { body: { file: view } }));
      await expect(refused).rejects.toMatchObject({ code: "OUTBOUND_REFUSED" });
    }
    const kinds = [
      bytes,
      bytes.buffer,
      new URLSearchParams({ note: card }),
      new Blob([bytes]),
      new Map([["note", card]]),
      new Set([card]),
    ];
    for (const body of kinds) {
      for (const method of ["POST", "PUT", "PATCH"]) {
        const sent = run(hs.request(`${method} /x`, { body }));
        const error: unknown = await sent.catch((reason: unknown) => reason);
        expect(error, body.constructor.name).toMatchObject({ code: "INPUT_INVALID" });
        expect(inspect(error, { depth: 9 })).not.toContain("4242");
      }
    }
    expect(transport.seen).toEqual([]);
  });

  it("include the token of the call itself and this instance's keys, and no option lifts the token", async () => {
    const auth = { get: async () => ({ token: new (await import("../model/secret.ts")).Secret("CJSP5qf1KhICAQEYs") }) };
    const guard = { allow: { "*": ["SECRET"] } } as const;
    const own = testClients({}, { auth, guard });
    await expect(
      own.run(own.hs.contacts.create({ properties: { lastname: "is CJSP5qf1KhICAQEYs" } })),
    ).rejects.toMatchObject({ code: "OUTBOUND_REFUSED", reasons: [{ property: "lastname", code: "SECRET" }] });
    expect(own.calls()).toEqual([]);
    const keyed = testClients({}, { ownSecrets: ["a root key of this instance"] });
    await expect(
      keyed.run(keyed.hs.contacts.create({ properties: { lastname: "(a root key of this instance)" } })),
    ).rejects.toMatchObject({ reasons: [{ property: "lastname", code: "SECRET" }] });
    // The token was in the call's hands only: its slot is free again.
    expect(own.clients.quota()).toEqual(expect.arrayContaining([expect.objectContaining({ inFlight: 0 })]));
  });

  it("may be read and searched for, and what was lifted is written", async () => {
    const search = "POST /crm/objects/2026-09/contacts/search";
    const { hs, run, calls } = testClients(
      {
        [search]: () => ({ body: { total: 0, results: [] } }),
        "PATCH /crm/objects/2026-09/contacts/501": () => ({ body: contact("501", { lastname: card }) }),
      },
      { guard: { allow: { lastname: ["CARD_NUMBER"] } } },
    );
    await run(
      hs.contacts.search({
        filters: [{ property: "lastname", operator: "EQ", value: stripeKey }],
        properties: ["lastname"],
      }),
    );
    await run(hs.contacts.update("501", { lastname: card }));
    expect(calls()).toEqual([search, "PATCH /crm/objects/2026-09/contacts/501"]);
  });
});
