import type { Sealer } from "../crypto/sealer.ts";
import type { AuditAction, AuditRow } from "../ports/audit-store.ts";
import type { Ctx } from "../ports/context.ts";
import type { EpochMs, RowId } from "../ports/ids.ts";
import { chain, type MaybeAsync } from "../util/maybe-async.ts";

/** What happened to one subject. */
export interface AuditEntry {
  readonly action: AuditAction;
  /** Blind index of the subject's phone; null when there is none (an invalid number, a denied batch). */
  readonly subjectIndex: string | null;
  readonly contactId: string | null;
  readonly outcome: AuditRow["outcome"];
  readonly errorCode: string | null;
}

/** The row of one entry. Address and user agent are personal data of the actor: they exist only sealed, bound to this row. */
export function auditRow(sealer: Sealer, ctx: Ctx, entry: AuditEntry, id: RowId, at: EpochMs): MaybeAsync<AuditRow> {
  const { ip, userAgent } = ctx;
  if (ip === undefined && userAgent === undefined) return rowOf(ctx, entry, id, at, null);
  const binding = { tenant: ctx.tenant, table: "audit", column: "sealed", rowId: id };
  return chain(sealer.sealJson(binding, { ip, userAgent }), (sealed) => rowOf(ctx, entry, id, at, sealed));
}

function rowOf(ctx: Ctx, entry: AuditEntry, id: RowId, at: EpochMs, sealed: Uint8Array | null): AuditRow {
  return {
    id,
    tenant: ctx.tenant,
    at,
    actorId: ctx.actor.id,
    actorRole: ctx.actor.role,
    action: entry.action,
    purpose: ctx.purpose ?? null,
    subjectIndex: entry.subjectIndex,
    contactId: entry.contactId,
    outcome: entry.outcome,
    errorCode: entry.errorCode,
    requestId: ctx.requestId ?? null,
    sealed,
  };
}
