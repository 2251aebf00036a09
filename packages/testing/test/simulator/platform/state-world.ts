import {
  createHubSpotSimulator,
  createVirtualClock,
  type HubSpotSimulator,
  type VirtualClock,
} from "../../../src/simulator.ts";
import { DEFINITION } from "./action-bench.ts";
import { FILES, FOLDERS } from "./file-bench.ts";
import { CONTACTS as SUBSCRIPTION } from "./journal-bench.ts";
import { inCity, LISTS } from "./list-bench.ts";
import type { Step } from "./state-steps.ts";

export interface World {
  readonly sim: HubSpotSimulator;
  readonly clock: VirtualClock;
  /** What HubSpot asked of others since somebody looked. */
  readonly asked: string[];
}

const APP = {
  appId: 7,
  clientId: "c7",
  clientSecret: "s7",
  redirectUris: ["https://app.example/cb"],
  scopes: ["oauth"],
};

/** The address behind an action or a file answers by what it is asked, so that both worlds hear the same. */
export function world(start?: number): World {
  const clock = createVirtualClock(start);
  const asked: string[] = [];
  const outbound = async (request: Request) => {
    const text = await request.text();
    asked.push(`${clock.now()} ${request.method} ${request.url} ${JSON.stringify([...request.headers])} ${text}`);
    if (request.method === "GET") return new Response(`content of ${request.url}`);
    if (request.url.includes("down") && Math.floor(clock.now() / 60_000) % 4 !== 0)
      return new Response(null, { status: 503 });
    const wait = request.url.includes("block") ? { hs_execution_state: "BLOCK", hs_expiration_duration: "P1D" } : {};
    return Response.json({ outputFields: wait });
  };
  const sim = createHubSpotSimulator({
    seed: 5,
    clock,
    apps: [APP],
    portals: [{ id: 62515, tokens: [{ token: "p" }, { token: "seven", appId: 7 }] }],
    platform: { outbound, taskTime: { min: 0, max: 8_000 }, listProcessing: { min: 0, max: 3_000 } },
  });
  return { sim, clock, asked };
}

