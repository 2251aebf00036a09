import { actionBench, outputs } from "../simulator/platform/action-bench.ts";
import { FILES, fileBench } from "../simulator/platform/file-bench.ts";
import { JOURNAL, journalBench } from "../simulator/platform/journal-bench.ts";
import { idsOn, inCity, LISTS, made } from "../simulator/platform/list-bench.ts";
import { HOOKS, hookBench, receive } from "../simulator/platform/webhook-bench.ts";
import { type Behaviour, shown } from "./behaviour.ts";
import { holds, same } from "./outcome.ts";

const O = "/crm/objects/2026-09/contacts";
const DAY = 86_400_000;

/** What an account has besides its records. */
export const PLATFORM: readonly Behaviour[] = [
  shown(
    {
      id: "files.upload",
      says: "A file comes as multipart, with options as JSON, and one of folderId and folderPath.",
      fact: "§7.5 A",
    },
    async () => {
      const files = fileBench();
      const { status, body } = await files.upload();
      same("the status", status, 201);
      same("its content", (await files.open(body.url)).body === "meow", true);
      return files;
    },
  ),
  shown({ id: "files.private", says: "A private file opens by a signed address only.", fact: "§7.5 A" }, async () => {
    const files = fileBench();
    const { id, url } = (await files.upload({ options: { access: "PRIVATE" } })).body;
    holds("its own address does not open it", (await files.open(url)).status >= 400);
    const signed = (await files.call(`GET ${FILES}/${id}/signed-url`)).body.url;
    same("the signed one", (await files.open(signed)).status, 200);
    return files;
  }),
  shown(
    {
      id: "lists.dynamic",
      says: "Dynamic lists follow their filters and cannot be written.",
      fact: "§7.7 A",
      knob: "platform.listProcessing",
    },
    async (b) => {
      const list = await made(b, { processingType: "DYNAMIC", filterBranch: inCity("Halifax") });
      const { id } = (await b.call(`POST ${O}`, { properties: { city: "Halifax" } })).body;
      same("who is on it", (await idsOn(b, list.listId)).join() === id, true);
      same("adding", (await b.call(`PUT ${LISTS}/${list.listId}/memberships/add`, [id])).status, 400);
    },
  ),
  shown({ id: "lists.manual", says: "Manual lists are written by arrays of ids.", fact: "§7.7 A" }, async (b) => {
    const list = await made(b);
    const { id } = (await b.call(`POST ${O}`, { properties: {} })).body;
    same("adding", (await b.call(`PUT ${LISTS}/${list.listId}/memberships/add`, [id])).status, 200);
    same("who is on it", (await idsOn(b, list.listId)).join() === id, true);
  }),
  shown(
    {
      id: "exports",
      says: "An export is a task with an address that opens for five minutes.",
      fact: "§1.3 A",
      knob: "platform.taskTime",
    },
    async ({ call, clock, sim }) => {
      sim.seedContacts(3);
      const view = { exportType: "VIEW", exportName: "All", format: "CSV", language: "EN", objectType: "CONTACT" };
      const wanted = { ...view, objectProperties: ["firstname"], exportInternalValuesOptions: [] };
      const { id } = (await call("POST /crm/exports/2026-09/export/async", wanted)).body;
      await clock.advance(2_000);
      const { result } = (await call(`GET /crm/exports/2026-09/export/async/tasks/${id}/status`)).body;
      same("its rows", (await (await sim.fetch(result)).text()).trim().split("\n").length, 4);
    },
  ),
  shown(
    {
      id: "imports",
      says: "An import starts, processes and is done, and lists what was wrong.",
      fact: "§2.3 A",
      knob: "platform.importLimits",
    },
    async (b) => {
      const form = new FormData();
      const mapping = { columnObjectTypeId: "0-1", columnName: "Email", propertyName: "email" };
      const page = { hasHeader: true, columnMappings: [mapping] };
      const files = [{ fileName: "in.csv", fileFormat: "CSV", fileImportPage: page }];
      form.append("importRequest", JSON.stringify({ name: "Spring", files }));
      form.append("files", new Blob(["Email\nann@acme.example\nnobody\n"], { type: "text/csv" }), "in.csv");
      const headers = { authorization: `Bearer ${b.sim.token}` };
      const started = await b.sim.fetch("https://api.hubapi.com/crm/imports/2026-09", {
        method: "POST",
        headers,
        body: form,
      });
      const { id } = (await started.json()) as { id: string };
      await b.clock.advance(60_000);
      same("its state", (await b.call(`GET /crm/imports/2026-09/${id}`)).body.state, "DONE");
      same("its errors", (await b.call(`GET /crm/imports/2026-09/${id}/errors`)).body.results.length, 1);
      same("the records", b.sim.portal().contacts.size, 1);
    },
  ),
  shown({ id: "webhooks.api", says: "Subscriptions are made by API, and start paused.", fact: "§5.3 A" }, async () => {
    const hooks = hookBench();
    const { body } = await hooks.call(`POST ${HOOKS}/subscriptions`, { eventType: "contact.creation" });
    same("active", body.active, false);
    return hooks;
  }),
  shown(
    {
      id: "webhooks.settings-cache",
      says: "Changes of settings and subscriptions go unnoticed for up to five minutes.",
      fact: "§5.3 A",
      knob: "platform.webhookSettingsCache",
    },
    async () => {
      const hooks = hookBench();
      await hooks.configure();
      await hooks.subscribe({ eventType: "contact.creation" });
      hooks.sim.portal().contacts.create({});
      await receive(hooks.sim);
      await hooks.subscribe({ eventType: "contact.deletion" });
      const told = async () => {
        hooks.sim.portal().contacts.archive(hooks.sim.portal().contacts.create({}).id);
        return (await receive(hooks.sim)).events.some((event) => event.subscriptionType === "contact.deletion");
      };
      same("at once", await told(), false);
      await hooks.clock.advance(300_000);
      same("five minutes later", await told(), true);
      return hooks;
    },
  ),
  shown(
    { id: "journal.offsets", says: "The journal is read file by file; 204 when there is nothing.", fact: "§5.5 A" },
    async () => {
      const journal = await journalBench();
      await journal.subscribe();
      same("nothing", (await journal.call(`GET ${JOURNAL}/earliest`)).status, 204);
      journal.sim.portal().contacts.create({});
      same("an event", (await journal.events())[0].action, "CREATE");
      return journal;
    },
  ),
  shown({ id: "journal.retention", says: "The journal keeps three days.", fact: "§5.5 A" }, async () => {
    const journal = await journalBench({ oauth: { expiresIn: 4 * 86_400 } });
    await journal.subscribe();
    journal.sim.portal().contacts.create({});
    await journal.clock.advance(3 * DAY + 60_000);
    same("what is left", (await journal.call(`GET ${JOURNAL}/earliest`)).status, 204);
    return journal;
  }),
  shown(
    {
      id: "journal.lost-offset",
      says: "Whether an offset that is too old is 404, or leads to the beginning.",
      fact: "none C",
      knob: "platform.journalLostOffset",
    },
    async () => {
      const journal = await journalBench();
      await journal.subscribe();
      const lost = async () => (await journal.call(`GET ${JOURNAL}/offset/long-gone/next`)).status;
      journal.sim.portal().contacts.create({});
      await journal.clock.advance(1_000);
      same("at first", await lost(), 404);
      journal.sim.configure({ platform: { journalLostOffset: "earliest" } });
      same("then", await lost(), 200);
      return journal;
    },
  ),
  shown(
    {
      id: "timeline.events",
      says: "App events are told once: the same id again is 409.",
      fact: "§1.5 A",
      knob: "platform.appEventTypes",
    },
    async ({ call }) => {
      const event = { eventTypeName: "webinar", id: "e1", properties: {}, email: "ann@acme.example" };
      const send = async () => (await call("POST /integrators/timeline/2026-09/events", event)).status;
      same("the first", await send(), 204);
      same("the same again", await send(), 409);
    },
  ),
  shown(
    {
      id: "workflows.actions",
      says: "A custom action is asked at its address and tells its workflow to go on.",
      fact: "§1.3 A",
      knob: "platform.outbound",
    },
    async () => {
      const actions = await actionBench([outputs({ ok: "yes" })]);
      await actions.start();
      await actions.clock.advance(60_000);
      same("it was asked", actions.requests.length, 1);
      same("the workflow went on", actions.greeted(), true);
      return actions;
    },
  ),
  shown(
    {
      id: "workflows.actions.retry-after",
      says: "A 429 of an action is read: its Retry-After in milliseconds.",
      fact: "§5.3 A",
    },
    async () => {
      const busy = () => new Response(null, { status: 429, headers: { "retry-after": "5000" } });
      const actions = await actionBench([busy, outputs({})]);
      await actions.start();
      await actions.clock.advance(4_000);
      same("four seconds later", actions.requests.length, 1);
      await actions.clock.advance(2_000);
      same("six seconds later", actions.requests.length, 2);
      return actions;
    },
  ),
];
