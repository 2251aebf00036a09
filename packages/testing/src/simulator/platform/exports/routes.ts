import { type Call, jsonBody, type Reply, type Route } from "../../routing/call.ts";
import { linkTo } from "../download-routes.ts";
import { iso, viewTask } from "../task.ts";
import type { Exports } from "./exports.ts";

/** How long the address of a finished export opens; every look at the status gives a new one. */
const LINK_MS = 5 * 60_000;
const STATES = { PENDING: "ENQUEUED", PROCESSING: "PROCESSING", COMPLETE: "DONE", CANCELED: "CANCELED" } as const;

export const EXPORT_ROUTES: readonly Route[] = [
  route("POST", "/export/async", start),
  route("GET", "/export/async/tasks/{taskId}/status", status),
  route("GET", "/export/{exportId}", view),
];

function route(method: string, path: string, handle: (call: Call) => Reply): Route {
  const paths = { dated: `/crm/exports/{version}${path}`, legacy: [`/crm/v3/exports${path}`] };
  return { method, ...paths, access: method === "GET" ? "read" : "write", scopes: ["crm.export"], handle };
}

function exportsOf({ services, portal }: Call): Exports {
  return services.platform.of(portal).exports;
}

function start(call: Call): Reply {
  const { id } = exportsOf(call).start(jsonBody(call.request));
  const link = linkTo(call, `${call.request.path}/tasks/${id}/status`);
  return { status: 202, body: { id, links: { status: link } } };
}

function status(call: Call): Reply {
  const { id, task, name } = exportsOf(call).get(call.params.taskId ?? "");
  const { result } = task;
  const now = call.services.now();
  const url =
    result &&
    linkTo(
      call,
      call.services.platform.downloads.issue(
        {
          name: `${name || "export"}.csv`,
          type: "text/csv",
          source: { kind: "export", portalId: call.portal.id, id },
          expiresAt: now + LINK_MS,
        },
        now,
      ),
    );
  return { status: 200, body: viewTask(task, url) };
}

function view(call: Call): Reply {
  const { id, name, type, objectType, properties, task } = exportsOf(call).get(call.params.exportId ?? "");
  return {
    status: 200,
    body: {
      id,
      exportName: name,
      exportType: type,
      exportState: STATES[task.status],
      objectType,
      objectProperties: properties,
      createdAt: iso(task.requestedAt),
      updatedAt: iso(task.completedAt ?? task.startedAt ?? task.requestedAt),
      ...(task.result === undefined ? {} : { recordCount: task.result.records }),
    },
  };
}
