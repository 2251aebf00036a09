import { describe, expect, it } from "vitest";
import { settled, start } from "../audit/testing.fixture.ts";
import { ringOf } from "../crypto/testing.fixture.ts";
import type { SuppressionHook } from "./suppression.ts";
import { ada, staff, withAda } from "./testing.fixture.ts";

describe("isolation", () => {
  it("never shows one tenant what was fetched for another, though portal and number are the same", async () => {
    const { directory, hubspot, storage } = withAda();
    await directory.lookupByPhone("9025551234", staff);
    hubspot.remove("501");
    const other = { ...staff, tenant: "bolt" };
    expect((await directory.lookupByPhone("9025551234", other)).contact).toBeNull();
    expect(hubspot.calls.map(({ tenant }) => tenant)).toEqual(["acme", "bolt"]);
    const [mine, theirs] = [
      await storage.cache.stats("acme", "62515", start),
      await storage.cache.stats("bolt", "62515", start),
    ];
    expect([mine.positive, mine.negative, theirs.positive, theirs.negative]).toEqual([1, 0, 0, 1]);
  });

  it("keeps portals of one tenant apart", async () => {
    const { directory, hubspot, another } = withAda();
    await directory.lookupByPhone("9025551234", staff);
    hubspot.remove("501");
    const moved = another({ portals: { pinned: () => "99", remembered: () => "99", learn: async () => "99" } });
    expect((await moved.directory.lookupByPhone("9025551234", staff)).contact).toBeNull();
  });

  it("learns the portal once HubSpot can be asked, and not before the circuit allows", async () => {
    let pinned: string | null = null;
    const learn = async () => {
      pinned = "62515";
      return pinned;
    };
    const { directory } = withAda({ portals: { pinned: () => pinned, remembered: () => pinned, learn } });
    expect((await directory.lookupByPhone("9025551234", staff)).contact?.id).toBe("501");
    expect(pinned).toBe("62515");
  });
});

describe("key rotation", () => {
  it("finds what was sealed and indexed under the previous key without asking HubSpot", async () => {
    const { directory, hubspot, another } = withAda({ ring: ringOf("k1", ["k1"]) });
    await directory.lookupByPhone("9025551234", staff);
    const rotated = another({ ring: ringOf("k2", ["k1", "k2"]) });
    expect(await rotated.directory.lookupByPhone("9025551234", staff)).toMatchObject({
      source: "cache",
      contact: { id: "501" },
    });
    expect(hubspot.calls).toHaveLength(1);
  });

  it("asks HubSpot anew when the key is gone", async () => {
    const { directory, another } = withAda({ ring: ringOf("k1", ["k1"]) });
    await directory.lookupByPhone("9025551234", staff);
    const retired = another({ ring: ringOf("k2", ["k2"]) });
    expect(await retired.directory.lookupByPhone("9025551234", staff)).toMatchObject({
      source: "hubspot",
      contact: { id: "501" },
    });
  });
});

describe("forgetting", () => {
  it("drops a contact that changed in HubSpot, from memory and store", async () => {
    const { directory, hubspot } = withAda();
    await directory.lookupByPhone("9025551234", staff);
    hubspot.add("501", { ...ada, lastname: "King" });
    expect(await directory.forgetContacts("acme", ["501"])).toBe(1);
    expect((await directory.lookupByPhone("9025551234", staff)).contact?.lastName).toBe("King");
  });

  it("answers for erased people as for nobody, asks HubSpot nothing, and keeps nothing fetched meanwhile", async () => {
    const erased = new Set<string>();
    const isSuppressed: SuppressionHook = (_tenant, questions) =>
      questions.map(({ kind, value }) => erased.has(`${kind} ${value}`));
    const { directory, hubspot, storage } = withAda({ isSuppressed });
    let open = () => {};
    hubspot.gate = new Promise((resolve) => {
      open = resolve;
    });
    const flying = directory.lookupByPhone("9025551234", staff);
    await settled();
    erased.add("contact 501");
    open();
    expect(await flying).toMatchObject({ contact: null });
    expect((await storage.cache.stats("acme", "62515", start)).positive).toBe(0);
    erased.add("phone +19025551234");
    const calls = hubspot.calls.length;
    expect(await directory.lookupByPhone("9025551234", staff)).toMatchObject({ contact: null, source: "negative" });
    expect(hubspot.calls).toHaveLength(calls);
  });

  it("takes back what was kept of somebody erased between the check and the write", async () => {
    let asked = 0;
    const isSuppressed: SuppressionHook = (_tenant, questions) =>
      questions.map(({ kind }) => kind === "contact" && asked++ > 0);
    const { directory, storage } = withAda({ isSuppressed });
    expect((await directory.lookupByPhone("9025551234", staff)).contact).toBeNull();
    expect(await storage.cache.stats("acme", "62515", start)).toMatchObject({ positive: 0, negative: 0 });
    expect((await directory.lookupByPhone("9025551234", staff)).source).toBe("hubspot");
  });
});
