import { expect, test } from "vitest";
import { ask, get, post } from "./testing.fixture.ts";

const put = (path: string, body: unknown) => new Request(post(path, body), { method: "PUT" });
const remove = (path: string) => new Request(post(path, {}), { method: "DELETE" });

/** What is asked, what the service hears, with which status. */
const asked: readonly (readonly [Request, string, number])[] = [
  [get("/sync/leads"), "one leads", 200],
  [post("/sync/leads/plan", {}), "plan leads", 200],
  [post("/sync/leads/pause", { reason: "migration" }), "pause leads migration", 200],
  [post("/sync/leads/resume", {}), "resume leads", 200],
  [
    get("/sync/leads/log?status=error&localId=7&after=c&limit=9"),
    'log leads {"status":"error","localId":"7","after":"c","limit":9}',
    200,
  ],
  [post("/sync/leads/explain", { localId: "7" }), 'explain leads {"localId":"7"} false', 200],
  [post("/sync/leads/explain", { hubspotId: "5", values: true }), 'explain leads {"hubspotId":"5"} true', 200],
  [get("/sync/leads/quarantine?limit=5"), 'quarantine leads {"limit":5}', 200],
  [
    post("/sync/leads/quarantine/replay", { records: [{ side: "local", key: "7" }] }),
    'replay leads [{"side":"local","key":"7"}]',
    202,
  ],
  [post("/sync/leads/quarantine/replay", {}), "replay leads undefined", 202],
  [get("/sync/leads/schedule"), "schedule leads", 200],
  [put("/sync/leads/schedule", { changes: "realtime" }), 'edit leads {"changes":"realtime"}', 200],
  [get("/conflicts/leads?status=open"), 'conflicts leads {"status":"open","values":false}', 200],
  [get("/conflicts/leads/values"), 'conflicts leads {"values":true}', 200],
  [post("/conflicts/leads/c1/resolve", { take: "local" }), "resolve leads c1 local", 200],
  [get("/mappings/leads"), "mappings leads", 200],
  [
    put("/mappings/leads", { expectedRevision: 3, mappings: [{ localField: "a", hubspotProperties: "b" }] }),
    'replace leads [{"localField":"a","hubspotProperties":"b"}] 3',
    200,
  ],
  [post("/mappings/leads/validate", { mappings: [] }), "validate leads []", 200],
  [get("/mappings/leads/choices"), "choices leads", 200],
  [get("/workflows"), "triggers", 200],
  [get("/workflows/t1"), "trigger t1", 200],
  [post("/workflows", { name: "hot" }), 'create {"name":"hot"}', 201],
  [put("/workflows/t1", { enabled: false }), 'update t1 {"enabled":false}', 200],
  [remove("/workflows/t1"), "delete t1", 204],
  [post("/workflows/test", { trigger: "t1", event: { id: "e" } }), 'test ["t1",{"id":"e"}]', 200],
  [post("/workflows/process", { id: "e" }), 'process {"id":"e"}', 202],
  [get("/workflows/t1/executions?limit=3"), 'executions {"triggerId":"t1","limit":3}', 200],
  [post("/support/tickets", { key: "k", ticket: { subject: "s" } }), 'ticket k {"subject":"s"}', 202],
  [post("/support/auto-ticket", { outage: "asr:1", ticket: { subject: "s" } }), 'open asr:1 {"subject":"s"}', 202],
  [post("/support/auto-ticket/resolve", { outage: "asr:1" }), "over asr:1 undefined", 202],
  [post("/privacy/export", { email: "a@b.c" }), 'export {"email":"a@b.c"}', 200],
  [post("/privacy/erase", { contactId: "5" }), 'erase {"contactId":"5"}', 200],
  [post("/privacy/readmit", { phone: "1" }), 'readmit {"phone":"1"}', 200],
  [get("/outbox?kind=note&state=failed&limit=2"), 'outbox {"kind":"note","state":"failed","limit":2}', 200],
  [post("/outbox/replay", { ids: ["o1"] }), 'run again ["o1"]', 202],
  [get("/flags"), "flags", 200],
  [
    put("/flags/outbound", { roles: ["admin"], percentage: 50 }),
    'flag outbound {"roles":["admin"],"percentage":50}',
    200,
  ],
  [remove("/flags/outbound"), "flag outbound as configured", 200],
];

test.each(
  asked.map(
    ([request, what, status]) => [`${request.method} ${new URL(request.url).pathname}`, request, what, status] as const,
  ),
)("%s", async (_name, request, what, status) => {
  const answer = await ask(request);
  expect([answer.heard[0]?.what, answer.status]).toEqual([what, status]);
  expect(answer.heard[0]?.ctx).toMatchObject({ tenant: "acme", actor: { id: "u1" } });
});

test.each([
  post("/sync/leads/explain", {}),
  post("/sync/leads/explain", { localId: "1", hubspotId: "2" }),
  post("/sync/leads/pause", { reason: 5 }),
  post("/sync/leads/quarantine/replay", { records: [] }),
  get("/sync/leads/log?status=fine"),
  get("/sync/leads/log?limit=0"),
  get("/sync/leads/quarantine?limit=201"),
  get("/conflicts/leads?status=closed"),
  post("/conflicts/leads/c1/resolve", { take: "mine" }),
  put("/mappings/leads", { mappings: [] }),
  post("/mappings/leads/validate", { mappings: [{ localField: "a" }] }),
  post("/workflows", []),
  post("/workflows/test", { trigger: 5, event: {} }),
  post("/support/tickets", { ticket: {} }),
  post("/support/auto-ticket", { outage: "" }),
  post("/privacy/erase", {}),
  post("/privacy/erase", { everybody: true }),
  get("/outbox?state=lost"),
  post("/outbox/replay", { ids: "all" }),
  put("/flags/master", {}),
  put("/flags/master", { enabled: "yes" }),
  put("/flags/master", { percentage: 101 }),
  put("/flags/master", { enabled: true, why: "x" }),
])("refuses what has another shape, before any service is asked: $url", async (request) => {
  expect(await ask(request)).toMatchObject({ status: 400, code: "INPUT_INVALID", heard: [] });
});
