import { objectNotFound, validationError } from "../../base/api-error.ts";
import { textOf } from "../../base/text-of.ts";
import { type Call, jsonBody, type Reply, type Route } from "../../routing/call.ts";
import { linkTo } from "../download-routes.ts";
import type { DownloadSource } from "../downloads.ts";
import { iso, type TaskStatus } from "../task.ts";
import type { JournalEntry } from "./app-journal.ts";

const SCOPES = ["developer.webhooks_journal.read"];
/** How long a file's address opens. */
const LINK_MS = 15 * 60_000;
const MAX_BATCH = 100;

export const JOURNAL_READ_ROUTES: readonly Route[] = ["journal", "journal-local"].flatMap((kind) => [
  route(kind, "GET", "/earliest", (call) => one(call, entriesOf(call)[0])),
  route(kind, "GET", "/latest", (call) => one(call, entriesOf(call).at(-1))),
  route(kind, "GET", "/offset/{offset}/next", (call) => one(call, after(call)[0])),
  route(kind, "GET", "/status/{statusId}", status),
  route(kind, "GET", "/batch/earliest/{count}", (call) => many(call, entriesOf(call).slice(0, count(call)))),
  route(kind, "GET", "/batch/latest/{count}", (call) => many(call, entriesOf(call).slice(-count(call)))),
  route(kind, "GET", "/batch/{offset}/next/{count}", (call) => many(call, after(call).slice(0, count(call)))),
  route(kind, "POST", "/batch/read", readBatch),
]);

/** Reading the journal counts against no limit (hubspot-facts §2.4). */
function route(kind: string, method: string, path: string, handle: (call: Call) => Reply): Route {
  const dated = `/webhooks-journal/${kind}/{version}${path}`;
  return { method, dated, access: "read", scopes: SCOPES, unlimited: true, handle };
}

/** The local journal is one portal's, the global one everybody's unless a portal is named. */
function portalOf(call: Call): number | undefined {
  const asked = call.request.query.get("installPortalId");
  if (asked !== null && !/^\d+$/.test(asked)) throw validationError(`installPortalId must be a number, got ${asked}`);
  const isLocal = call.request.path.includes("/journal-local/");
  return asked === null ? (isLocal ? call.portal.id : undefined) : Number(asked);
}

function entriesOf(call: Call): JournalEntry[] {
  return call.services.platform.journals.of(call.app.appId).entries(call.services.now(), portalOf(call));
}

/** What follows an offset. One that is too old to be known leads nowhere, or back to the beginning. */
function after(call: Call): JournalEntry[] {
  const entries = entriesOf(call);
  const { offset = "" } = call.params;
  const at = entries.findIndex((entry) => entry.offset === offset);
  if (at >= 0) return entries.slice(at + 1);
  if (call.services.platform.world.options().journalLostOffset === "earliest") return entries;
  throw objectNotFound(`Offset ${offset} is not in the journal`);
}

function count({ params }: Call): number {
  const number = Number(params.count);
  if (Number.isInteger(number) && number >= 1 && number <= MAX_BATCH) return number;
  throw validationError(`count must be between 1 and ${MAX_BATCH}`);
}

/** 204: nothing, or nothing yet. */
function one(call: Call, entry: JournalEntry | undefined): Reply {
  return entry === undefined ? { status: 204 } : { status: 200, body: locate(call, entry) };
}

function many(call: Call, entries: readonly JournalEntry[]): Reply {
  if (entries.length === 0) return { status: 204 };
  return { status: 200, body: batch(call, entries, []) };
}

function readBatch(call: Call): Reply {
  const { inputs } = jsonBody(call.request);
  if (!Array.isArray(inputs)) throw validationError("inputs must be an array");
  const entries = entriesOf(call);
  const found = inputs.flatMap((input: unknown) => entries.find(({ offset }) => offset === input) ?? []);
  const missing = inputs.filter((input: unknown) => !entries.some(({ offset }) => offset === input)).map(textOf);
  return { status: missing.length === 0 ? 200 : 207, body: batch(call, found, missing) };
}

function batch(call: Call, entries: readonly JournalEntry[], missing: readonly string[]): Record<string, unknown> {
  const at = iso(call.services.now());
  const message = "Could not get some journal entries, they may be too old or not exist.";
  const errors = [{ status: "error", category: "OBJECT_NOT_FOUND", message, context: { offsets: missing } }];
  return {
    status: "COMPLETE",
    results: entries.map((entry) => locate(call, entry)),
    startedAt: at,
    completedAt: at,
    ...(missing.length === 0 ? {} : { numErrors: missing.length, errors }),
  };
}

function locate(call: Call, entry: JournalEntry): Record<string, unknown> {
  const now = call.services.now();
  const expiresAt = now + LINK_MS;
  const portalId = portalOf(call);
  const source: DownloadSource = {
    kind: "journal",
    appId: call.app.appId,
    offset: entry.offset,
    ...(portalId === undefined ? {} : { portalId }),
  };
  const download = { name: `${entry.offset}.json`, type: "application/json", source, expiresAt };
  const url = linkTo(call, call.services.platform.downloads.issue(download, now));
  return { url, expiresAt: iso(expiresAt), currentOffset: entry.offset };
}

const STATUSES: Readonly<Record<TaskStatus, string>> = {
  PENDING: "PENDING",
  PROCESSING: "IN_PROGRESS",
  COMPLETE: "COMPLETED",
  CANCELED: "EXPIRED",
};

function status(call: Call): Reply {
  const { statusId = "" } = call.params;
  const task = call.services.platform.journals.snapshots.find(statusId);
  if (task === undefined) throw objectNotFound(`Status ${statusId} does not exist`);
  const [error] = task.errors;
  return {
    status: 200,
    body: {
      id: statusId,
      initiatedAt: task.requestedAt,
      status: error === undefined ? STATUSES[task.status] : "FAILED",
      ...(task.completedAt === undefined ? {} : { completedAt: task.completedAt }),
      ...(error === undefined ? {} : { errorCode: "VALIDATION_ERROR", message: error.message }),
    },
  };
}
