import { NOBODY, read } from "./account.ts";
import { asked, type Behaviour } from "./behaviour.ts";
import { holds, same } from "./outcome.ts";

const O = "/crm/objects/2026-09";

/** One record at a time. */
export const OBJECTS: readonly Behaviour[] = [
  asked(
    {
      id: "objects.create",
      says: "A create answers 201 with the id, the values written and, in 2026-09, a url.",
      fact: "§1.7 A",
    },
    async (account) => {
      const { status, body } = await account.call(`POST ${O}/contacts`, {
        properties: { firstname: account.unique() },
      });
      same("the status", status, 201);
      same("hs_object_id", body.properties.hs_object_id, body.id);
      holds("url ends with the record's path", String(body.url).endsWith(`/record/0-1/${body.id}`));
    },
  ),
  asked(
    {
      id: "objects.versions",
      says: "v3 and 2026-03 answer the same records, without url and warnings.",
      fact: "§1.7 A",
    },
    async (account) => {
      const id = await account.make("contacts", { firstname: account.unique() });
      for (const base of ["/crm/v3/objects", "/crm/objects/2026-03"]) {
        const { status, body } = await account.call(`GET ${base}/contacts/${id}`);
        same("the status", status, 200);
        same("url", body.url, undefined);
      }
    },
  ),
  asked(
    { id: "objects.type-ids", says: "A type goes by its name and by its id: deals are 0-3.", fact: "§1.3 A" },
    async (account) => {
      const id = await account.make("0-3", { dealname: account.unique() });
      same("the status by name", (await account.call(`GET ${O}/deals/${id}`)).status, 200);
    },
  ),
  asked(
    {
      id: "objects.unknown-id",
      says: "An unknown numeric id is 404 “resource not found”, without a category.",
      fact: "§6 B",
    },
    async (account) => {
      const { status, body } = await account.call(`GET ${O}/contacts/${NOBODY}`);
      same("the status", status, 404);
      same("the message", body.message, "resource not found");
      same("the category", body.category, undefined);
    },
  ),
  asked(
    {
      id: "objects.unknown-property",
      says: "Reads leave out properties that do not exist, and answer null for empty ones.",
      fact: "none C",
    },
    async (account) => {
      const id = await account.make("contacts", { firstname: account.unique() });
      const { properties } = await read(account, "contacts", id, "properties=city,no_such_property_1");
      same("an empty one", properties.city, null);
      same("an unknown one", "no_such_property_1" in properties, false);
    },
  ),
  asked(
    {
      id: "objects.archive",
      says: "DELETE archives: 204, then 404, and still there with ?archived=true.",
      fact: "§7.2 A",
    },
    async (account) => {
      const id = await account.make("contacts", { firstname: account.unique() });
      same("the status", (await account.call(`DELETE ${O}/contacts/${id}`)).status, 204);
      same("a read", (await account.call(`GET ${O}/contacts/${id}`)).status, 404);
      const archived = await account.call(`GET ${O}/contacts/${id}?archived=true`);
      same("a read of the archived", [archived.status, archived.body.archived], [200, true]);
    },
  ),
  asked(
    {
      id: "objects.history",
      says: "propertiesWithHistory gives value, time and source, newest first.",
      fact: "R§3 B",
    },
    async (account) => {
      const id = await account.make("contacts", { city: "One" });
      await account.wait(1_100);
      await account.call(`PATCH ${O}/contacts/${id}`, { properties: { city: "Two" } });
      const history = (await read(account, "contacts", id, "propertiesWithHistory=city")).propertiesWithHistory.city;
      same(
        "the values",
        history.map((one: { value: string }) => one.value),
        ["Two", "One"],
      );
      same("the source", history[0].sourceType, "INTEGRATION");
    },
  ),
  asked(
    { id: "objects.unchanged-write", says: "A write that changes nothing leaves no history.", fact: "none C" },
    async (account) => {
      const id = await account.make("contacts", { city: "One" });
      await account.call(`PATCH ${O}/contacts/${id}`, { properties: { city: "One" } });
      const { propertiesWithHistory } = await read(account, "contacts", id, "propertiesWithHistory=city");
      same("the entries", propertiesWithHistory.city.length, 1);
    },
  ),
  asked({ id: "objects.clear", says: "An empty string clears a value.", fact: "§7.3 A" }, async (account) => {
    const id = await account.make("contacts", { city: "One" });
    same("the status", (await account.call(`PATCH ${O}/contacts/${id}`, { properties: { city: "" } })).status, 200);
    const { city } = (await read(account, "contacts", id, "properties=city")).properties;
    holds("it is empty", city === null || city === "");
  }),
  asked(
    {
      id: "objects.last-modified",
      says: "Contacts have lastmodifieddate, everything else hs_lastmodifieddate.",
      fact: "§3 A",
    },
    async (account) => {
      const contact = await account.make("contacts", { firstname: account.unique() });
      const company = await account.make("companies", { name: account.unique() });
      const of = async (type: string, id: string, name: string) =>
        (await read(account, type, id, `properties=${name}`)).properties[name];
      holds("of a contact", (await of("contacts", contact, "lastmodifieddate")) !== null);
      holds("of a company", (await of("companies", company, "hs_lastmodifieddate")) !== null);
    },
  ),
  asked(
    {
      id: "objects.list",
      says: "Lists page by a cursor, which is the next record's id, and end without paging.next.",
      fact: "§3 A",
    },
    async (account) => {
      await account.make("contacts", { firstname: account.unique() });
      await account.make("contacts", { firstname: account.unique() });
      const first = await account.call(`GET ${O}/contacts?limit=1`);
      const { after } = first.body.paging.next;
      const second = await account.call(`GET ${O}/contacts?limit=1&after=${after}`);
      same("the next record", second.body.results[0].id, after);
    },
  ),
  asked(
    { id: "objects.list.limit", says: "A list page holds at most 100; 400 for more.", fact: "§2.3 A" },
    async (account) => {
      same("a page of 100", (await account.call(`GET ${O}/contacts?limit=100`)).status, 200);
      same("a page of 101", (await account.call(`GET ${O}/contacts?limit=101`)).status, 400);
    },
  ),
  asked(
    { id: "objects.read.history-limit", says: "With histories a batch read takes 50 inputs, not 100.", fact: "R§3 B" },
    async (account) => {
      const inputs = Array.from({ length: 51 }, () => ({ id: NOBODY }));
      const read = { inputs, properties: [], propertiesWithHistory: ["city"] };
      same("51 inputs", (await account.call(`POST ${O}/contacts/batch/read`, read)).status, 400);
    },
  ),
  asked(
    { id: "engagements.timestamp", says: "Notes, calls and their like need hs_timestamp.", fact: "§7.5 A" },
    async (account) => {
      const { status } = await account.call(`POST ${O}/notes`, { properties: { hs_note_body: account.unique() } });
      same("the status", status, 400);
    },
  ),
  asked(
    { id: "calls.recording", says: "A call's recording is at a secure address: https only.", fact: "§7.6 A" },
    async (account) => {
      const properties = { hs_timestamp: "2026-01-01T00:00:00Z", hs_call_recording_url: "http://calls.example/a.mp3" };
      same("the status", (await account.call(`POST ${O}/calls`, { properties })).status, 400);
    },
  ),
  asked(
    { id: "deals.stage", says: "A deal stage that its pipeline does not have is 400.", fact: "none C" },
    async (account) => {
      const properties = { dealname: account.unique(), dealstage: "no_such_stage_1" };
      same("the status", (await account.call(`POST ${O}/deals`, { properties })).status, 400);
    },
  ),
];
