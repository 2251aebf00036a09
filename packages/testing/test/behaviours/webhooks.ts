import { UI_USER, type WebhookEvent, type WebhookTarget } from "../../src/simulator.ts";
import type { Answer, Bench } from "../simulator/helpers.ts";
import { type Behaviour, shown } from "./behaviour.ts";
import { holds, same } from "./outcome.ts";

const O = "/crm/objects/2026-09/contacts";

export interface Received {
  readonly requests: readonly { readonly events: readonly WebhookEvent[]; readonly headers: Headers }[];
  readonly events: readonly WebhookEvent[];
}

export async function receive({ sim }: Bench, status: number = 200, more: WebhookTarget = {}): Promise<Received> {
  const requests: { events: WebhookEvent[]; headers: Headers }[] = [];
  await sim.deliverWebhooks({
    ...more,
    handler: async (request) => {
      requests.push({ headers: request.headers, events: (await request.json()) as WebhookEvent[] });
      return new Response(null, { status });
    },
  });
  return { requests, events: requests.flatMap(({ events }) => events) };
}

const kinds = (events: readonly WebhookEvent[]) => events.map((event) => event.subscriptionType);
export const create = ({ call }: Bench, properties: object = {}): Promise<Answer> => call(`POST ${O}`, { properties });
const CREATION = { subscriptions: ["contact.creation"] };

