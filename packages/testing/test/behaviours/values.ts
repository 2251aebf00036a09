import { asked, type Behaviour, shown } from "./behaviour.ts";
import { holds, same } from "./outcome.ts";

const O = "/crm/objects/2026-09";
const P = "/crm/properties/2026-09/contacts";

const code = (id: string, says: string, property: string, value: string, expected: string): Behaviour =>
  asked({ id: `values.${id}`, says: `${says} is 400 ${expected}.`, fact: "§6 B" }, async (account) => {
    const { status, body } = await account.call(`POST ${O}/contacts`, { properties: { [property]: value } });
    same("the status and category", [status, body.category], [400, "VALIDATION_ERROR"]);
    same("the code", body.errors?.[0]?.code, expected);
    holds("the message lists the values", /^Property values were not valid: \[/.test(body.message));
  });

const text = (name: string, more: object = {}) => ({
  name,
  label: name,
  type: "string",
  fieldType: "text",
  groupName: "contactinformation",
  ...more,
});

/** What may be written, and the definitions that say so. */
export const VALUES: readonly Behaviour[] = [
  shown(
    {
      id: "properties.spec-fields",
      says: "Whether 2026-09 refuses bodies without what its specification marks required, as an option's displayOrder.",
      fact: "§1.4 B",
      knob: "platform.requireSpecFields",
    },
    async ({ call, sim }) => {
      const make = async (name: string, version = "2026-09") => {
        const options = [{ label: "A", value: "a" }];
        const body = text(name, { type: "enumeration", fieldType: "select", options });
        return (await call(`POST /crm/properties/${version}/contacts`, body)).status;
      };
      same("the marks are not always true", await make("one"), 201);
      sim.configure({ platform: { requireSpecFields: true } });
      same("where they are", await make("two"), 400);
      same("in 2026-03", await make("three", "2026-03"), 201);
    },
  ),
  code("unknown", "A property that does not exist", "no_such_property_1", "x", "PROPERTY_DOESNT_EXIST"),
  code("read-only", "Setting a property that is HubSpot's", "hs_object_id", "7", "READ_ONLY_VALUE"),
  code("option", "A value that is no option of the property", "hs_lead_status", "NO_SUCH_1", "INVALID_OPTION"),
  code("email", "An address that is none", "email", "no address", "INVALID_EMAIL"),
  asked(
    { id: "values.dates", says: "2026-09 takes a date of any hour, keeps midnight UTC, and warns.", fact: "§1.7 B" },
    async (account) => {
      const name = account.unique();
      await account.call(`POST ${P}`, text(name, { type: "date", fieldType: "date" }));
      const noon = { properties: { [name]: "2026-01-02T12:00:00Z" } };
      const { status, body } = await account.call(`POST ${O}/contacts`, noon);
      same("the status", status, 201);
      same("the warning", body.warnings?.[0]?.category, "PROPERTY_VALUE_NORMALIZED");
    },
  ),
  asked(
    { id: "values.object", says: "An object where a text belongs is 400, and no category is told.", fact: "none C" },
    async (account) => {
      const { status, body } = await account.call(`POST ${O}/contacts`, { properties: { city: { name: "X" } } });
      same("the answer", [status, body.category], [400, undefined]);
    },
  ),
  asked(
    { id: "properties.field-type", says: "A type is shown in some ways only: no text as a number.", fact: "none C" },
    async (account) => {
      const { status } = await account.call(`POST ${P}`, { ...text(account.unique()), fieldType: "number" });
      same("the status", status, 400);
    },
  ),
  asked(
    { id: "properties.conflict", says: "A property name that exists is 409 OBJECT_ALREADY_EXISTS.", fact: "§6 B" },
    async (account) => {
      const name = account.unique();
      same("the first", (await account.call(`POST ${P}`, text(name))).status, 201);
      const { status, body } = await account.call(`POST ${P}`, text(name));
      same("the second", [status, body.category], [409, "OBJECT_ALREADY_EXISTS"]);
      same("the reason", body.subCategory, "Properties.PROPERTY_WITH_NAME_EXISTS");
    },
  ),
  asked(
    { id: "properties.restore", says: "Creating an archived name restores it, with its values.", fact: "§7.2 B" },
    async (account) => {
      const name = account.unique();
      await account.call(`POST ${P}`, text(name));
      const id = await account.make("contacts", { [name]: "kept" });
      same("archiving", (await account.call(`DELETE ${P}/${name}`)).status, 204);
      same("creating again", (await account.call(`POST ${P}`, text(name))).status, 201);
      const { body } = await account.call(`GET ${O}/contacts/${id}?properties=${name}`);
      same("the value is back", body.properties[name] === "kept", true);
    },
  ),
  asked(
    { id: "properties.unique", says: "A unique value is one record's: 400 names who has it.", fact: "§6 B" },
    async (account) => {
      const name = account.unique();
      const made = await account.call(`POST ${P}`, text(name, { hasUniqueValue: true }));
      same("the definition", [made.status, made.body.hasUniqueValue], [201, true]);
      const holder = await account.make("contacts", { [name]: "one" });
      const other = await account.make("contacts", { firstname: account.unique() });
      const { status, body } = await account.call(`PATCH ${O}/contacts/${other}`, { properties: { [name]: "one" } });
      same("the status", status, 400);
      holds("it names the holder", String(body.message).includes(`${holder} already has that value.`));
    },
  ),
  asked(
    { id: "properties.no-batch-update", says: "There is no batch update of properties.", fact: "§1.3 A" },
    async (account) => {
      const name = account.unique();
      await account.call(`POST ${P}`, text(name));
      const { status } = await account.call(`POST ${P}/batch/update`, { inputs: [{ name, label: "Other" }] });
      holds("it is not there", status === 404 || status === 405);
    },
  ),
  shown(
    { id: "properties.unique.ten", says: "An object has at most ten unique properties of one's own.", fact: "§2.3 A" },
    async ({ call }) => {
      for (let n = 0; n < 10; n++) await call(`POST ${P}`, text(`u${n}`, { hasUniqueValue: true }));
      same("the eleventh", (await call(`POST ${P}`, text("u10", { hasUniqueValue: true }))).status, 400);
      same("one that is not unique", (await call(`POST ${P}`, text("u10"))).status, 201);
    },
  ),
  shown(
    { id: "properties.purge", says: "An archived property is purged after 90 days.", fact: "§7.2 B" },
    async ({ call, clock }) => {
      await call(`POST ${P}`, text("mine"));
      const { id } = (await call(`POST ${O}/contacts`, { properties: { mine: "x" } })).body;
      await call(`DELETE ${P}/mine`);
      await clock.advance(91 * 86_400_000);
      await call(`POST ${P}`, text("mine"));
      same("the value", (await call(`GET ${O}/contacts/${id}?properties=mine`)).body.properties.mine, null);
    },
  ),
  shown(
    { id: "properties.in-use", says: "A property in use cannot be archived.", fact: "§7.2 B" },
    async ({ call }) => {
      await call(`POST ${P}`, text("ruled"));
      const { status, body } = await call(`DELETE ${P}/ruled`);
      same("the refusal", [status, body.subCategory], [400, "Properties.CANNOT_DELETE_PROPERTY_IN_USE"]);
    },
    { requiredProperties: { contacts: [{ name: "ruled" }] } },
  ),
  shown(
    {
      id: "values.required",
      says: "2026-09 enforces what admins require of new records, and of records where another property has a value.",
      fact: "§1.7 A",
      knob: "requiredProperties",
    },
    async ({ call }) => {
      const { status, body } = await call(`POST ${O}/contacts`, { properties: { country: "Canada" } });
      same("the status", status, 400);
      same(
        "the codes",
        body.errors.map((error: { code: string }) => error.code),
        ["MISSING_REQUIRED_PROPERTY", "MISSING_CONDITIONAL_REQUIRED_PROPERTY"],
      );
      same("v3", (await call("POST /crm/v3/objects/contacts", { properties: {} })).status, 201);
    },
    {
      requiredProperties: {
        contacts: [{ name: "firstname" }, { name: "state", when: { property: "country", values: ["Canada"] } }],
      },
    },
  ),
  shown(
    { id: "values.owners", says: "Whether an owner id must be an owner's.", fact: "none C", knob: "validateOwners" },
    async ({ call, sim }) => {
      const stranger = { properties: { hubspot_owner_id: "5" } };
      same("unchecked", (await call(`POST ${O}/contacts`, stranger)).status, 201);
      sim.configure({ validateOwners: true });
      same("checked", (await call(`POST ${O}/contacts`, stranger)).status, 400);
    },
  ),
  shown(
    { id: "values.phone", says: "Phone numbers may be reformatted.", fact: "§7.3 B", knob: "normalisation.phone" },
    async ({ call, sim }) => {
      const typed = { properties: { phone: "(902) 555-1234", country: "Canada" } };
      const kept = async () => (await call(`POST ${O}/contacts`, typed)).body.properties.phone;
      same("as typed", await kept(), "(902) 555-1234");
      sim.configure({ normalisation: { phone: "international" } });
      same("rewritten", await kept(), "+1 902 555 1234");
    },
  ),
  shown(
    { id: "values.history-cap", says: "A history may be cut short.", fact: "none C", knob: "historyCap" },
    async ({ call, sim }) => {
      const { id } = sim.portal().contacts.create({ city: "0" });
      for (let n = 1; n < 6; n++) sim.portal().contacts.update(id, { city: String(n) });
      const { body } = await call(`GET ${O}/contacts/${id}?propertiesWithHistory=city`);
      same("the entries", body.propertiesWithHistory.city.length, 3);
    },
    { historyCap: 3 },
  ),
];
