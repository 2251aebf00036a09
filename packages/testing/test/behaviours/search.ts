import type { Account } from "./account.ts";
import { asked, type Behaviour, shown } from "./behaviour.ts";
import { holds, same } from "./outcome.ts";

const O = "/crm/objects/2026-09/contacts";
const SEARCH = `POST ${O}/search`;

interface Filter {
  readonly propertyName: string;
  readonly operator: string;
  readonly value?: string;
  readonly values?: readonly string[];
}

/** Makes three people of one city that nobody else lives in, and waits until search knows them. */
async function people(account: Account): Promise<(filter: Filter) => Promise<string[]>> {
  const city = account.unique();
  for (const [firstname, lead] of [
    ["Ann", "NEW"],
    ["Bob", "OPEN"],
    ["Cy", undefined],
  ] as const) {
    await account.make("contacts", { firstname, city, ...(lead === undefined ? {} : { hs_lead_status: lead }) });
  }
  const here: Filter = { propertyName: "city", operator: "EQ", value: city };
  const find = async (filters: readonly Filter[]) => {
    const { status, body } = await account.call(SEARCH, {
      filterGroups: [{ filters }],
      properties: ["firstname"],
      limit: 10,
    });
    same("the status", status, 200);
    return body.results.map((one: { properties: { firstname: string } }) => one.properties.firstname).toSorted();
  };
  await account.eventually("the new records in search", async () => (await find([here])).length === 3);
  return (filter) => find([here, filter]);
}

const refused = (id: string, says: string, body: (filters: (n: number) => Filter[]) => object): Behaviour =>
  asked({ id: `search.limit.${id}`, says, fact: "§2.2 A" }, async (account) => {
    const filters = (n: number) =>
      Array.from({ length: n }, () => ({ propertyName: "city", operator: "HAS_PROPERTY" }));
    same("the status", (await account.call(SEARCH, body(filters))).status, 400);
  });

