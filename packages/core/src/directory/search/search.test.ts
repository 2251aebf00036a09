import { describe, expect, it } from "vitest";
import { failure, staff } from "../testing.fixture.ts";
import { fields, ids, office } from "./office.fixture.ts";

const second = 1_000;
const minute = 60_000;
const other = { ...staff, actor: { id: "u8", role: "support" } };

describe("a search", () => {
  it("finds people by name, company and address, with everything a picker shows", async () => {
    const { directory } = office();
    const found = await directory.search("  john   SMITH ", staff);
    expect(found).toMatchObject({ recent: [], cached: false });
    expect(found.contacts).toEqual([
      {
        id: "501",
        firstName: "John",
        lastName: "Smith",
        fullName: "John Smith",
        company: "ABC Corp",
        email: "john@example.com",
        phone: "+19025551234",
        phoneFormatted: "(902) 555-1234",
        extension: null,
        hasActiveConversation: false,
      },
    ]);
    expect(ids(await directory.search("smith", staff))).toEqual([[], ["501", "502"]]);
    expect(ids(await directory.search("abc", staff))).toEqual([[], ["501"]]);
    expect(ids(await directory.search("john@example.com", staff))).toEqual([[], ["501"]]);
    expect(ids(await directory.search("smith", staff, { limit: 1 }))).toEqual([[], ["501"]]);
  });

  it("finds a number in any spelling, verified: the same digits in another country are not it", async () => {
    const { directory, hubspot } = office();
    hubspot.add("503", { firstname: "Nora", phone: "+47 902 55 512", country: "Norway" });
    for (const spelling of ["902-555-1234", "+1 (902) 555 1234", "9025551234"]) {
      expect(ids(await directory.search(spelling, staff))).toEqual([[], ["501"]]);
    }
    expect(ids(await directory.search("902-555", staff))).toEqual([[], ["501"]]);
  });

  it("shows whom HubSpot has without a number", async () => {
    const { directory, hubspot } = office();
    hubspot.add("504", { firstname: "Ed", phone: "call his mother" });
    expect((await directory.search("ed", staff)).contacts).toMatchObject([
      { id: "504", phone: null, phoneFormatted: null },
    ]);
  });

  it("asks once for what fifty want at once, and not again within half a minute", async () => {
    const { directory, hubspot, clock } = office();
    await Promise.all(Array.from({ length: 50 }, () => directory.search("john", staff)));
    expect(hubspot.calls).toHaveLength(1);
    await clock.advance(29 * second);
    expect(await directory.search("JOHN ", other)).toMatchObject({ cached: true, contacts: [{ id: "501" }] });
    await clock.advance(second);
    expect(await directory.search("john", staff)).toMatchObject({ cached: false });
    expect(hubspot.calls).toHaveLength(2);
    await directory.search("john", { ...staff, tenant: "bolt" });
    expect(hubspot.calls).toHaveLength(3);
  });

  it("keeps nothing where the cache is switched off", async () => {
    const { directory, hubspot } = office({ features: () => ({ lookups: true, search: true, cache: false }) });
    await directory.search("john", staff);
    await directory.search("john", staff);
    expect(hubspot.calls).toHaveLength(2);
  });

  it("says whose conversation is open, as the host knows; a host that fails marks nobody", async () => {
    const asked: unknown[] = [];
    const { directory } = office({
      options: {
        hasActiveConversation: (tenant, people) => {
          asked.push([tenant, people]);
          return people.map(({ phone }) => phone === "+14165550199");
        },
      },
    });
    const { contacts } = await directory.search("smith", staff);
    expect(contacts.map((contact) => contact.hasActiveConversation)).toEqual([false, true]);
    expect(asked).toEqual([
      [
        "acme",
        [
          { contactId: "501", phone: "+19025551234" },
          { contactId: "502", phone: "+14165550199" },
        ],
      ],
    ]);
    const broken = office({
      options: {
        hasActiveConversation: () => {
          throw new Error("John Smith's row is locked");
        },
      },
    });
    expect((await broken.directory.search("smith", staff)).contacts).toHaveLength(2);
    expect(broken.said.lines.join()).toContain("directory.active_conversations_failed");
    expect(broken.said.spoken()).not.toContain("John");
  });

  it.each([
    ["a novel", "x".repeat(201), {}],
    ["no text", 7, {}],
    ["a limit of 0", "john", { limit: 0 }],
    ["a limit of 101", "john", { limit: 101 }],
  ])("refuses %s", async (_name, query, options) => {
    const { directory, hubspot } = office();
    await expect(directory.search(query as string, staff, options)).rejects.toMatchObject({ code: "INPUT_INVALID" });
    expect(hubspot.calls).toHaveLength(0);
  });
});