async function send({ sim }: World, route: string, body?: unknown, token: string = sim.token): Promise<string> {
  const [method = "GET", path = ""] = route.split(" ");
  const isForm = body instanceof FormData || body instanceof URLSearchParams;
  const response = await sim.fetch(path.startsWith("http") ? path : `https://api.hubapi.com${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(isForm ? {} : { "content-type": "application/json" }) },
    ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
  });
  return `${route} ${response.status} ${JSON.stringify([...response.headers])} ${await response.text()}`;
}

const SCOPES = ["read", "subscriptions.read", "subscriptions.write", "snapshots.read", "snapshots.write"];

async function journalToken(made: World): Promise<string> {
  const form = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: "c7",
    client_secret: "s7",
    scope: SCOPES.map((name) => `developer.webhooks_journal.${name}`).join(" "),
  });
  return /"access_token":"([^"]+)"/.exec(await send(made, "POST /oauth/2026-09/token", form))?.[1] ?? "";
}

const found = (text: string, pattern: RegExp) => pattern.exec(text)?.[1] ?? "none";

/** What a step answers depends on nothing but the simulator's state. */
export async function perform(made: World, step: Step): Promise<string> {
  const answer = await answerTo(made, step);
  // What HubSpot asked of others is answered before anybody looks again.
  await made.clock.advance(0);
  return answer;
}

async function answerTo(made: World, step: Step): Promise<string> {
  const { sim, clock, asked } = made;
  const call = (route: string, body?: unknown) => send(made, route, body);
  const contacts = sim.portal().contacts.list();
  const contact = (n: number) => contacts[n % Math.max(1, contacts.length)]?.id ?? "1";
  switch (step.do) {
    case "contact":
      return call("POST /crm/objects/2026-09/contacts", {
        properties: { email: `x${step.n}@x.example`, city: step.n % 2 === 0 ? "Halifax" : "Truro" },
      });
    case "move":
      return call(`PATCH /crm/objects/2026-09/contacts/${contact(step.n)}`, {
        properties: { city: step.n % 2 === 0 ? "Truro" : "Halifax" },
      });
    case "upload": {
      const form = new FormData();
      form.append("options", JSON.stringify({ access: step.n % 2 === 0 ? "PRIVATE" : "PUBLIC_INDEXABLE", ttl: "P1D" }));
      form.append("folderPath", `/pets/${step.n % 3}`);
      form.append("file", new Blob([new Uint8Array([0, 255, 128, step.n])], { type: "image/png" }), "cat.png");
      return call(`POST ${FILES}`, form);
    }
    case "fetch": {
      const body = { url: "https://a.example/b.png", access: "PRIVATE", folderPath: "/pets", name: `b${step.n}.png` };
      const { id } = /"id":"(?<id>[^"]+)"/.exec(await call(`POST ${FILES}/import-from-url/async`, body))?.groups ?? {};
      await clock.advance(500);
      return call(`GET ${FILES}/import-from-url/async/tasks/${id}/status`);
    }
    case "folder": {
      const id = found(await call(`GET ${FOLDERS}/search`), /"id":"(\d+)"/);
      return call(`POST ${FOLDERS.replace("09", "03")}/update/async`, { id, name: `renamed${step.n}` });
    }
    case "files": {
      const all = await call(`GET ${FILES}/search`);
      const signed = await call(`GET ${FILES}/${found(all, /"id":"(\d+)"/)}/signed-url`);
      return [all, signed, await call(`GET ${found(signed, /"url":"([^"]+)"/)}`)].join("\n");
    }
    case "list":
      return call(`POST ${LISTS}`, {
        name: `l${step.n}`,
        objectTypeId: "0-1",
        processingType: ["MANUAL", "DYNAMIC", "SNAPSHOT"][step.n % 3],
        ...(step.n % 3 === 0 ? {} : { filterBranch: inCity("Halifax") }),
      });
    case "listed": {
      const put = await call(`PUT ${LISTS}/1/memberships/add`, [contact(step.n)]);
      const lists = await call(`POST ${LISTS}/search`, {});
      const members = await Promise.all([1, 2, 3].map((id) => call(`GET ${LISTS}/${id}/memberships`)));
      return [put, lists, ...members].join("\n");
    }
    case "unlist":
      return call(`${step.n % 2 === 0 ? "DELETE" : "PUT"} ${LISTS}/1${step.n % 2 === 0 ? "" : "/restore"}`);
    case "import": {
      const form = new FormData();
      const column = { columnObjectTypeId: "0-1", columnName: "Mail", propertyName: "email" };
      form.append(
        "importRequest",
        JSON.stringify({
          name: "I",
          createContactListFromImport: true,
          files: [
            { fileName: "in.csv", fileFormat: "CSV", fileImportPage: { hasHeader: true, columnMappings: [column] } },
          ],
        }),
      );
      form.append("files", new Blob([`Mail\nx${step.n}@x.example\nnobody\n`], { type: "text/csv" }), "in.csv");
      return call("POST /crm/imports/2026-09", form);
    }
    case "imports": {
      const all = await call("GET /crm/imports/2026-09");
      return [all, await call("GET /crm/imports/2026-09/1/errors")].join("\n");
    }
    case "export":
      return call("POST /crm/exports/2026-09/export/async", {
        exportType: step.n % 2 === 0 ? "VIEW" : "LIST",
        listId: "1",
        format: "CSV",
        objectType: "0-1",
        objectProperties: ["email", "city"],
      });
    case "exports": {
      const status = await call("GET /crm/exports/2026-09/export/async/tasks/1/status");
      return [status, await call(`GET ${found(status, /"result":"([^"]+)"/)}`)].join("\n");
    }
    case "hooks": {
      const base = "/app-webhooks/2026-09/1";
      const key = "hapikey=developer-sim";
      await call(`PUT ${base}/settings?${key}`, { targetUrl: `https://app.example/${step.n}` });
      const body = { eventType: "contact.propertyChange", propertyName: step.n % 2 === 0 ? "city" : "email" };
      await call(`POST ${base}/subscriptions?${key}`, { active: true, ...body });
      return call(`GET ${base}/subscriptions?${key}`);
    }
    case "deliver": {
      const seen: string[] = [];
      await sim.deliverWebhooks({
        retries: "due",
        handler: async (request) => {
          seen.push(request.url, request.headers.get("x-hubspot-signature-v3") ?? "", await request.text());
          return new Response(null, { status: step.n % 2 === 0 ? 200 : 500 });
        },
      });
      return seen.join("\n");
    }
    case "subscribe": {
      const token = await journalToken(made);
      const made1 = await send(made, "POST /webhooks-journal/subscriptions/2026-09", SUBSCRIPTION, token);
      const body = { portalId: 62515, objectId: Number(contact(step.n)), objectTypeId: "0-1", properties: ["city"] };
      const snapshots = "POST /webhooks-journal/snapshots/2026-09/crm";
      return [made1, await send(made, snapshots, { snapshotRequests: [body] }, token)].join("\n");
    }
    case "journal": {
      const token = await journalToken(made);
      const batch = await send(made, "GET /webhooks-journal/journal/2026-09/batch/earliest/50", undefined, token);
      return [batch, await call(`GET ${found(batch, /"url":"([^"]+)"/)}`)].join("\n");
    }
    case "template":
      return call("POST /integrators/timeline/v3/1/event-templates", {
        name: `t${step.n}`,
        objectType: "CONTACT",
        headerTemplate: "Joined {{title}}",
        tokens: [{ name: "title", label: "Title", type: "string" }],
      });
    case "event": {
      const legacy = await call("POST /integrators/timeline/v3/events", {
        id: `e${step.n}`,
        eventTemplateId: "1000001",
        objectId: contact(step.n),
        tokens: { title: "T" },
      });
      const app = await call("POST /integrators/timeline/2026-09/events", {
        eventTypeName: "called",
        id: `a${step.n}`,
        objectId: contact(step.n),
        properties: { n: "1" },
      });
      return [legacy, app, JSON.stringify(sim.portal().timeline)].join("\n");
    }
    case "calling": {
      const path = "/crm/extensions/calling/2026-09/1/settings?hapikey=developer-sim";
      await call(`POST ${path}`, { name: "Phone", url: `https://app.example/${step.n}` });
      return call(`GET ${path}`);
    }
    case "action": {
      const actionUrl = `https://app.example/${["ok", "down", "block"][step.n % 3]}`;
      const action = await call("POST /automation/actions/2026-09/1?hapikey=developer-sim", {
        ...DEFINITION,
        actionUrl,
      });
      const steps = [{ appId: 1, definitionId: found(action, /"id":"(\d+)"/) }, { set: { jobtitle: `did${step.n}` } }];
      return `${action} ${sim.portal().workflows.create({ name: "W", steps })}`;
    }
    case "enrol": {
      const [first] = contacts;
      const path = `/automation/v2/workflows/${1_000_001 + (step.n % 4)}/enrollments/contacts`;
      return call(`${step.n === 7 ? "DELETE" : "POST"} ${path}/${first?.properties.email}`);
    }
    case "callback": {
      const blocked = sim.portal().workflows.executions.find(({ state }) => state === "BLOCKED");
      const outputFields = { hs_execution_state: "SUCCESS" };
      return call(`POST /automation/actions/callbacks/2026-09/${blocked?.callbackId}/complete`, { outputFields });
    }
    case "wait": {
      await clock.advance(step.ms);
      const { executions } = sim.portal().workflows;
      const records = sim.portal().contacts.list();
      return `${clock.now()} ${JSON.stringify([asked.splice(0), executions, records])}`;
    }
  }
}
