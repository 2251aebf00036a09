import { type Bench, bench } from "../simulator/helpers.ts";
import { read } from "./account.ts";
import { asked, type Behaviour, shown } from "./behaviour.ts";
import { holds, same } from "./outcome.ts";

const O = "/crm/objects/2026-09";

/** What is particular about people. */
export const CONTACTS: readonly Behaviour[] = [
  asked(
    {
      id: "contacts.create.conflict",
      says: "A second contact with an address is 409, and the text names the first one's id.",
      fact: "§6 A",
    },
    async (account) => {
      const email = account.email();
      const id = await account.make("contacts", { email });
      const { status, body } = await account.call(`POST ${O}/contacts`, { properties: { email } });
      same("the status and category", [status, body.category], [409, "CONFLICT"]);
      same("the message", body.message, `Contact already exists. Existing ID: ${id}`);
    },
  ),
  asked(
    {
      id: "contacts.update.conflict",
      says: "Setting somebody else's address is 400: the second id of the text has it.",
      fact: "§6 B",
    },
    async (account) => {
      const email = account.email();
      const holder = await account.make("contacts", { email });
      const other = await account.make("contacts", { email: account.email() });
      const { status, body } = await account.call(`PATCH ${O}/contacts/${other}`, { properties: { email } });
      same("the status", status, 400);
      holds("it names both", String(body.message).endsWith(`on ${other}. ${holder} already has that value.`));
    },
  ),
  asked(
    {
      id: "contacts.additional-emails",
      says: "Additional addresses are unique too, and find their contact.",
      fact: "§7.3 A",
    },
    async (account) => {
      const [first, second] = [account.email(), account.email()];
      const id = await account.make("contacts", { email: first, hs_additional_emails: second });
      const { status, body } = await account.call(`POST ${O}/contacts`, { properties: { email: second } });
      same("the status", status, 409);
      holds("it names the contact", String(body.message).endsWith(id));
    },
  ),
  asked(
    {
      id: "contacts.email.normalised",
      says: "Addresses become lower case, and 2026-09 warns that they did.",
      fact: "§1.7 A",
      knob: "normalisation.email",
    },
    async (account) => {
      const email = account.email();
      const { body } = await account.call(`POST ${O}/contacts`, { properties: { email: email.toUpperCase() } });
      holds("the value kept is in lower case", body.properties.email === email);
      same("the warning", body.warnings?.[0]?.category, "PROPERTY_VALUE_NORMALIZED");
    },
  ),
  asked(
    {
      id: "contacts.id-property",
      says: "A contact is read by address with idProperty, and only by unique properties.",
      fact: "none C",
    },
    async (account) => {
      const email = account.email();
      const id = await account.make("contacts", { email, city: "One" });
      const found = await account.call(`GET ${O}/contacts/${encodeURIComponent(email)}?idProperty=email`);
      same("the id is the record's", found.body.id === id, true);
      same("by another", (await account.call(`GET ${O}/contacts/One?idProperty=city`)).status, 400);
    },
  ),
  asked(
    {
      id: "contacts.lifecycle",
      says: "The lifecycle stage moves forward only, unless it is cleared first.",
      fact: "§7.3 A",
    },
    async (account) => {
      const id = await account.make("contacts", { lifecyclestage: "customer" });
      const set = async (lifecyclestage: string) => {
        await account.call(`PATCH ${O}/contacts/${id}`, { properties: { lifecyclestage } });
        return (await read(account, "contacts", id, "properties=lifecyclestage")).properties.lifecyclestage === "lead";
      };
      same("a step back happened", await set("lead"), false);
      await set("");
      same("a new beginning happened", await set("lead"), true);
    },
  ),
  asked(
    {
      id: "contacts.checkbox.append",
      says: "A leading semicolon adds to a multi-checkbox instead of replacing it.",
      fact: "§7.3 A",
    },
    async (account) => {
      const id = await account.make("contacts", { hs_buying_role: "CHAMPION" });
      await account.call(`PATCH ${O}/contacts/${id}`, { properties: { hs_buying_role: ";BLOCKER" } });
      const { hs_buying_role } = (await read(account, "contacts", id, "properties=hs_buying_role")).properties;
      same("the values", String(hs_buying_role).split(";").toSorted(), ["BLOCKER", "CHAMPION"]);
    },
  ),
  asked(
    {
      id: "contacts.phone.calculated",
      says: "Searchable phone properties hold area code and local number, calculated ones E.164.",
      fact: "§3 A",
    },
    async (account) => {
      const id = await account.make("contacts", { phone: "(902) 555-1234", country: "Canada" });
      const names = "hs_calculated_phone_number,hs_searchable_calculated_phone_number";
      await account.eventually("the calculated numbers", async () => {
        const { properties } = await read(account, "contacts", id, `properties=${names}`);
        return (
          properties.hs_calculated_phone_number === "+19025551234" &&
          properties.hs_searchable_calculated_phone_number === "9025551234"
        );
      });
    },
  ),
  shown(
    {
      id: "companies.phone.calculated",
      says: "Whether companies have such phone properties too.",
      fact: "§9 C",
      knob: "portals[].companyPhones",
    },
    async (given) => {
      const read = async ({ call, sim }: Bench) => {
        const { id } = sim.portal().objects("companies").create({ phone: "+1 902 555 1234" });
        const name = "hs_searchable_calculated_phone_number";
        return (await call(`GET ${O}/companies/${id}?properties=${name}`)).body.properties[name];
      };
      same("by default they have not", await read(given), undefined);
      const portals = [{ id: 1, tokens: [{ token: "t" }], companyPhones: true }];
      same("they may have", (await read(bench({ portals }))) === "9025551234", true);
    },
  ),
];
