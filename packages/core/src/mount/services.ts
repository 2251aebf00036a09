import type { AuditQuery } from "../audit/audit-reader.ts";
import type { OAuthRoutes } from "../oauth/routes.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ctx } from "../ports/context.ts";
import type { Logger } from "../ports/logger.ts";
import type { WebhookRequestHandler } from "../webhooks/handle-request.ts";
import type { PageParams } from "./page-params.ts";

/** Looks people up; what it returns is sent as JSON. */
export interface DirectoryService {
  lookupByPhone(phone: string, ctx: Ctx): Promise<unknown>;
  /** By the spelling that was asked. */
  batchLookup(phones: readonly string[], ctx: Ctx): Promise<ReadonlyMap<string, unknown>>;
  search(
    query: string,
    ctx: Ctx,
    options: { readonly limit?: number; readonly includeRecent?: boolean },
  ): Promise<unknown>;
  recents(ctx: Ctx, limit?: number): Promise<unknown>;
  opened(contactId: string, ctx: Ctx): Promise<void>;
  forgetHistory(ctx: Ctx): Promise<number>;
  markActive(phones: readonly string[], ctx: Ctx, options: { readonly forMs?: number }): Promise<void>;
  syncUnknown(ctx: Ctx): Promise<unknown>;
  unknownProgress(ctx: Ctx): Promise<unknown>;
  cacheStats(ctx: Ctx): Promise<unknown>;
  clearCache(ctx: Ctx): Promise<number>;
}

/** Reads the audit trail; what it returns is sent as JSON. */
export interface AuditService {
  query(query: AuditQuery, ctx: Ctx): Promise<unknown>;
}

/** The full passes a route can start. */
export type SyncRunKind = "backfill" | "reconcile";

/** Everything about syncs that a page or another program asks. NOT_FOUND for a name that is no sync. */
export interface SyncService {
  status(ctx: Ctx): Promise<unknown>;
  /** The whole state of things, for a dashboard. */
  overview(ctx: Ctx): Promise<unknown>;
  one(name: string, ctx: Ctx): Promise<unknown>;
  /** Makes the worker start or resume a run, and returns before the run is done. */
  start(name: string, kind: SyncRunKind, ctx: Ctx): Promise<unknown>;
  plan(name: string, ctx: Ctx): Promise<unknown>;
  pause(name: string, reason: string | undefined, ctx: Ctx): Promise<unknown>;
  resume(name: string, ctx: Ctx): Promise<unknown>;
  log(
    name: string,
    query: PageParams & { readonly status?: "success" | "error" | "skipped"; readonly localId?: string },
    ctx: Ctx,
  ): Promise<unknown>;
  explain(
    name: string,
    id: { readonly localId?: string; readonly hubspotId?: string },
    values: boolean,
    ctx: Ctx,
  ): Promise<unknown>;
  quarantine(name: string, page: PageParams, ctx: Ctx): Promise<unknown>;
  replay(
    name: string,
    records: readonly { readonly side: "local" | "remote"; readonly key: string }[] | undefined,
    ctx: Ctx,
  ): Promise<number>;
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
  check(ctx: Ctx): Promise<{ readonly ok: boolean }>;
}

/** What the routers answer from. A router whose service is absent answers FEATURE_OFF. */
export interface MountServices {
  /** See `createWebhookHandler`. */
  readonly webhooks?: WebhookRequestHandler;
  readonly directory?: DirectoryService;
  readonly audit?: AuditService;
  readonly sync?: SyncService;
  readonly conflicts?: ConflictService;
  readonly mappings?: MappingService;
  readonly workflows?: WorkflowService;
  readonly support?: SupportService;
  readonly privacy?: PrivacyRights;
  readonly outbox?: OutboxService;
  /** See `oauthRoutes`. */
  readonly oauth?: OAuthRoutes;
  readonly flags?: FlagService;
  readonly health?: HealthService;
  readonly clock: Clock;
  readonly logger?: Logger;
}