/** What is found, when, and how much of it. */
export const SEARCHES: readonly Behaviour[] = [
  asked(
    { id: "search.case", says: "Text compares without case, enumerations with it.", fact: "§3 A" },
    async (account) => {
      const find = await people(account);
      const by = (propertyName: string, value: string) => find({ propertyName, operator: "EQ", value });
      same("text", await by("firstname", "ANN"), ["Ann"]);
      same("an enumeration", [await by("hs_lead_status", "NEW"), await by("hs_lead_status", "new")], [["Ann"], []]);
    },
  ),
  asked({ id: "search.in", says: "IN wants its text values in lower case.", fact: "§3 A" }, async (account) => {
    const find = await people(account);
    same("lower case", await find({ propertyName: "firstname", operator: "IN", values: ["ann", "bob"] }), [
      "Ann",
      "Bob",
    ]);
  }),
  asked(
    { id: "search.presence", says: "HAS_PROPERTY and NOT_HAS_PROPERTY tell a value from none.", fact: "§3 A" },
    async (account) => {
      const find = await people(account);
      same("with", await find({ propertyName: "hs_lead_status", operator: "HAS_PROPERTY" }), ["Ann", "Bob"]);
      same("without", await find({ propertyName: "hs_lead_status", operator: "NOT_HAS_PROPERTY" }), ["Cy"]);
    },
  ),
  asked(
    { id: "search.token", says: "CONTAINS_TOKEN finds words, and parts of them with *.", fact: "§3 A" },
    async (account) => {
      const find = await people(account);
      same("a word", await find({ propertyName: "firstname", operator: "CONTAINS_TOKEN", value: "bob" }), ["Bob"]);
      same("a part", await find({ propertyName: "firstname", operator: "CONTAINS_TOKEN", value: "bo*" }), ["Bob"]);
    },
  ),
  asked({ id: "search.archived", says: "Archived records are never found.", fact: "§3 A" }, async (account) => {
    const city = account.unique();
    const id = await account.make("contacts", { city });
    const filterGroups = [{ filters: [{ propertyName: "city", operator: "EQ", value: city }] }];
    const total = async () => (await account.call(SEARCH, { filterGroups })).body.total;
    await account.eventually("the new record in search", async () => (await total()) === 1);
    await account.call(`DELETE ${O}/${id}`);
    await account.eventually("the record's absence from search", async () => (await total()) === 0);
  }),
  asked(
    { id: "search.associations", says: "associations.company is a property to filter by.", fact: "§3 A" },
    async (account) => {
      const company = await account.make("companies", { name: account.unique() });
      const contact = await account.make("contacts", { firstname: account.unique() });
      await account.call(`PUT ${O}/${contact}/associations/default/companies/${company}`);
      const filterGroups = [{ filters: [{ propertyName: "associations.company", operator: "EQ", value: company }] }];
      await account.eventually("the association in search", async () => {
        const { status, body } = await account.call(SEARCH, { filterGroups });
        same("the status", status, 200);
        return body.results.some((one: { id: string }) => one.id === contact);
      });
    },
  ),
  asked(
    { id: "search.headers", says: "Search answers carry no interval headers of the rate limit.", fact: "§2.4 A" },
    async (account) => {
      const { headers } = await account.call(SEARCH, { limit: 1 });
      same("the header", headers.get("x-hubspot-ratelimit-max"), null);
      const read = await account.call(`GET ${O}?limit=1`);
      holds("a read has it", Number(read.headers.get("x-hubspot-ratelimit-max")) > 0);
    },
  ),
  refused("groups", "Six filter groups are 400.", (filters) => ({
    filterGroups: Array.from({ length: 6 }, () => ({ filters: filters(1) })),
  })),
  refused("filters", "Seven filters in a group are 400.", (filters) => ({ filterGroups: [{ filters: filters(7) }] })),
  refused("all-filters", "Nineteen filters in all are 400.", (filters) => ({
    filterGroups: [6, 6, 6, 1].map((n) => ({ filters: filters(n) })),
  })),
  refused("page", "A page of 201 is 400.", () => ({ limit: 201 })),
  refused("results", "Past 10,000 results it is 400.", () => ({ limit: 100, after: "9950" })),
  refused("body", "A body of more than 3,000 characters is 400.", () => ({ query: "x".repeat(2_999) })),
  refused("sorts", "Two sorts are 400.", () => ({
    sorts: ["email", "phone"].map((propertyName) => ({ propertyName, direction: "ASCENDING" })),
  })),
  shown(
    {
      id: "search.lag",
      says: "A change reaches search some time after reads see it.",
      fact: "§3 A",
      knob: "searchLag",
    },
    async ({ call, clock }) => {
      await call(`POST ${O}`, { properties: { firstname: "Ann" } });
      same("at once", (await call(SEARCH, {})).body.total, 0);
      await clock.advance(5_000);
      same("later", (await call(SEARCH, {})).body.total, 1);
    },
    { searchLag: 5_000 },
  ),
  shown(
    { id: "search.lag.spikes", says: "The lag grows now and then.", fact: "R§3 B", knob: "lagSpike" },
    async ({ call, clock, sim }) => {
      sim.portal().contacts.create({});
      await clock.advance(10_000);
      same("in the spike", (await call(SEARCH, {})).body.total, 0);
      await clock.advance(20_000);
      same("after it", (await call(SEARCH, {})).body.total, 1);
    },
    { searchLag: 1_000, lagSpike: { everyMs: 600_000, lastsMs: 60_000, lag: 30_000 } },
  ),
  shown(
    {
      id: "search.newer",
      says: "Search may answer newer values than it found by, and out of order.",
      fact: "R§3 B",
      knob: "searchShows",
    },
    async ({ call, sim, clock }) => {
      const { id } = sim.portal().contacts.create({ city: "Old" });
      await clock.advance(60_000);
      sim.portal().contacts.update(id, { city: "New" });
      const filterGroups = [{ filters: [{ propertyName: "city", operator: "EQ", value: "old" }] }];
      const { results } = (await call(SEARCH, { filterGroups, properties: ["city"] })).body;
      same("the value", results[0].properties.city, "New");
    },
    { searchLag: 60_000, searchShows: "current" },
  ),
  shown(
    {
      id: "search.negation",
      says: "Whether negative operators find records without a value.",
      fact: "none C",
      knob: "negationMatchesMissing",
    },
    async ({ call, sim }) => {
      sim.portal().contacts.create({ firstname: "Ann" });
      const filterGroups = [{ filters: [{ propertyName: "city", operator: "NEQ", value: "x" }] }];
      const total = async () => (await call(SEARCH, { filterGroups })).body.total;
      same("by default", await total(), 0);
      sim.configure({ negationMatchesMissing: true });
      same("otherwise", await total(), 1);
    },
  ),
];
