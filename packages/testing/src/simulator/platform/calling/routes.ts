import { objectNotFound, validationError } from "../../base/api-error.ts";
import { textOf } from "../../base/text-of.ts";
import { type Call, jsonBody, type Reply, type Route } from "../../routing/call.ts";
import { iso } from "../task.ts";
import type { CallingApps, CallingPart } from "./calling-apps.ts";

const PATHS: Readonly<Record<CallingPart, string>> = {
  settings: "/{appId}/settings",
  recording: "/{appId}/settings/recording",
  "channel-connection": "/{appId}/settings/channel-connection",
};

export const CALLING_ROUTES: readonly Route[] = [
  ...(["settings", "recording", "channel-connection"] as const).flatMap((part) => [
    settings(part, "GET", (call) => view(part, apps(call).get(appId(call), part))),
    settings(part, "POST", (call) => {
      return view(part, apps(call).create(appId(call), part, jsonBody(call.request), call.services.now()));
    }),
    settings(part, "PATCH", (call) => {
      return view(part, apps(call).change(appId(call), part, jsonBody(call.request), call.services.now()));
    }),
  ]),
  ...(["settings", "channel-connection"] as const).map((part) =>
    settings(part, "DELETE", (call) => {
      apps(call).delete(appId(call), part);
      return { status: 204 };
    }),
  ),
  {
    method: "POST",
    ...under("/recordings/ready"),
    access: "write",
    scopes: ["crm.objects.contacts.write"],
    handle: recordingReady,
  },
];

function under(path: string): Pick<Route, "dated" | "legacy"> {
  return { dated: `/crm/extensions/calling/{version}${path}`, legacy: [`/crm/v3/extensions/calling${path}`] };
}

function settings(part: CallingPart, method: string, handle: (call: Call) => Reply): Route {
  const access = method === "GET" ? "read" : "write";
  return { method, ...under(PATHS[part]), access, scopes: [], developer: true, handle };
}

function apps({ services }: Call): CallingApps {
  return services.platform.calling;
}

function appId({ params }: Call): number {
  return Number(params.appId);
}

function view(part: CallingPart, { fields, createdAt, updatedAt }: ReturnType<CallingApps["get"]>): Reply {
  const times = part === "recording" ? {} : { createdAt: iso(createdAt), updatedAt: iso(updatedAt) };
  return { status: 200, body: { ...fields, ...times } };
}

/** HubSpot then fetches and transcribes the recording, which the simulator does not. */
function recordingReady(call: Call): Reply {
  const { engagementId } = jsonBody(call.request);
  const record = call.portal.store("calls")?.records.resolve(textOf(engagementId));
  if (record === undefined) throw objectNotFound(`Call ${textOf(engagementId)} does not exist`);
  if (apps(call).find(call.app.appId, "recording") === undefined) {
    throw validationError(`App ${call.app.appId} has not said where its recordings are`);
  }
  return { status: 204 };
}
