import { describe, expect, it } from "vitest";
import * as z from "zod";
import { HubspokeError } from "../errors/hubspoke-error.ts";
import { ticketSchema } from "../tickets/inputs.ts";
import { checkedDraft, eventSchema } from "../workflows/trigger.ts";
import { bodies } from "./bodies.ts";
import { openApi } from "./openapi.ts";
import { routes } from "./routes.ts";
import type { MountServices } from "./services.ts";
import { ask, post } from "./testing.fixture.ts";

const open = new Set(["POST /webhooks", "POST /webhooks/{object}", "GET /oauth/callback"]);
const withBodies = routes.filter(({ method }) => method !== "GET");

function request(method: string, path: string, body: unknown): Request {
  const concrete = path.replace("{flag}", "outbound").replaceAll(/\{\w+\}/g, "x1");
  const { url, headers } = post(concrete, {});
  return new Request(url, { method, headers, body: body === undefined ? null : JSON.stringify(body) });
}

describe("a route that reads a body", () => {
  it.each(withBodies.filter(({ method, path }) => !open.has(`${method} ${path}`)))(
    "$method $path declares one, and one that reads none does not",
    async ({ method, path }) => {
      const sent = request(method, path, {});
      const { status } = await ask(sent);
      expect([status !== 404, sent.bodyUsed]).toEqual([true, bodies[`${method} ${path}`] !== undefined]);
    },
  );

  it("is there: nothing is declared for what is none", () => {
    const known = routes.map(({ method, path }) => `${method} ${path}`);
    expect(Object.keys(bodies).filter((key) => !known.includes(key as (typeof known)[number]))).toEqual([]);
  });
});

const condition = { field: "data.score", operator: "gt", value: 5 };
const draft = {
  name: "hot",
  description: null,
  enabled: true,
  eventType: "reply",
  conditions: [condition],
  actions: [{ do: "set-properties", properties: { lifecyclestage: "lead" } }],
};
const event = { id: "e1", type: "reply", contact: { phone: "9025551234" }, at: 5, localId: "7", data: { score: 9 } };
const ticket = {
  subject: "s",
  content: "c",
  priority: "LOW",
  properties: { tier: 1 },
  to: [{ object: "contacts", id: "5" }],
};
const timing = { every: "1d", timeZone: "America/Halifax", at: "03:30", day: 2 };
const subject = { contactId: "5", email: "a@b.c", phone: "1" };
const mapping = {
  localField: "a",
  hubspotProperties: ["b"],
  direction: "both",
  transform: null,
  options: { one: "1" },
};

/** Bodies that each route takes, with every member it knows. */
const taken: Readonly<Record<string, readonly unknown[]>> = {
  "POST /audit/query": [{ phone: "1", contactId: "5", actorId: "u", from: 1, to: 2, after: "c", limit: 5 }],
  "POST /contacts/lookup": [{ phones: ["1"] }],
  "POST /contacts/search": [{ query: "ann", limit: 5, includeRecent: true }],
  "POST /contacts/active": [{ phones: ["1"], forMs: 5 }],
  "POST /sync/{name}/pause": [{ reason: "moving" }],
  "POST /sync/{name}/explain": [{ localId: "7", values: true }, { hubspotId: "5" }],
  "POST /sync/{name}/quarantine/replay": [{ records: [{ side: "local", key: "7" }] }],
  "PUT /sync/{name}/schedule": [
    { changes: timing, reconcile: "off" },
    { changes: "realtime", reconcile: { every: { ms: 1_000 } } },
  ],
  "POST /conflicts/{sync}/{id}/resolve": [{ take: "local" }],
  "PUT /mappings/{sync}": [{ mappings: [mapping], expectedRevision: 0 }],
  "POST /mappings/{sync}/validate": [{ mappings: [{ ...mapping, hubspotProperties: "b" }] }],
  "POST /workflows": [draft],
  "PUT /workflows/{id}": [{ ...draft, version: 3 }],
  "POST /workflows/test": [
    { trigger: "t1", event },
    { trigger: draft, event },
  ],
  "POST /workflows/process": [event],
  "POST /support/tickets": [{ key: "k", ticket }],
  "POST /support/auto-ticket": [{ outage: "o", ticket }],
  "POST /support/auto-ticket/resolve": [{ outage: "o", content: "over" }],
  "POST /privacy/export": [subject],
  "POST /privacy/erase": [subject],
  "POST /privacy/readmit": [subject],
  "POST /outbox/replay": [{ ids: ["o1"] }],
  "PUT /flags/{flag}": [{ enabled: true, roles: ["admin"], percentage: 50 }],
};

