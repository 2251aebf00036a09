import { HubspokeError } from "../errors/hubspoke-error.ts";
import type { Call, QueryValue } from "../http/call.ts";
import type { CredentialUse } from "../ports/credentials.ts";
import type { Effect } from "../retry/should-retry.ts";

export interface RequestOptions {
  /** Values of `{name}` segments. */
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, QueryValue>>;
  /** JSON, or a form. */
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

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
    object: /^\/crm\/(?:v3\/(?:objects|properties)|(?:objects|properties)\/[^/]+)\/([^/]+)/.exec(path)?.[1] ?? null,
  };
}

function effectOf(method: Call["method"], path: string): Effect {
  if (method === "GET") return "read";
  if (method === "DELETE") return "archive";
  if (method !== "POST") return "update";
  if (readingPosts.test(path)) return "read";
  if (repeatablePosts.test(path)) return "update";
  return archivingPosts.test(path) ? "archive" : "create";
}