describe("the audit trail of searches", () => {
  it("has a row for each person shown, one for nobody, one for a refusal", async () => {
    const { directory, clock, auditRows } = office({ options: { fields, access: { roles: { search: ["support"] } } } });
    await directory.search("smith", staff);
    await clock.advance(1);
    await directory.search("nobody at all", staff);
    await clock.advance(1);
    const guest = { ...staff, actor: { id: "g", role: "guest" } };
    await expect(directory.search("smith", guest)).rejects.toMatchObject({ code: "ACCESS_DENIED" });
    const rows = await auditRows();
    expect(rows.map(({ action, outcome, contactId }) => `${action} ${outcome} ${contactId}`)).toEqual([
      expect.stringMatching(/search hit 50[12]/),
      expect.stringMatching(/search hit 50[12]/),
      "search miss null",
      "search denied null",
    ]);
    expect(rows[0]?.subjectIndex).toMatch(/^1\.k1\./);
  });

  it("withholds what cannot be recorded", async () => {
    const { directory, storage } = office();
    await directory.search("smith", staff);
    await storage.close();
    const found = await directory.search("smith", staff);
    expect(found).toMatchObject({ contacts: [], recent: [], degraded: { code: "AUDIT_FAILED" } });
  });
});

describe("when HubSpot fails", () => {
  it.each(["NETWORK_FAILED", "RATE_LIMITED", "AUTH_INVALID", "DAILY_LIMIT_REACHED"] as const)(
    "(%s) recents go on, a recent answer stands in, people are told once, and nothing throws",
    async (code) => {
      const { directory, hubspot, clock, said } = office();
      await directory.search("smith", staff);
      await directory.opened("502", staff);
      hubspot.failing = failure(code);
      await clock.advance(minute);
      const found = await directory.search("smith", staff);
      expect(ids(found)).toEqual([["502"], ["501"]]);
      expect(found).toMatchObject({ cached: true, degraded: { code } });
      const unknown = await directory.search("joanna", staff);
      expect(ids(unknown)).toEqual([["502"], []]);
      expect(unknown.degraded?.code).toMatch(code === "AUTH_INVALID" ? /AUTH_CIRCUIT_OPEN/ : code);
      await clock.advance(10 * minute);
      expect((await directory.search("smith", staff)).contacts).toEqual([]);
      expect(said.raised).toHaveLength(1);
      await expect(directory.search("smith", staff, { throwOnFailure: true })).rejects.toMatchObject({
        code: expect.stringMatching(`${code}|AUTH_CIRCUIT_OPEN`),
      });
    },
  );

  it("a history that cannot be read or written costs no search", async () => {
    const made = office();
    const down = () => Promise.reject(failure("STORE_UNAVAILABLE"));
    const { directory, said } = office({ history: { ...made.storage.history, put: down, list: down } });
    expect(ids(await directory.search("john", staff))).toEqual([[], ["501"]]);
    expect(said.lines.join()).toContain("history.store_failed");
  });
});

describe("who was erased", () => {
  it("is found by no search, from HubSpot or from memory", async () => {
    const erased = new Set<string>();
    const { directory } = office({
      isSuppressed: (_tenant, questions) => questions.map(({ value }) => erased.has(value)),
    });
    expect(ids(await directory.search("smith", staff))).toEqual([[], ["501", "502"]]);
    erased.add("501");
    await directory.forgetContacts("acme", ["501"]);
    expect(ids(await directory.search("smith", staff))).toEqual([[], ["502"]]);
    erased.add("+14165550199");
    expect(ids(await directory.search("joanna", staff))).toEqual([[], []]);
    await expect(directory.opened("501", staff)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});