/** Services that check as the real ones do, where the mount checks the frame alone. */
const checking: Partial<MountServices> = (() => {
  const current = { name: "x", eventType: "reply", actions: [{ do: "callback", name: "ring" }] };
  const checked = (schema: z.core.$ZodType, given: unknown): void => {
    if (!z.safeParse(schema, given).success) throw new HubspokeError("INPUT_INVALID", "no");
  };
  const none = async (): Promise<unknown> => ({});
  return {
    workflows: {
      list: none,
      get: none,
      delete: async () => {},
      executions: none,
      create: async (given) => checkedDraft(given),
      update: async (_id, given) => {
        const { version, ...changes } = given as { version?: unknown };
        checked(z.int().optional(), version);
        return checkedDraft({ ...current, ...changes });
      },
      test: async (trigger, given) => {
        if (typeof trigger !== "string") checkedDraft(trigger);
        checked(eventSchema, given);
        return {};
      },
      process: async (given) => checked(eventSchema, given),
    },
    support: {
      ticket: async (_key, given) => checked(ticketSchema, given),
      open: async (_outage, given) => checked(ticketSchema, given),
      resolve: none,
    },
  };
})();

/** The body with one thing changed, anywhere in it. */
function* changed(body: unknown): Generator<unknown> {
  for (const other of [null, 5, -1, "", "x", true, [], {}, ["x"], { x: 1 }, "é".repeat(70_000)]) yield other;
  if (Array.isArray(body)) {
    for (const [i, one] of body.entries()) for (const other of changed(one)) yield body.with(i, other);
  } else if (typeof body === "object" && body !== null) {
    yield { ...body, unknown: 1 };
    for (const [name, one] of Object.entries(body)) {
      const { [name]: _, ...rest } = body as Record<string, unknown>;
      yield rest;
      for (const other of changed(one)) yield { ...body, [name]: other };
    }
  }
}

describe("what the document says of a body", () => {
  const { paths } = openApi();
  const declared = Object.keys(bodies).filter((key) => !key.includes("/webhooks") && !key.includes("/oauth/"));

  it("is tried out for every route that checks one", () => {
    expect(Object.keys(taken).toSorted()).toEqual(declared.toSorted());
  });

  it.each(declared)("%s: is what the route takes and refuses", async (key) => {
    const [method = "", path = ""] = key.split(" ");
    const operation = paths[path]?.[method.toLowerCase()];
    const { requestBody } = operation as {
      requestBody: { required: boolean; content: { "application/json": { schema: z.core.JSONSchema.JSONSchema } } };
    };
    const schema = z.fromJSONSchema(requestBody.content["application/json"].schema);
    const refuses = async (body: unknown): Promise<boolean> => {
      const { code } = await ask(request(method, path, body), {}, checking);
      return code === "INPUT_INVALID" || code === "BODY_TOO_LARGE";
    };
    expect(await refuses(undefined), "no body at all").toBe(requestBody.required);
    const differ: unknown[] = [];
    for (const good of taken[key] ?? []) {
      expect(await refuses(good), JSON.stringify(good)).toBe(false);
      for (const body of [good, ...changed(good)]) {
        if ((await refuses(body)) === schema.safeParse(body).success) differ.push(body);
      }
    }
    expect(differ.map((body) => JSON.stringify(body).slice(0, 200))).toEqual([]);
  });
});
