import { HubspokeError } from "../errors/hubspoke-error.ts";
import type { AuditAction } from "../ports/audit-store.ts";
import type { Ctx } from "../ports/context.ts";
import type { MaybeAsync } from "../util/maybe-async.ts";

/** Why somebody may not. */
export type Denial =
  | { readonly code: "ACCESS_DENIED"; readonly why: "role" | "purpose" }
  | { readonly code: "ACTOR_LIMITED"; readonly why: "limit"; readonly retryAfterMs: number };

/**
 * Decides whether `ctx` may do `action` at all; `null` lets it pass. Asked before anything is looked at. `count`: how
 * many numbers a batch asks for, else 1.
 */
export type AccessCheck = (ctx: Ctx, action: AuditAction, count: number) => MaybeAsync<Denial | null>;

const advice: Readonly<Record<Denial["why"], string>> = {
  role: "give the role access in directory.access.roles, or use another actor",
  purpose: "pass one of directory.access.purposes as ctx.purpose",
  limit: "this actor has reached its limit in directory.access.limits; wait, or raise it",
};

export function denied(denial: Denial, ctx: Ctx, action: AuditAction): HubspokeError {
  const { code, why } = denial;
  return new HubspokeError(code, `${code}: ${action} is denied for the role ${ctx.actor.role}: ${advice[why]}`, {
    details: {
      action,
      role: ctx.actor.role,
      why,
      ...("retryAfterMs" in denial ? { retryAfterMs: denial.retryAfterMs } : {}),
    },
  });
}

/** `INPUT_INVALID` for a context that could not be audited: JavaScript callers have no compiler to tell them. */
export function checkCtx(ctx: Ctx): void {
  const { tenant, actor } = (ctx ?? {}) as Partial<Ctx>;
  if (isText(tenant) && isText(actor?.id) && isText(actor?.role)) return;
  const [missing] = Object.entries({
    "ctx.tenant": tenant,
    "ctx.actor.id": actor?.id,
    "ctx.actor.role": actor?.role,
  }).find(([, value]) => !isText(value)) as [string, unknown];
  throw new HubspokeError(
    "INPUT_INVALID",
    `${missing} is missing; pass { tenant, actor: { id, role } } so that the access can be recorded`,
  );
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}
