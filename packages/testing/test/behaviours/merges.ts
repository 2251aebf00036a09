import { asked, type Behaviour, shown } from "./behaviour.ts";
import { holds, same } from "./outcome.ts";

const O = "/crm/objects/2026-09/contacts";

/** Two records that become one, and people who are to be forgotten. */
export const MERGES: readonly Behaviour[] = [
  asked(
    { id: "merge.new-id", says: "A merge makes a record with a new id.", fact: "§7.1 A", knob: "mergeCreatesNewId" },
    async (account) => {
      const [a, b] = [
        await account.make("contacts", { firstname: "A" }),
        await account.make("contacts", { firstname: "B" }),
      ];
      const { status, body } = await account.call(`POST ${O}/merge`, { primaryObjectId: a, objectIdToMerge: b });
      same("the status", status, 200);
      same("it is one of the old ids", body.id === a || body.id === b, false);
    },
  ),
  asked(
    { id: "merge.alias", says: "Reads and single updates by either old id reach the survivor.", fact: "§7.1 B" },
    async (account) => {
      const [a, b] = [
        await account.make("contacts", { firstname: "A" }),
        await account.make("contacts", { firstname: "B" }),
      ];
      const { id } = (await account.call(`POST ${O}/merge`, { primaryObjectId: a, objectIdToMerge: b })).body;
      for (const old of [a, b]) {
        const read = await account.call(`GET ${O}/${old}`);
        same("the read", [read.status, read.body.id === id], [200, true]);
        const update = await account.call(`PATCH ${O}/${old}`, { properties: { city: "X" } });
        same("the update", [update.status, update.body.id === id], [200, true]);
      }
    },
  ),
  asked(
    {
      id: "merge.merged-ids",
      says: "hs_merged_object_ids lists the old ids; they are not listed as archived.",
      fact: "§7.1 B",
    },
    async (account) => {
      const [a, b] = [
        await account.make("contacts", { firstname: "A" }),
        await account.make("contacts", { firstname: "B" }),
      ];
      const { id } = (await account.call(`POST ${O}/merge`, { primaryObjectId: a, objectIdToMerge: b })).body;
      const { body } = await account.call(`GET ${O}/${id}?properties=hs_merged_object_ids`);
      holds("the loser is among them", String(body.properties.hs_merged_object_ids).split(";").includes(b));
      holds("it is not archived", (await account.call(`GET ${O}/${b}?archived=true`)).status === 404);
    },
  ),
  asked(
    { id: "privacy.delete", says: "A privacy deletion is 204, and nothing is left.", fact: "§7.2 A" },
    async (account) => {
      const email = account.email();
      const id = await account.make("contacts", { email });
      const erase = { objectId: email, idProperty: "email" };
      same("the status", (await account.call(`POST ${O}/gdpr-delete`, erase)).status, 204);
      await account.eventually("the deletion", async () => (await account.call(`GET ${O}/${id}`)).status === 404);
      same("archived", (await account.call(`GET ${O}/${id}?archived=true`)).status, 404);
    },
  ),
  shown(
    {
      id: "merge.alias.others",
      says: "Whether old ids lead to the survivor for objects other than contacts and companies.",
      fact: "§9 C",
      knob: "mergedIdsLead",
    },
    async ({ call, sim }) => {
      const read = async (type: string) => {
        const records = sim.portal().objects(type);
        const stage = type === "tickets" ? { hs_pipeline_stage: "1" } : {};
        const [a, b] = [records.create(stage), records.create(stage)];
        records.merge(a.id, b.id);
        return (await call(`GET /crm/objects/2026-09/${type}/${b.id}`)).status;
      };
      same("a ticket", await read("tickets"), 200);
      sim.configure({ mergedIdsLead: "contactsAndCompanies" });
      same("a ticket, the other way", await read("tickets"), 404);
      same("a company", await read("companies"), 200);
    },
  ),
  shown({ id: "merge.limit", says: "One profile takes 250 merges.", fact: "§7.1 B" }, async ({ sim, call }) => {
    const contacts = sim.portal().contacts;
    let survivor = contacts.create({}).id;
    for (let n = 0; n < 250; n++) survivor = contacts.merge(survivor, contacts.create({}).id).id;
    const more = { primaryObjectId: survivor, objectIdToMerge: contacts.create({}).id };
    const { status, body } = await call(`POST ${O}/merge`, more);
    same("the refusal", [status, body.message], [414, "Cannot have more than 250 identities on a profile"]);
  }),
  shown(
    {
      id: "privacy.address",
      says: "Whether an erased address can come back.",
      fact: "§9 C",
      knob: "erasureBlocksEmail",
    },
    async ({ call, sim }) => {
      const ann = { properties: { email: "ann@acme.example" } };
      sim.portal().contacts.erase(sim.portal().contacts.create(ann.properties).id);
      sim.configure({ erasureBlocksEmail: true });
      same("blocked", (await call(`POST ${O}`, ann)).status, 400);
      sim.configure({ erasureBlocksEmail: false });
      same("free", (await call(`POST ${O}`, ann)).status, 201);
    },
  ),
];
