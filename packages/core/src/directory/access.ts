import { HubspokeError } from "../errors/hubspoke-error.ts";
import type { AuditAction } from "../ports/audit-store.ts";
import type { Ctx } from "../ports/context.ts";
import type { MaybeAsync } from "../util/maybe-async.ts";

/** Why somebody may not. */
export interface Denial {
  readonly code: "ACCESS_DENIED" | "ACTOR_LIMITED";
}

/** Decides whether `ctx` may do `action` at all; `null` lets it pass. Asked before anything is looked at. */
export type AccessCheck = (ctx: Ctx, action: AuditAction) => MaybeAsync<Denial | null>;

const advice: Readonly<Record<Denial["code"], string>> = {
  ACCESS_DENIED: "give the role or the purpose access, or use another actor",
  ACTOR_LIMITED: "this actor has reached its limit; wait, or raise the limit",
};

export function denied({ code }: Denial, ctx: Ctx, action: AuditAction): HubspokeError {
  return new HubspokeError(code, `${action} is denied for the role ${ctx.actor.role}: ${advice[code]}`, {
    details: { action, role: ctx.actor.role },
  });
}

/** `INPUT_INVALID` for a context that could not be audited: JavaScript callers have no compiler to tell them. */
export function checkCtx(ctx: Ctx): void {
  const { tenant, actor } = (ctx ?? {}) as Partial<Ctx>;
  for (const [name, value] of Object.entries({
    "ctx.tenant": tenant,
    "ctx.actor.id": actor?.id,
    "ctx.actor.role": actor?.role,
  })) {
    if (typeof value === "string" && value !== "") continue;
    throw new HubspokeError(
      "INPUT_INVALID",
      `${name} is missing; pass { tenant, actor: { id, role } } so that the access can be recorded`,
    );
  }
}
