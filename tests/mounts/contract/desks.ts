import { type Cases, tooLong, wrongBodies, wrongPages } from "./case.ts";

const draft = { name: "Hot lead", eventType: "email.replied", actions: [{ type: "note" }] };
const event = { contactId: "501", type: "email.replied" };
const ticket = { subject: "No audio", pipeline: "Support" };

/** Triggers, tickets and what is done later. */
export const desks: Cases = {
  "GET /workflows": {
    path: "/workflows",
    status: 200,
    asks: ["workflows.list"],
    answer: { triggers: { asked: "workflows.list", with: [] } },
    wrong: {},
  },
  "POST /workflows": {
    path: "/workflows",
    body: draft,
    status: 201,
    asks: ["workflows.create", draft],
    wrong: wrongBodies(),
  },
  "GET /workflows/{id}": {
    path: "/workflows/t-1",
    status: 200,
    asks: ["workflows.get", "t-1"],
    wrong: { "a broken encoding": { path: "/workflows/%c3" } },
  },
  "PUT /workflows/{id}": {
    path: "/workflows/t-1",
    body: { version: 2, ...draft },
    status: 200,
    asks: ["workflows.update", "t-1", { version: 2, ...draft }],
    wrong: wrongBodies(),
  },
  "DELETE /workflows/{id}": {
    path: "/workflows/t-1",
    status: 204,
    asks: ["workflows.delete", "t-1"],
    answer: null,
    wrong: { "a broken encoding": { path: "/workflows/%c3" } },
  },
  "POST /workflows/test": {
    path: "/workflows/test",
    body: { trigger: "t-1", event },
    status: 200,
    asks: ["workflows.test", "t-1", event],
    wrong: wrongBodies(
      {},
      { trigger: "", event },
      { trigger: 1, event },
      { trigger: "t-1", event: [] },
      { trigger: "t-1", event, more: 1 },
    ),
  },
  "POST /workflows/process": {
    path: "/workflows/process",
    body: event,
    status: 202,
    asks: ["workflows.process", event],
    wrong: wrongBodies(),
  },
  "GET /workflows/{id}/executions": {
    path: "/workflows/t-1/executions?after=c&limit=1",
    status: 200,
    asks: ["workflows.executions", { triggerId: "t-1", after: "c", limit: 1 }],
    wrong: wrongPages("/workflows/t-1/executions"),
  },
  "POST /support/tickets": {
    path: "/support/tickets",
    body: { key: "call-7", ticket },
    status: 202,
    asks: ["support.ticket", "call-7", ticket],
    wrong: wrongBodies({ ticket }, { key: "", ticket }, { key: "k".repeat(201), ticket }, { key: "k", ticket: [] }),
  },
  "POST /support/auto-ticket": {
    path: "/support/auto-ticket",
    body: { outage: "trunk 7", ticket },
    status: 202,
    asks: ["support.open", "trunk 7", ticket],
    wrong: wrongBodies({ ticket }, { outage: "", ticket }, { outage: "o".repeat(301), ticket }, { outage: "o" }),
  },
  "POST /support/auto-ticket/resolve": {
    path: "/support/auto-ticket/resolve",
    body: { outage: "trunk 7", content: "Back." },
    status: 202,
    asks: ["support.resolve", "trunk 7", "Back."],
    wrong: wrongBodies({}, { outage: 7 }, { outage: "trunk 7", content: tooLong }),
  },
  "GET /outbox": {
    path: "/outbox?kind=note&state=failed&after=c&limit=9",
    status: 200,
    asks: ["outbox.list", { kind: "note", state: "failed", after: "c", limit: 9 }],
    wrong: { ...wrongPages("/outbox"), "a state there is not": { path: "/outbox?state=open" } },
  },
  "POST /outbox/replay": {
    path: "/outbox/replay",
    body: { ids: ["j-1"] },
    status: 202,
    asks: ["outbox.replay", ["j-1"]],
    answer: { replayed: { asked: "outbox.replay", with: [["j-1"]] } },
    wrong: wrongBodies({ ids: [] }, { ids: [1] }, { ids: "j-1" }),
  },
  "GET /flags": { path: "/flags", status: 200, asks: ["flags.list"], wrong: {} },
  "PUT /flags/{flag}": {
    path: "/flags/outbound",
    body: { enabled: true, roles: ["admin"], percentage: 50 },
    status: 200,
    asks: ["flags.set", "outbound", { enabled: true, roles: ["admin"], percentage: 50 }],
    wrong: wrongBodies({}, { enabled: 1 }, { roles: [""] }, { percentage: 101 }, { enabled: true, on: true }),
  },
  "DELETE /flags/{flag}": {
    path: "/flags/outbound",
    status: 200,
    asks: ["flags.reset", "outbound"],
    wrong: { "a broken encoding": { path: "/flags/%ff" } },
  },
};
