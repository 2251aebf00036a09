import type { AuditQuery } from "../audit/audit-reader.ts";
import type { OAuthRoutes } from "../oauth/routes.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ctx } from "../ports/context.ts";
import type { Logger } from "../ports/logger.ts";
import type { WebhookRequestHandler } from "../webhooks/handle-request.ts";
import type { PageParams } from "./page-params.ts";

/** Looks people up; what it returns is sent as JSON. */
export interface DirectoryService {
  /** `GET /contacts/lookup/{phone}`. PHONE_INVALID is answered with 400. */
  lookupByPhone(phone: string, ctx: Ctx): Promise<unknown>;
  /** By the spelling that was asked. */
  batchLookup(phones: readonly string[], ctx: Ctx): Promise<ReadonlyMap<string, unknown>>;
  /** `GET` and `POST /contacts/search`; `limit` 1 to 100. */
  search(
    query: string,
    ctx: Ctx,
    options: { readonly limit?: number; readonly includeRecent?: boolean },
  ): Promise<unknown>;
  /** `GET /contacts/recents`, the actor's own. */
  recents(ctx: Ctx, limit?: number): Promise<unknown>;
  /** `POST /contacts/{id}/opened`, answered with 204. NOT_FOUND for nobody's id. */
  opened(contactId: string, ctx: Ctx): Promise<void>;
  /** `DELETE /contacts/recents`. Answers how many entries went. */
  forgetHistory(ctx: Ctx): Promise<number>;
  /** `POST /contacts/active` with up to 1,000 numbers; `forMs` is at most 30 days, by default 24 hours. */
  markActive(phones: readonly string[], ctx: Ctx, options: { readonly forMs?: number }): Promise<void>;
  /** `POST /contacts/unknown/sync`, answered with 202 before the pass is over. */
  syncUnknown(ctx: Ctx): Promise<unknown>;
  /** `GET /contacts/unknown`. */
  unknownProgress(ctx: Ctx): Promise<unknown>;
  /** `GET /contacts/cache/stats`. ACCESS_DENIED without the permission `manage`. */
  cacheStats(ctx: Ctx): Promise<unknown>;
  /** `POST /contacts/cache/clear`. Answers how many entries went; ACCESS_DENIED without the permission `manage`. */
  clearCache(ctx: Ctx): Promise<number>;
}

/** Reads the audit trail; what it returns is sent as JSON. */
export interface AuditService {
  /** `POST /audit/query`: a POST, so that numbers stay out of addresses and logs. ACCESS_DENIED, INPUT_INVALID. */
  query(query: AuditQuery, ctx: Ctx): Promise<unknown>;
}

/** The full passes a route can start. */
export type SyncRunKind = "backfill" | "reconcile";

/** Everything about syncs that a page or another program asks. NOT_FOUND for a name that is no sync. */
export interface SyncService {
  /** `GET /sync/status`: every sync of the tenant, as an array under `syncs`. */
  status(ctx: Ctx): Promise<unknown>;
  /** The whole state of things, for a dashboard. */
  overview(ctx: Ctx): Promise<unknown>;
  /** `GET /sync/{name}`. */
  one(name: string, ctx: Ctx): Promise<unknown>;
  /** Makes the worker start or resume a run, and returns before the run is done. */
  start(name: string, kind: SyncRunKind, ctx: Ctx): Promise<unknown>;
  /** `POST /sync/{name}/plan`: goes through both sides and writes nothing. Needs the permission `manage`. */
  plan(name: string, ctx: Ctx): Promise<unknown>;
  /** `POST /sync/{name}/pause`; `reason` has at most 200 characters. Answers as `one`. */
  pause(name: string, reason: string | undefined, ctx: Ctx): Promise<unknown>;
  /** `POST /sync/{name}/resume`. Answers as `one`. */
  resume(name: string, ctx: Ctx): Promise<unknown>;
  /** `GET /sync/{name}/log`, newest first, with the number of rows that match. */
  log(
    name: string,
    query: PageParams & { readonly status?: "success" | "error" | "skipped"; readonly localId?: string },
    ctx: Ctx,
  ): Promise<unknown>;
  /**
   * `POST /sync/{name}/explain` by one of the ids. With `values` it needs `manage` and is audited: it shows personal
   * data.
   */
  explain(
    name: string,
    id: { readonly localId?: string; readonly hubspotId?: string },
    values: boolean,
    ctx: Ctx,
  ): Promise<unknown>;
  /** `GET /sync/{name}/quarantine`, a page. */
  quarantine(name: string, page: PageParams, ctx: Ctx): Promise<unknown>;
  /**
   * `POST /sync/{name}/quarantine/replay`; undefined: all that are set aside. Answers how many will be looked at again.
   */
  replay(
    name: string,
    records: readonly { readonly side: "local" | "remote"; readonly key: string }[] | undefined,
    ctx: Ctx,
  ): Promise<number>;
  /** `GET /sync/{name}/schedule`. */
  schedule(name: string, ctx: Ctx): Promise<unknown>;
  /** Throws INPUT_INVALID for a change that is none. */
  editSchedule(name: string, change: unknown, ctx: Ctx): Promise<unknown>;
}

