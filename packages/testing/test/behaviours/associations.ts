import { asked, type Behaviour, shown } from "./behaviour.ts";
import { holds, same } from "./outcome.ts";

const O = "/crm/objects/2026-09";
const A = "/crm/associations/2026-09";
const plain = { associationCategory: "HUBSPOT_DEFINED", associationTypeId: 279 };
const primary = { associationCategory: "HUBSPOT_DEFINED", associationTypeId: 1 };

interface Ends {
  readonly contact: string;
  readonly company: string;
  /** The type numbers of the pair, from the contact's side. */
  readonly types: () => Promise<number[]>;
}

/** Who belongs to whom. */
export const ASSOCIATIONS: readonly Behaviour[] = [
  asked(
    {
      id: "associations.primary",
      says: "A contact's first company becomes its primary one: 279 and 1.",
      fact: "§7.4 C",
    },
    async (account) => {
      const { contact, company, types } = await ends(account);
      same(
        "the status",
        (await account.call(`PUT ${O}/contacts/${contact}/associations/default/companies/${company}`)).status,
        200,
      );
      same("the types", await types(), [1, 279]);
    },
  ),
  asked(
    {
      id: "associations.both-directions",
      says: "The other direction has numbers of its own: 280 and 2.",
      fact: "§7.4 A",
    },
    async (account) => {
      const { contact, company } = await ends(account);
      await account.call(`PUT ${O}/contacts/${contact}/associations/default/companies/${company}`);
      const { body } = await account.call(`GET ${O}/companies/${company}/associations/contacts`);
      same("the types", numbers(body.results[0].associationTypes), [2, 280]);
    },
  ),
  asked(
    { id: "associations.replace", says: "PUT replaces all types of the pair.", fact: "§7.4 A" },
    async (account) => {
      const { contact, company, types } = await ends(account);
      const label = account.unique();
      const made = await account.call(`POST ${A}/contacts/companies/labels`, { name: label, label });
      const typeId = made.body.results?.find((type: { label: string }) => type.label === label)?.typeId;
      const put = (list: object[]) =>
        account.call(`PUT ${O}/contacts/${contact}/associations/companies/${company}`, list);
      await put([{ associationCategory: "USER_DEFINED", associationTypeId: typeId }]);
      holds("the label is there", (await types()).includes(typeId));
      await put([plain, primary]);
      same("the types afterwards", await types(), [1, 279]);
    },
  ),
  asked(
    { id: "associations.on-create", says: "A create may bring its associations.", fact: "§1.7 A" },
    async (account) => {
      const company = await account.make("companies", { name: account.unique() });
      const associations = [{ to: { id: company }, types: [plain] }];
      const { status, body } = await account.call(`POST ${O}/contacts`, {
        properties: { firstname: "A" },
        associations,
      });
      same("the status", status, 201);
      const read = await account.call(`GET ${O}/contacts/${body.id}/associations/companies`);
      same("how many there are", read.body.results.length, 1);
    },
  ),
  asked(
    { id: "associations.batch.read", says: "A batch read of a record without any is 207.", fact: "none C" },
    async (account) => {
      const contact = await account.make("contacts", { firstname: account.unique() });
      const { status } = await account.call(`POST ${A}/contacts/companies/batch/read`, { inputs: [{ id: contact }] });
      same("the status", status, 207);
    },
  ),
  asked(
    { id: "associations.batch.create", says: "A batch create takes types by category and number.", fact: "§1.4 B" },
    async (account) => {
      const { contact, company, types } = await ends(account);
      const inputs = [{ from: { id: contact }, to: { id: company }, types: [plain] }];
      same("the status", (await account.call(`POST ${A}/contacts/companies/batch/create`, { inputs })).status, 201);
      holds("the plain type is there", (await types()).includes(279));
    },
  ),
  asked(
    {
      id: "associations.batch.archive",
      says: "A batch archive takes several targets for each record.",
      fact: "§1.4 B",
    },
    async (account) => {
      const { contact, company, types } = await ends(account);
      await account.call(`PUT ${O}/contacts/${contact}/associations/default/companies/${company}`);
      const inputs = [{ from: { id: contact }, to: [{ id: company }] }];
      same("the status", (await account.call(`POST ${A}/contacts/companies/batch/archive`, { inputs })).status, 204);
      same("the types", await types(), []);
    },
  ),
  asked(
    {
      id: "associations.standard-ids",
      says: "The numbers of HubSpot's own types are those of the fact sheet.",
      fact: "§7.4 A",
    },
    async (account) => {
      for (const [from, to, id] of STANDARD) {
        const { body } = await account.call(`GET ${A}/${from}/${to}/labels`);
        const found = body.results.some((type: { category: string; typeId: number }) => {
          return type.category === "HUBSPOT_DEFINED" && type.typeId === id;
        });
        holds(`${from} to ${to} is ${id}`, found);
      }
    },
  ),
  shown(
    {
      id: "associations.labels.cap",
      says: "Live accounts take 50 labels of one's own for a pair; the next is 437.",
      fact: "§2.3 B",
      knob: "labelsPerPair",
    },
    async ({ call }) => {
      const define = async (n: number) =>
        (await call(`POST ${A}/contacts/deals/labels`, { name: `l${n}`, label: `L${n}` })).status;
      for (let n = 0; n < 50; n++) same("one of fifty", await define(n), 200);
      same("the next", await define(50), 437);
    },
  ),
  shown(
    {
      id: "associations.cap",
      says: "A record has at most 250,000 of one type.",
      fact: "§2.3 C",
      knob: "associationsPerRecord",
    },
    async ({ call }) => {
      const make = async (type: string) => (await call(`POST ${O}/${type}`, { properties: {} })).body.id;
      const contact = await make("contacts");
      const link = async () =>
        call(`PUT ${O}/contacts/${contact}/associations/companies/${await make("companies")}`, [plain]);
      await link();
      await link();
      const { status, body } = await link();
      same("the third", [status, body.errors[0].code], [400, "ASSOCIATIONS_LIMIT_EXCEEDED"]);
    },
    { associationsPerRecord: 2 },
  ),
  shown(
    {
      id: "associations.configured",
      says: "Accounts set limits of their own, labels' below plain ones'.",
      fact: "§1.3 A",
    },
    async ({ call }) => {
      const set = async (maxToObjectIds: number) =>
        (
          await call(`POST ${A}/definitions/configurations/contacts/companies/batch/create`, {
            inputs: [{ typeId: 279, maxToObjectIds }],
          })
        ).body;
      same("the limit set", (await set(3)).results[0].userEnforcedMaxToObjectIds, 3);
      same("too high", (await set(250_001)).category, "VALIDATION_ERROR");
    },
  ),
  shown(
    {
      id: "associations.permission",
      says: "2026-09 asks whether the user may edit associations: 400, not 403.",
      fact: "§1.7 A",
      knob: "portals[].tokens[].editsAssociations",
    },
    async ({ call }) => {
      const make = async (type: string) => (await call(`POST ${O}/${type}`, { properties: {} })).body.id;
      const path = `contacts/${await make("contacts")}/associations/companies/${await make("companies")}`;
      const { status, body } = await call(`PUT ${O}/${path}`, [plain]);
      same("2026-09", [status, body.message], [400, "Missing 'Edit Associations' permission."]);
      same("v4", (await call(`PUT /crm/v4/objects/${path}`, [plain])).status, 201);
    },
    { portals: [{ id: 1, tokens: [{ token: "t", editsAssociations: false }] }] },
  ),
  shown(
    {
      id: "associations.rate",
      says: "Associations may have a rate of their own.",
      fact: "§2.3 A",
      knob: "limits.associationsTenSecondly",
    },
    async ({ call }) => {
      const read = () => call(`POST ${A}/contacts/companies/batch/read`, { inputs: [{ id: "1" }] });
      same("the first", (await read()).status, 207);
      same("the second", (await read()).status, 429);
    },
    { limits: { associationsTenSecondly: 1 } },
  ),
];

const STANDARD = [
  ["contacts", "companies", 279],
  ["contacts", "deals", 4],
  ["contacts", "tickets", 15],
  ["companies", "deals", 342],
  ["deals", "tickets", 27],
  ["notes", "contacts", 202],
  ["calls", "contacts", 194],
  ["emails", "contacts", 198],
  ["meetings", "contacts", 200],
  ["tasks", "contacts", 204],
] as const;

async function ends(account: Parameters<NonNullable<Behaviour["asked"]>>[0]): Promise<Ends> {
  const contact = await account.make("contacts", { firstname: account.unique() });
  const company = await account.make("companies", { name: account.unique() });
  const types = async () => {
    const { body } = await account.call(`GET ${O}/contacts/${contact}/associations/companies`);
    const pair = body.results.find((one: { toObjectId: unknown }) => String(one.toObjectId) === company);
    return pair === undefined ? [] : numbers(pair.associationTypes);
  };
  return { contact, company, types };
}

function numbers(types: readonly { readonly typeId: number }[]): number[] {
  return types.map(({ typeId }) => typeId).toSorted((a, b) => a - b);
}
