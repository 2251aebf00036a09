import { describe, expect, it } from "vitest";
import { memoryStorage } from "../memory/memory-storage.ts";
import { changedContacts } from "./changed-contacts.ts";
import { ada, type Bench, bench, failure, staff, withAda } from "./testing.fixture.ts";

const number = "9025551234";
const minute = 60_000;
const change = (more: object = {}) => ({
  subscriptionType: "contact.propertyChange",
  objectType: "contacts",
  objectId: "501",
  propertyName: "lastname",
  relatedIds: [],
  ...more,
});

/** Ada, looked up and kept; then she marries, and HubSpot tells. */
async function married(made: Bench): Promise<Bench> {
  await made.directory.lookupByPhone(number, staff);
  made.hubspot.add("501", { ...ada, lastname: "King" });
  return made;
}

const told = ({ directory }: Bench, ...changes: object[]): Promise<number> =>
  directory.contactsChanged("acme", "62515", changes.map(change));

async function seen({ directory, finish }: Bench): Promise<string> {
  const { contact, stale } = await directory.lookupByPhone(number, staff);
  await finish();
  return `${contact?.lastName ?? "nobody"}${stale ? ", stale" : ""}`;
}

describe("a contact that changed in HubSpot", () => {
  it("is shown as it was once more, flagged, and then as it is: in this process's memory too", async () => {
    const made = await married(withAda());
    expect(await seen(made)).toBe("Lovelace");
    expect(await told(made, {})).toBe(1);
    expect([await seen(made), await seen(made)]).toEqual(["Lovelace, stale", "King"]);
  });

  it("is so in other processes when their memory's minute is over", async () => {
    const made = await married(withAda());
    const other = made.another();
    expect(await seen(other)).toBe("Lovelace");
    await told(made, {});
    expect(await seen(other)).toBe("Lovelace");
    await made.clock.advance(minute);
    expect([await seen(other), await seen(other)]).toEqual(["Lovelace, stale", "King"]);
  });

  it("is asked for again when HubSpot's search told the old once more", async () => {
    const made = withAda();
    await made.directory.lookupByPhone(number, staff);
    await told(made, {});
    await made.clock.advance(10_000);
    expect([await seen(made), await seen(made)]).toEqual(["Lovelace, stale", "Lovelace"]);
    made.hubspot.add("501", { ...ada, lastname: "King" });
    await made.clock.advance(minute - 1);
    expect(await seen(made)).toBe("Lovelace");
    await made.clock.advance(1);
    expect([await seen(made), await seen(made)]).toEqual(["Lovelace, stale", "King"]);
    const calls = made.hubspot.calls.length;
    await made.clock.advance(20 * 60 * minute);
    expect(await seen(made)).toBe("King");
    expect(made.hubspot.calls, "and then for a day no more").toHaveLength(calls);
  });

  it("is not made fresh for a day by an answer that was on its way", async () => {
    const made = withAda();
    await made.directory.lookupByPhone(number, staff);
    await made.clock.advance(25 * 60 * minute);
    let open = () => {};
    made.hubspot.gate = new Promise((resolve) => {
      open = resolve;
    });
    expect((await made.directory.lookupByPhone(number, staff)).stale).toBe(true);
    await made.clock.advance(1_000);
    await told(made, {});
    open();
    await made.finish();
    made.hubspot.add("501", { ...ada, lastname: "King" });
    await made.clock.advance(minute);
    expect([await seen(made), await seen(made)]).toEqual(["Lovelace, stale", "King"]);
  });

  it("stays known while HubSpot cannot be asked", async () => {
    const made = await married(withAda());
    await told(made, {});
    made.hubspot.failing = failure("HUBSPOT_UNAVAILABLE");
    await made.clock.advance(10 * minute);
    expect([await seen(made), await seen(made)]).toEqual(["Lovelace, stale", "Lovelace, stale"]);
  });

  it("and is gone there, or has given the number away, is nobody here", async () => {
    for (const event of [{ subscriptionType: "contact.deletion", propertyName: null }, { propertyName: "phone" }]) {
      const made = await married(withAda());
      made.hubspot.remove("501");
      await told(made, event);
      expect([await seen(made), await seen(made)]).toEqual(["Lovelace, stale", "nobody"]);
    }
  });

  it("is refreshed before anybody asks while its conversation lasts", async () => {
    const made = await married(withAda());
    await made.storage.tenants.pin("acme", "62515", made.clock.now());
    await made.directory.markActive([number], staff);
    await told(made, {});
    const job = made.directory.jobs.find(({ name }) => name === "directory:refresh");
    const now = made.clock.now();
    expect(await job?.run({ now, deadline: now + 1, signal: new AbortController().signal })).toMatchObject({ did: 1 });
    expect(await seen(made)).toBe("King");
  });

  it("is found by its new name at once", async () => {
    const made = withAda();
    await made.directory.search("ada", staff);
    made.hubspot.add("501", { ...ada, lastname: "King" });
    await told(made, {});
    const { contacts } = await made.directory.search("ada", staff);
    expect(contacts).toMatchObject([{ lastName: "King" }]);
  });

  it("costs an account that counts a score up all day no search, nor any statement", async () => {
    const storage = memoryStorage();
    const outdate = () => Promise.reject(failure("INTERNAL"));
    const made = await married(withAda({ storage, store: { ...storage.cache, outdate } }));
    const idle = [
      { propertyName: "hs_predictive_score" },
      { propertyName: "lastmodifieddate" },
      { subscriptionType: "contact.creation", propertyName: null },
      { objectType: "companies" },
      { objectType: null },
      { objectId: null },
    ];
    expect(await told(made, ...idle)).toBe(0);
    expect(await seen(made)).toBe("Lovelace");
  });
});

describe("which contacts changed", () => {
  const ids = (more: object) => changedContacts([change(more)], ["email"]);

  it.each([
    ["a kept property", { propertyName: "email" }, ["501"]],
    ["one that is not kept", { propertyName: "lastname" }, []],
    ["a number", { propertyName: "mobilephone" }, ["501"]],
    ["the country, by which a number is read", { propertyName: "country" }, ["501"]],
    ["something, as the journal says it", { propertyName: undefined, objectType: "0-1" }, ["501"]],
    ["a merge", { subscriptionType: "object.merge", propertyName: null, relatedIds: ["7", "8"] }, ["501", "7", "8"]],
    ["a deletion", { subscriptionType: "contact.deletion", propertyName: null }, ["501"]],
    ["a restore", { subscriptionType: "contact.restore", propertyName: null }, ["501"]],
    ["an erasure", { subscriptionType: "contact.privacyDeletion", propertyName: null }, ["501"]],
    ["an association", { subscriptionType: "contact.associationChange", propertyName: null, relatedIds: ["9"] }, []],
    ["a kind of tomorrow", { subscriptionType: "contact.sneezed", propertyName: null }, ["501"]],
  ])("by %s", (_, more, expected) => {
    expect(ids(more)).toEqual(expected);
  });

  it("each once, however often they did", () => {
    expect(changedContacts([change(), change(), change({ objectId: "502" })], ["lastName"])).toEqual(["501", "502"]);
  });
});

it("a directory that never asked is told without harm", async () => {
  expect(await told(bench(), {})).toBe(0);
});