export interface ConflictService {
  list(
    sync: string,
    query: PageParams & { readonly status?: "open" | "resolved"; readonly values: boolean },
    ctx: Ctx,
  ): Promise<unknown>;
  resolve(sync: string, id: string, take: "local" | "hubspot", ctx: Ctx): Promise<boolean>;
}

export interface MappingService {
  list(sync: string, ctx: Ctx): Promise<unknown>;
  replace(sync: string, mappings: readonly MappingDraft[], expectedRevision: number, ctx: Ctx): Promise<unknown>;
  validate(sync: string, mappings: readonly MappingDraft[], ctx: Ctx): Promise<unknown>;
  choices(sync: string, ctx: Ctx): Promise<unknown>;
}

export interface MappingDraft {
  readonly localField: string;
  readonly hubspotProperties: string | readonly string[];
  readonly direction?: "both" | "to-hubspot" | "from-hubspot";
  readonly transform?: string | null;
  readonly options?: Readonly<Record<string, string>>;
}

type Json = Readonly<Record<string, unknown>>;

/** Workflow triggers. What comes in is checked by the service, which says what to change. */
export interface WorkflowService {
  list(ctx: Ctx): Promise<unknown>;
  get(id: string, ctx: Ctx): Promise<unknown>;
  create(draft: Json, ctx: Ctx): Promise<unknown>;
  update(id: string, changes: Json, ctx: Ctx): Promise<unknown>;
  delete(id: string, ctx: Ctx): Promise<void>;
  test(trigger: string | Json, event: Json, ctx: Ctx): Promise<unknown>;
  process(event: Json, ctx: Ctx): Promise<unknown>;
  executions(query: PageParams & { readonly triggerId: string }, ctx: Ctx): Promise<unknown>;
}

/** Tickets, taken on durably and made by the worker. */
export interface SupportService {
  ticket(key: string, ticket: Json, ctx: Ctx): Promise<unknown>;
  open(outage: string, ticket: Json, ctx: Ctx): Promise<unknown>;
  resolve(outage: string, content: string | undefined, ctx: Ctx): Promise<unknown>;
}

/** A person by at least one of these. */
export interface PersonNamed {
  readonly contactId?: string;
  readonly email?: string;
  readonly phone?: string;
}

export interface PrivacyRights {
  export(subject: PersonNamed, ctx: Ctx): Promise<unknown>;
  erase(subject: PersonNamed, ctx: Ctx): Promise<unknown>;
  readmit(subject: PersonNamed, ctx: Ctx): Promise<number>;
}

export interface OutboxService {
  list(
    query: PageParams & { readonly kind?: string; readonly state?: "waiting" | "done" | "skipped" | "failed" },
    ctx: Ctx,
  ): Promise<unknown>;
  replay(ids: readonly string[] | undefined, ctx: Ctx): Promise<number>;
}

/** Switches of the tenant. What comes in is checked by the service, which says what to change. */
export interface FlagService {
  list(ctx: Ctx): Promise<unknown>;
  set(
    flag: string,
    change: { readonly enabled?: boolean; readonly roles?: readonly string[]; readonly percentage?: number },
    ctx: Ctx,
  ): Promise<unknown>;
  reset(flag: string, ctx: Ctx): Promise<unknown>;
}

/** Answers whether the instance is well. */
export interface HealthService {
  /** `GET /health`: 200 where `ok`, 503 else. It asks the storage, not HubSpot. */
  check(ctx: Ctx): Promise<{ readonly ok: boolean }>;
}

/** What the routers answer from. A router whose service is absent answers FEATURE_OFF. */
export interface MountServices {
  /** See `createWebhookHandler`. */
  readonly webhooks?: WebhookRequestHandler;
  /** Behind the router `contacts`. */
  readonly directory?: DirectoryService;
  /** Behind the router `audit`. */
  readonly audit?: AuditService;
  /** Behind the router `sync`. */
  readonly sync?: SyncService;
  /** Behind the router `conflicts`. */
  readonly conflicts?: ConflictService;
  /** Behind the router `mappings`. */
  readonly mappings?: MappingService;
  /** Behind the router `workflows`. */
  readonly workflows?: WorkflowService;
  /** Behind the router `support`. */
  readonly support?: SupportService;
  /** Behind the router `privacy`. */
  readonly privacy?: PrivacyRights;
  /** Behind the router `outbox`. */
  readonly outbox?: OutboxService;
  /** See `oauthRoutes`. */
  readonly oauth?: OAuthRoutes;
  /** Behind the router `flags`. */
  readonly flags?: FlagService;
  /** Behind the router `health`; 200 or 503, as its `ok` says. */
  readonly health?: HealthService;
  /** For limits of an actor, and for how long a body may take. */
  readonly clock: Clock;
  /** Told of refusals and failures by code and route, without addresses or bodies. Default: nothing is logged. */
  readonly logger?: Logger;
}
