import { HubspokeError } from "../errors/hubspoke-error.ts";
import type { Call, QueryValue } from "../http/call.ts";
import { list, object, text } from "../http/error-body.ts";
import type { CredentialUse } from "../ports/credentials.ts";
import type { Effect } from "../retry/should-retry.ts";
import type { PathParameter } from "./endpoints/known.ts";

/** What a request of your own carries beside its verb and template. */
export interface RequestOptions {
  /** Values of `{name}` segments. */
  readonly path?: Readonly<Record<string, string>>;
  /**
   * Parameters behind the `?`. A list becomes one value with commas, as HubSpot reads `properties=a,b`; null and
   * undefined are left out.
   */
  readonly query?: Readonly<Record<string, QueryValue>>;
  /** JSON, or a form. */
  readonly body?: unknown;
  /**
   * Aborts this call, beside the client's own signal: waiting for the rate limit and between retries too. Error:
   * ABORTED.
   */
  readonly signal?: AbortSignal;
  /** An update or archive whose outcome is unknown: sent again (default), or reported. Anything that creates is reported. */
  readonly unknownOutcome?: "repeat" | "throw";
}

/**
 * The options of one template: a written-out one must be given the values of its `{name}` segments, a text only known at
 * run time may.
 */
export type RequestArguments<T extends string> = [PathParameter<T>] extends [never]
  ? readonly [options?: RequestOptions]
  : readonly [options: RequestOptions & { readonly path: Readonly<Record<PathParameter<T>, string>> }];

export interface ParsedRequest {
  readonly method: Call["method"];
  readonly template: string;
  readonly use: CredentialUse;
  readonly effect: Effect;
  readonly search: boolean;
  /** The object the call is about; null where the path names none. */
  readonly object: string | null;
}

/** POSTs that change nothing: they are retried like reads and allowed to read-only integrations. */
const readingPosts = /\/(search|batch\/read|memberships\/batch\/read|token-info|access-token-info)$/;
const repeatablePosts = /\/batch\/(update|upsert)$/;
const archivingPosts = /\/(batch\/archive|gdpr-delete)$/;

/** `"GET /crm/owners/{version}"` taken apart. Errors: INPUT_INVALID. */
export function parseRequest(template: string): ParsedRequest {
  const match = /^(GET|POST|PUT|PATCH|DELETE) (\/\S*)$/.exec(template);
  if (match === null) {
    throw new HubspokeError(
      "INPUT_INVALID",
      'INPUT_INVALID: a request is "VERB /path", for example "GET /crm/owners/{version}"',
    );
  }
  const method = match[1] as Call["method"];
  const path = match[2] as string;
  const effect = effectOf(method, path);
  return {
    method,
    template: path,
    effect,
    use: effect === "read" ? "read" : "write",
    search: method === "POST" && /^\/crm\/(v3\/objects|objects\/[^/]+)\/[^/]+\/search$/.test(path),
    object: subjectOf(path),
  };
}

/** An upsert may be repeated because its inputs name a unique property; one that does not may create. */
export function effectWith({ effect, template }: Pick<ParsedRequest, "effect" | "template">, body: unknown): Effect {
  if (!template.endsWith("/batch/upsert")) return effect;
  const keyed = list(object(body).inputs).every((input) => text(object(input).idProperty) !== null);
  return keyed ? effect : "create";
}

/** Paths whose next segment names the object, behind their version. */
const byObject =
  /^\/crm\/(?:v[34]\/(?:objects|properties|pipelines|associations)|(?:objects|properties|pipelines|associations)\/[^/]+)\/([^/]+)/;
/** Other families, by the name `allow` has for them. */
const byFamily: readonly (readonly [RegExp, string])[] = [
  [/^\/crm\/(?:v3\/)?(owners|lists|imports|exports|limits)\b/, ""],
  [/^\/(files)\//, ""],
  [/^\/(?:crm-object-schemas|crm\/v3\/schemas)\b/, "schemas"],
  [/^\/integrators\/timeline\//, "app-events"],
  [/^\/automation\/(?:v4\/)?actions\//, "workflow-actions"],
  [/^\/(?:app-webhooks|webhooks)\//, "webhooks"],
  [/^\/(webhooks-journal)\//, ""],
];

function subjectOf(path: string): string | null {
  const object = byObject.exec(path)?.[1];
  if (object !== undefined) return object;
  for (const [family, name] of byFamily) {
    const match = family.exec(path);
    if (match !== null) return match[1] ?? name;
  }
  return null;
}

function effectOf(method: Call["method"], path: string): Effect {
  if (method === "GET") return "read";
  if (method === "DELETE") return "archive";
  if (method !== "POST") return "update";
  if (readingPosts.test(path)) return "read";
  if (repeatablePosts.test(path)) return "update";
  return archivingPosts.test(path) ? "archive" : "create";
}
