import { ApiError } from "../base/api-error.ts";
import { parseJson } from "../base/parse-json.ts";
import { invalidJson } from "../base/text-of.ts";
import type { WireRequest } from "../base/wire.ts";
import type { Settings } from "../knobs.ts";
import type { OAuthServer } from "../oauth/server.ts";
import type { Platform } from "../platform/platform.ts";
import type { SearchRules } from "../search/filter.ts";
import type { ObjectStore } from "../state/object-store.ts";
import type { AppAccess, Portal } from "../state/portal.ts";
import { unknownType } from "../types/known-types.ts";
import type { ApiVersion, RoutePaths } from "./router.ts";

/** What handlers may use besides the request. */
export interface Services {
  readonly now: () => number;
  /** The clock of limits, which no skew moves. */
  readonly limitsNow: () => number;
  readonly settings: () => Settings;
  readonly searchRules: () => SearchRules;
  /** The results of a batch in the order they are answered, which HubSpot does not promise to be the input's. */
  readonly inAnyOrder: <T>(results: readonly T[]) => readonly T[];
  readonly portals: () => Iterable<Portal>;
  readonly oauth: OAuthServer;
  readonly platform: Platform;
}

/** One request that has passed authentication and limits. */
export interface Call {
  readonly request: WireRequest;
  readonly params: Readonly<Record<string, string>>;
  readonly version: ApiVersion;
  readonly portal: Portal;
  readonly app: AppAccess;
  readonly services: Services;
}

export interface Reply {
  readonly status: number;
  /** JSON; absent for an empty body. */
  readonly body?: unknown;
  /** JSON that is written already. */
  readonly json?: string;
  /** A page instead of JSON. */
  readonly html?: string;
  /** Bytes instead of JSON. */
  readonly raw?: { readonly type: string; readonly bytes: Uint8Array<ArrayBuffer> };
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Route extends RoutePaths {
  /** Absent: known, but not simulated. */
  readonly handle?: (call: Call) => Reply | Promise<Reply>;
  /** "open" routes need no bearer token and count against no limit; their `call.portal` is the first portal. */
  readonly access?: "read" | "write" | "open";
  /**
   * Any one of these is needed; "schema" for those of the object type's definitions. Default: those of its records.
   */
  readonly scopes?: readonly string[] | "schema";
  readonly isSearch?: boolean;
  /** Reads or writes associations: these have limits and a permission of their own. */
  readonly isAssociation?: true;
  /** Whether `?hapikey=` with the developer's key will do as well; a bearer token must be of the app in the path. */
  readonly developer?: true;
  /** Counts against no limit. */
  readonly unlimited?: true;
}

const decoder = new TextDecoder();

const exact = new TextDecoder("utf-8", { fatal: true });

/** HubSpot's JSON reader takes UTF-8 only, where other readers put a replacement for what is none. */
function exactText(bytes: Uint8Array): string {
  try {
    return exact.decode(bytes);
  } catch {
    throw invalidJson("Invalid UTF-8");
  }
}

export function bodyText(request: WireRequest): string {
  return decoder.decode(request.body);
}

/** The body as a JSON object. Throws HubSpot's 400 for anything else and its 415 for a wrong content type. */
export function jsonBody(request: WireRequest): Record<string, unknown> {
  const parsed = jsonValue(request);
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) throw invalidJson("expected an object");
  return parsed as Record<string, unknown>;
}

export function jsonValue(request: WireRequest): unknown {
  const type = request.headers["content-type"];
  if (type === undefined || !type.toLowerCase().includes("json")) {
    throw new ApiError(415, `Unsupported Media Type: ${type ?? "none"}`);
  }
  return parseJson(exactText(request.body));
}

/** A list in a query: `properties=a,b` and `properties=a&properties=b` mean the same. */
export function queryList(query: URLSearchParams, name: string): string[] {
  return query
    .getAll(name)
    .flatMap((value) => value.split(","))
    .map((value) => value.trim())
    .filter((value) => value !== "");
}

/** The store that `{objectType}` names. */
export function storeOf(call: Call): ObjectStore {
  return storeNamed(call, call.params.objectType ?? "");
}

export function storeNamed({ portal }: Call, type: string): ObjectStore {
  const store = portal.store(type);
  if (store === undefined) throw unknownType(type);
  return store;
}
