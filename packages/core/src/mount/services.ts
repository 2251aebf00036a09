import type { AuditQuery } from "../audit/audit-reader.ts";
import type { OAuthRoutes } from "../oauth/routes.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ctx } from "../ports/context.ts";
import type { Logger } from "../ports/logger.ts";
import type { WebhookRequestHandler } from "../webhooks/handle-request.ts";

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

export type SyncRunKind = "backfill" | "reconcile";

export interface SyncService {
  status(ctx: Ctx): Promise<unknown>;
  /** Makes the worker start or resume a run, and returns before the run is done. NOT_FOUND for a name that is no sync. */
  start(name: string, kind: SyncRunKind, ctx: Ctx): Promise<unknown>;
}

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
  /** See `oauthRoutes`. */
  readonly oauth?: OAuthRoutes;
  readonly health?: HealthService;
  readonly clock: Clock;
  readonly logger?: Logger;
}