/** What HubSpot tells, to whom, and how reliably. */
export const WEBHOOKS: readonly Behaviour[] = [
  shown(
    {
      id: "webhooks.events",
      says: "Creations, changes with their value as text, and deletions, with their source.",
      fact: "§5.1 A",
    },
    async (bench) => {
      const { id } = (await create(bench, { firstname: "Ann" })).body;
      bench.sim.portal().contacts.update(id, { numemployees: "5" }, UI_USER);
      bench.sim.portal().contacts.archive(id);
      const { events } = await receive(bench);
      same("the types", kinds(events), [
        "contact.creation",
        "contact.propertyChange",
        "contact.propertyChange",
        "contact.deletion",
      ]);
      same("the value", events[2]?.propertyValue === "5", true);
      same("who wrote by API", [events[0]?.changeSource, events[0]?.sourceId === "1"], ["INTEGRATION", true]);
      same("who wrote by hand", events[2]?.changeSource, "CRM_UI");
    },
  ),
  shown(
    {
      id: "webhooks.source-id",
      says: "sourceId reads 77 or appId:77.",
      fact: "R§3 B",
      knob: "webhookFaults.prefixedSourceId",
    },
    async (bench) => {
      await create(bench);
      same("the source", (await receive(bench)).events[0]?.sourceId === "appId:1", true);
    },
    { webhookFaults: { prefixedSourceId: true } },
  ),
  shown(
    {
      id: "webhooks.merge",
      says: "A merge tells of itself and of the loser's deletion, not of values that moved.",
      fact: "§5.2 B",
    },
    async (bench) => {
      const { sim, call } = bench;
      const [a = "", b = ""] = sim.seedContacts(2);
      const { id } = (await call(`POST ${O}/merge`, { primaryObjectId: a, objectIdToMerge: b })).body;
      const { events } = await receive(bench);
      same("the types", kinds(events), ["contact.merge", "contact.deletion"]);
      same(
        "the ids",
        [events[0]?.primaryObjectId, events[0]?.mergedObjectIds, events[0]?.newObjectId],
        [Number(a), [Number(b)], Number(id)],
      );
      same("the deleted one", events[1]?.objectId, Number(b));
    },
  ),
  shown(
    { id: "webhooks.privacy", says: "A privacy deletion tells of a deletion too.", fact: "§5.2 B" },
    async (bench) => {
      const [a] = bench.sim.seedContacts(1);
      await bench.call(`POST ${O}/gdpr-delete`, { objectId: a });
      same("the types", kinds((await receive(bench)).events), ["contact.privacyDeletion", "contact.deletion"]);
    },
  ),
  shown(
    { id: "webhooks.associations", says: "An association is told from both ends, without objectId.", fact: "§5.1 B" },
    async (bench) => {
      const { call } = bench;
      const { id } = (await create(bench)).body;
      const company = (await call("POST /crm/objects/2026-09/companies", { properties: {} })).body.id;
      await call(`PUT ${O}/${id}/associations/default/companies/${company}`);
      const { events } = await receive(bench);
      const told = events.filter((event) => event.associationType !== undefined && !event.isPrimaryAssociation);
      same(
        "the directions",
        told.map((event) => event.associationType),
        ["CONTACT_TO_COMPANY", "COMPANY_TO_CONTACT"],
      );
      same("objectId", told[0]?.objectId, undefined);
    },
    { subscriptions: ["contact.associationChange", "company.associationChange"] },
  ),
  shown(
    { id: "webhooks.unsent", says: "What e-mails say is not sent; sensitive values are REDACTED.", fact: "§5.1 A" },
    async (bench) => {
      const name = {
        name: "blood",
        label: "Blood",
        type: "string",
        fieldType: "text",
        groupName: "contactinformation",
      };
      await bench.call("POST /crm/properties/2026-09/contacts", { ...name, dataSensitivity: "sensitive" });
      await create(bench, { blood: "A" });
      const email = { hs_timestamp: "0", hs_email_subject: "Hush" };
      await bench.call("POST /crm/objects/2026-09/emails", { properties: email });
      const { events } = await receive(bench);
      same("the sensitive value", events[0]?.propertyValue, "REDACTED");
      holds("nothing of the subject", !JSON.stringify(events).includes("Hush"));
    },
    { subscriptions: ["contact.propertyChange:blood", "object.propertyChange"] },
  ),
  shown(
    { id: "webhooks.batches", says: "A request holds up to 100 events.", fact: "§5.1 A" },
    async (bench) => {
      await create(bench);
      for (let n = 1; n < 250; n++) bench.sim.portal().contacts.create({});
      const { requests } = await receive(bench);
      same(
        "their sizes",
        requests.map(({ events }) => events.length),
        [100, 100, 50],
      );
    },
    CREATION,
  ),
  shown(
    { id: "webhooks.retries", says: "Anything but a 2xx is tried again, ten times within 24 hours.", fact: "§5.3 A" },
    async (bench) => {
      const { sim, clock } = bench;
      await create(bench);
      const start = clock.now();
      const attempts: number[] = [];
      while (sim.pendingWebhooks.length > 0) {
        attempts.push(...(await receive(bench, 404, { retries: "due" })).events.map((event) => event.attemptNumber));
        await clock.advance(60_000);
      }
      same("the attempts", attempts, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
      holds("within a day", clock.now() - start < 86_400_000);
    },
    CREATION,
  ),
  shown(
    {
      id: "webhooks.retry-ids",
      says: "Whether a retry keeps its eventId.",
      fact: "§9 C",
      knob: "webhookFaults.freshIdsOnRetry",
    },
    async (bench) => {
      await create(bench);
      const first = (await receive(bench, 500)).events[0]?.eventId;
      same("it is kept", (await receive(bench, 500)).events[0]?.eventId === first, true);
      bench.sim.configure({ webhookFaults: { freshIdsOnRetry: true } });
      await receive(bench, 500);
      same("it is not", (await receive(bench)).events[0]?.eventId === first, false);
    },
    CREATION,
  ),
  shown(
    { id: "webhooks.lost", says: "Some events never come.", fact: "R§3 B", knob: "webhookFaults.lose" },
    async (bench) => {
      await create(bench);
      same("what waits", bench.sim.pendingWebhooks.length, 0);
    },
    { ...CREATION, webhookFaults: { lose: 1 } },
  ),
  shown(
    { id: "webhooks.duplicated", says: "Some events come twice.", fact: "§5.3 A", knob: "webhookFaults.duplicate" },
    async (bench) => {
      await create(bench);
      same("what waits", bench.sim.pendingWebhooks.length, 2);
    },
    { ...CREATION, webhookFaults: { duplicate: 1 } },
  ),
  shown(
    {
      id: "webhooks.shared-ids",
      says: "eventId is not promised to be unique.",
      fact: "§5.1 A",
      knob: "webhookFaults.repeatIds",
    },
    async (bench) => {
      await create(bench);
      await create(bench);
      same("the ids", new Set(bench.sim.pendingWebhooks.map((event) => event.eventId)).size, 1);
    },
    { ...CREATION, webhookFaults: { repeatIds: 1 } },
  ),
  shown(
    { id: "webhooks.order", says: "Order is not promised.", fact: "§5.3 A", knob: "webhookFaults.reorder" },
    async (bench) => {
      await create(bench);
      for (let n = 0; n < 30; n++) bench.sim.portal().contacts.create({});
      const ids = (await receive(bench)).events.map((event) => event.objectId ?? 0);
      holds("another order", ids.join() !== ids.toSorted((a, b) => a - b).join());
    },
    { ...CREATION, webhookFaults: { reorder: true } },
  ),
  shown(
    {
      id: "webhooks.late",
      says: "Events come late, each in its own time.",
      fact: "fault",
      knob: "webhookFaults.delay",
    },
    async (bench) => {
      await create(bench);
      same("at once", (await receive(bench)).events.length, 0);
      await bench.clock.advance(60_000);
      same("later", (await receive(bench)).events.length, 1);
    },
    { ...CREATION, webhookFaults: { delay: { min: 1_000, max: 60_000 } } },
  ),
  shown(
    {
      id: "webhooks.portals",
      says: "Whether one request mixes portals.",
      fact: "§9 C",
      knob: "webhookFaults.onePortalPerRequest",
    },
    async (bench) => {
      await create(bench);
      bench.sim.portal(2).contacts.create({});
      bench.sim.configure({ webhookFaults: { onePortalPerRequest: true } });
      same("apart", (await receive(bench, 500)).requests.length, 2);
      bench.sim.configure({ webhookFaults: {} });
      same("together", (await receive(bench)).requests.length, 1);
    },
    {
      ...CREATION,
      portals: [
        { id: 1, tokens: [{ token: "a" }] },
        { id: 2, tokens: [{ token: "b" }] },
      ],
    },
  ),
  shown(
    { id: "webhooks.storm", says: "Storms of events about nothing new.", fact: "fault", knob: "webhookStorm()" },
    async (bench) => {
      await create(bench, { firstname: "Ann" });
      bench.sim.webhookStorm(500);
      same("what waits", bench.sim.pendingWebhooks.length, 501);
    },
    { subscriptions: ["contact.propertyChange:firstname"] },
  ),
];
