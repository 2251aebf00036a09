import type { Reply } from "./reply.ts";

/** What this run made: `contacts/123` or a name, and the call that removes it. */
export type Made = Map<string, string>;

const OBJECTS = /^\/crm\/(?:objects\/2026-\d\d|v3\/objects)\/([^/]+)$/;
const READS = /\/(?:search|batch\/read|token|token\/introspect)$/;
const CREATES = /^\/crm\/(?:objects\/2026-\d\d|v3\/objects|properties\/2026-\d\d)\/[^/]+(?:\/batch\/create)?$/;
/** Never the id of anything. */
const NOTHING = new Set(["999999999999", "0", "1"]);

interface Fields {
  readonly [name: string]: unknown;
}

/** Throws before anything is sent that could change what this run did not make. */
export function refuseForeign(route: string, body: unknown, made: Made, tag: string): void {
  const [method = "GET", fullPath = ""] = route.split(" ");
  const [path = ""] = fullPath.split("?");
  if (method === "GET" || (method === "POST" && (READS.test(path) || isCreate(path)))) return;
  const targets = targetsOf(path, body);
  if (targets.length === 0) throw new Error(`${method} ${path}: it cannot be told what this would change`);
  for (const target of targets) {
    const isOurs = [...made.keys()].some((key) => key.endsWith(`/${target}`)) || target.includes(tag);
    if (!isOurs && !NOTHING.has(target))
      throw new Error(`${method} ${path} would change something this run did not make`);
  }
}

/** What is posted there is new. */
function isCreate(path: string): boolean {
  return CREATES.test(path) || path.endsWith("/labels");
}

/** Every id or name in the path and the body that says what is to be changed. */
function targetsOf(path: string, body: unknown): string[] {
  const inPath = path.split("/").filter((part) => /^\d{4,}$/.test(part) || part.includes("%40"));
  const named = /^\/crm\/properties\/[^/]+\/[^/]+\/([^/]+)$/.exec(path)?.[1] ?? /\/labels\/(\d+)$/.exec(path)?.[1];
  const fields = (typeof body === "object" && body !== null ? body : {}) as Fields;
  const inputs = Array.isArray(fields.inputs) ? (fields.inputs as Fields[]) : [];
  const ends = inputs.flatMap(({ id, name, from, to }) => [id, name, idOf(from), ...[to].flat().map(idOf)]);
  return [...inPath, named, fields.primaryObjectId, fields.objectIdToMerge, fields.objectId, ...ends].flatMap(
    (target) => (target === undefined ? [] : [String(target)]),
  );
}

function idOf(end: unknown): unknown {
  return (end as Fields | undefined)?.id;
}

export function rememberMade(route: string, { status, body }: Reply, made: Made): void {
  const [method = "GET", path = ""] = route.split(" ");
  if (method !== "POST" || status >= 300) return;
  const [, type = /^\/crm\/objects\/2026-\d\d\/([^/]+)\/(?:batch\/(?:create|upsert)|merge)$/.exec(path)?.[1]] =
    OBJECTS.exec(path) ?? [];
  if (type !== undefined) {
    for (const { id } of Array.isArray(body.results) ? body.results : [body]) {
      made.set(`${type}/${id}`, `DELETE /crm/objects/2026-09/${type}/${id}`);
    }
  }
  const property = /^\/crm\/properties\/[^/]+\/([^/]+)$/.exec(path);
  if (property !== null) made.set(`properties/${body.name}`, `DELETE ${path}/${body.name}`);
  if (path.endsWith("/labels")) {
    for (const { typeId } of body.results ?? []) made.set(`labels/${typeId}`, `DELETE ${path}/${typeId}`);
  }
}
