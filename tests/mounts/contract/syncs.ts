import { type Cases, tooLong, wrongBodies, wrongPages } from "./case.ts";

const records = [
  { side: "local", key: "7" },
  { side: "remote", key: "501" },
];
const mapping = {
  localField: "name",
  hubspotProperties: ["firstname", "lastname"],
  direction: "both",
  transform: null,
};
const brokenEncoding = (path: string) => ({ "a broken encoding": { path: path.replace("leads", "%zz") } });

/** Syncs, the edits that met in them, and their fields. */
export const syncs: Cases = {
  "GET /sync/status": {
    path: "/sync/status",
    status: 200,
    asks: ["sync.status"],
    answer: { syncs: { asked: "sync.status", with: [] } },
    wrong: {},
  },
  "GET /sync/overview": {
    path: "/sync/overview",
    status: 200,
    asks: ["sync.overview"],
    wrong: {},
  },
  "GET /sync/{name}": {
    path: "/sync/leads%2Feast",
    status: 200,
    asks: ["sync.one", "leads/east"],
    wrong: brokenEncoding("/sync/leads"),
  },
  "POST /sync/{name}/backfill": {
    path: "/sync/leads/backfill",
    status: 202,
    asks: ["sync.start", "leads", "backfill"],
    answer: { run: { asked: "sync.start", with: ["leads", "backfill"] } },
    wrong: brokenEncoding("/sync/leads/backfill"),
  },
  "POST /sync/{name}/reconcile": {
    path: "/sync/leads/reconcile",
    status: 202,
    asks: ["sync.start", "leads", "reconcile"],
    answer: { run: { asked: "sync.start", with: ["leads", "reconcile"] } },
    wrong: brokenEncoding("/sync/leads/reconcile"),
  },
  "POST /sync/{name}/plan": {
    path: "/sync/leads/plan",
    status: 200,
    asks: ["sync.plan", "leads"],
    wrong: brokenEncoding("/sync/leads/plan"),
  },
  "POST /sync/{name}/pause": {
    path: "/sync/leads/pause",
    body: { reason: "a migration" },
    status: 200,
    asks: ["sync.pause", "leads", "a migration"],
    wrong: wrongBodies({ reason: 1 }, { reason: "x".repeat(201) }, { why: "a migration" }),
  },
  "POST /sync/{name}/resume": {
    path: "/sync/leads/resume",
    status: 200,
    asks: ["sync.resume", "leads"],
    wrong: brokenEncoding("/sync/leads/resume"),
  },
  "GET /sync/{name}/log": {
    path: "/sync/leads/log?status=error&localId=7&after=c&limit=200",
    status: 200,
    asks: ["sync.log", "leads", { status: "error", localId: "7", after: "c", limit: 200 }],
    wrong: { ...wrongPages("/sync/leads/log"), "a state there is not": { path: "/sync/leads/log?status=failed" } },
  },
  "POST /sync/{name}/explain": {
    path: "/sync/leads/explain",
    body: { localId: "7", values: true },
    status: 200,
    asks: ["sync.explain", "leads", { localId: "7" }, true],
    wrong: wrongBodies({}, { localId: 7 }, { localId: "7", hubspotId: "501" }, { localId: "7", values: "yes" }),
  },
  "GET /sync/{name}/quarantine": {
    path: "/sync/leads/quarantine?after=c&limit=50",
    status: 200,
    asks: ["sync.quarantine", "leads", { after: "c", limit: 50 }],
    wrong: wrongPages("/sync/leads/quarantine"),
  },
  "POST /sync/{name}/quarantine/replay": {
    path: "/sync/leads/quarantine/replay",
    body: { records },
    status: 202,
    asks: ["sync.replay", "leads", records],
    answer: { marked: { asked: "sync.replay", with: ["leads", records] } },
    wrong: wrongBodies({ records: [] }, { records: [{ side: "both", key: "7" }] }, { records: [{ side: "local" }] }),
  },
  "GET /sync/{name}/schedule": {
    path: "/sync/leads/schedule",
    status: 200,
    asks: ["sync.schedule", "leads"],
    wrong: brokenEncoding("/sync/leads/schedule"),
  },
  "PUT /sync/{name}/schedule": {
    path: "/sync/leads/schedule",
    body: { changes: { every: { ms: 60_000 } }, reconcile: "off" },
    status: 200,
    asks: ["sync.editSchedule", "leads", { changes: { every: { ms: 60_000 } }, reconcile: "off" }],
    wrong: {
      ...brokenEncoding("/sync/leads/schedule"),
      "no timing": { body: { changes: "often" } },
      "a member that nobody knows": { body: { changesEveryMs: 60_000 } },
    },
  },
  "GET /conflicts/{sync}": {
    path: "/conflicts/leads?status=open&after=c&limit=50",
    status: 200,
    asks: ["conflicts.list", "leads", { status: "open", values: false, after: "c", limit: 50 }],
    wrong: { ...wrongPages("/conflicts/leads"), "a state there is not": { path: "/conflicts/leads?status=closed" } },
  },
  "GET /conflicts/{sync}/values": {
    path: "/conflicts/leads/values",
    status: 200,
    asks: ["conflicts.list", "leads", { values: true }],
    wrong: {
      ...wrongPages("/conflicts/leads/values"),
      "a state there is not": { path: "/conflicts/leads/values?status=" },
    },
  },
  "POST /conflicts/{sync}/{id}/resolve": {
    path: "/conflicts/leads/c-1/resolve",
    body: { take: "hubspot" },
    status: 200,
    asks: ["conflicts.resolve", "leads", "c-1", "hubspot"],
    answer: { settled: { asked: "conflicts.resolve", with: ["leads", "c-1", "hubspot"] } },
    wrong: wrongBodies({}, { take: "both" }, { take: "local", also: 1 }),
  },
  "GET /mappings/{sync}": {
    path: "/mappings/leads",
    status: 200,
    asks: ["mappings.list", "leads"],
    wrong: brokenEncoding("/mappings/leads"),
  },
  "PUT /mappings/{sync}": {
    path: "/mappings/leads",
    body: { mappings: [mapping], expectedRevision: 3 },
    status: 200,
    asks: ["mappings.replace", "leads", [mapping], 3],
    wrong: wrongBodies(
      { mappings: [] },
      { mappings: [mapping], expectedRevision: -1 },
      { mappings: [{}], expectedRevision: 0 },
    ),
  },
  "POST /mappings/{sync}/validate": {
    path: "/mappings/leads/validate",
    body: { mappings: [mapping] },
    status: 200,
    asks: ["mappings.validate", "leads", [mapping]],
    answer: { problems: { asked: "mappings.validate", with: ["leads", [mapping]] } },
    wrong: wrongBodies(
      {},
      { mappings: [{ ...mapping, direction: "away" }] },
      { mappings: [{ ...mapping, localField: tooLong }] },
    ),
  },
  "GET /mappings/{sync}/choices": {
    path: "/mappings/leads/choices",
    status: 200,
    asks: ["mappings.choices", "leads"],
    wrong: brokenEncoding("/mappings/leads/choices"),
  },
};
