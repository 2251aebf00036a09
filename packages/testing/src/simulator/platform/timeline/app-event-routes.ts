import { objectNotFound, validationError } from "../../base/api-error.ts";
import { objectsOf } from "../../base/objects-of.ts";
import { textOf } from "../../base/text-of.ts";
import { type Call, jsonBody, type Reply, type Route } from "../../routing/call.ts";
import type { AppEventType } from "../options.ts";
import { iso } from "../task.ts";
import { timestampOf } from "./timeline.ts";

const BASE = "/integrators/timeline/{version}";
/** hubspot-facts §1.5. */
const MAX_ID_BYTES = 500;
const MAX_PROPERTY_BYTES = 510 * 1024;
const MAX_EVENT_BYTES = 1024 * 1024;

type Fields = Readonly<Record<string, unknown>>;

/** App events: nothing of the old API but the name (hubspot-facts §1.5). */
export const APP_EVENT_ROUTES: readonly Route[] = [
  route("/events", (call) => {
    record(call, [jsonBody(call.request)]);
    return { status: 204 };
  }),
  route("/events/batch", sendBatch),
  route("/types/projects", resolveType),
];

function route(path: string, handle: (call: Call) => Reply): Route {
  return { method: "POST", dated: BASE + path, access: "write", scopes: ["timeline"], handle };
}

/** One bad item, and nothing of the batch is kept. */
function sendBatch(call: Call): Reply {
  const { inputs } = jsonBody(call.request);
  if (!Array.isArray(inputs)) throw validationError("inputs must be an array");
  record(
    call,
    inputs.map((input: unknown) => (input ?? {}) as Fields),
  );
  const at = iso(call.services.now());
  return { status: 201, body: { status: "COMPLETE", results: inputs, startedAt: at, completedAt: at } };
}

function record(call: Call, inputs: readonly Fields[]): void {
  const { timeline } = call.services.platform.of(call.portal);
  const seen = new Set<string>();
  const checked = inputs.map((input) => {
    const event = check(call, input);
    timeline.refuseRepeated(event.type.developerSymbol, event.id);
    const key = `${event.type.developerSymbol}/${event.id}`;
    if (seen.has(key)) throw validationError(`The batch has the event ${event.id} twice`);
    seen.add(key);
    timeline.subjectOf(event.type.objectType, input, call.app.source, false);
    return { ...event, input };
  });
  for (const { id, type, properties, timestamp, input } of checked) {
    const subject = timeline.subjectOf(type.objectType, input, call.app.source, true);
    timeline.add({
      id,
      type: type.developerSymbol,
      appId: call.app.appId,
      objectTypeId: call.portal.store(type.objectType)?.type.id ?? "",
      objectId: subject?.id ?? "",
      timestamp,
      createdAt: call.services.now(),
      properties,
      extraData: input.extraData,
      raw: input,
    });
  }
}

interface Checked {
  readonly id: string;
  readonly type: AppEventType;
  readonly properties: Readonly<Record<string, string>>;
  readonly timestamp: number;
}

function check(call: Call, input: Fields): Checked {
  const missing = ["eventTypeName", "id", "properties"].filter((name) => input[name] === undefined);
  if (missing.length > 0) throw validationError(`Some required fields were not set: ${missing.join(", ")}`);
  const [sent = {}] = objectsOf([input.properties], "properties");
  const id = textOf(input.id);
  if (bytes(id) > MAX_ID_BYTES) throw validationError(`id is longer than ${MAX_ID_BYTES} bytes`);
  if (bytes(JSON.stringify(input)) > MAX_EVENT_BYTES)
    throw validationError(`The event is larger than ${MAX_EVENT_BYTES} bytes`);
  const type = typeNamed(call, textOf(input.eventTypeName));
  const properties = Object.fromEntries(Object.entries(sent).map(([name, value]) => [name, textOf(value)]));
  for (const [name, value] of Object.entries(properties)) {
    if (bytes(value) > MAX_PROPERTY_BYTES)
      throw validationError(`Property ${name} is larger than ${MAX_PROPERTY_BYTES} bytes`);
    if (type.properties !== undefined && !type.properties.includes(name)) {
      throw validationError(`Event type ${type.developerSymbol} has no property ${name}`);
    }
  }
  return { id, type, properties, timestamp: timestampOf(input.timestamp, call.services.now()) };
}

function bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** Types are declared in the developer's project. Where none are, any name will do, about contacts. */
function typeNamed(call: Call, name: string): AppEventType {
  const { appEventTypes } = call.services.platform.world.options();
  if (appEventTypes === undefined) return { projectName: "", developerSymbol: name, objectType: "contacts" };
  const found = appEventTypes.find((type) => type.developerSymbol === name || fullName(call, type) === name);
  if (found === undefined) throw validationError(`Event type ${name} does not exist`);
  return found;
}

function resolveType(call: Call): Reply {
  const { developerSymbol, projectName } = jsonBody(call.request);
  const type = call.services.platform.world
    .options()
    .appEventTypes?.find((one) => one.developerSymbol === developerSymbol && one.projectName === projectName);
  if (type === undefined) throw objectNotFound(`Project ${textOf(projectName)} declares no ${textOf(developerSymbol)}`);
  const developerQualifiedSymbol = { developerSymbol: type.developerSymbol, projectName: type.projectName };
  return { status: 200, body: { developerQualifiedSymbol, fullyQualifiedName: fullName(call, type) } };
}

function fullName({ app }: Call, { projectName, developerSymbol }: AppEventType): string {
  return `ae${app.appId}_${projectName}_${developerSymbol}`;
}
