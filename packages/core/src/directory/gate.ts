import type { AuditEntry } from "../audit/audit-row.ts";
import type { AuditWriter } from "../audit/audit-writer.ts";
import { HubspokeError, isHubspokeError } from "../errors/hubspoke-error.ts";
import type { AuditAction } from "../ports/audit-store.ts";
import type { Ctx } from "../ports/context.ts";
import type { Logger } from "../ports/logger.ts";
import { chain, type MaybeAsync } from "../util/maybe-async.ts";
import { type AccessCheck, checkCtx, type Denial, denied } from "./access.ts";

/** Which features are on for whoever asks. */
export interface Features {
  /** Numbers to names. */
  readonly lookups: boolean;
  /** Names to people. */
  readonly search: boolean;
  /** Answers are kept, and kept ones are used. */
  readonly cache: boolean;
}

export type FeaturesFor = (ctx: Ctx) => MaybeAsync<Features>;

export interface GateDeps {
  readonly audit: AuditWriter;
  readonly logger: Logger;
  /** Roles, purposes and limits. Without it every caller may do everything. */
  readonly access?: AccessCheck | undefined;
  /** Switches. Without it everything is on. */
  readonly features?: FeaturesFor | undefined;
  /** Fires when the directory closes. */
  readonly closing: AbortSignal;
}

const everything: Features = { lookups: true, search: true, cache: true };

/** What everybody passes before anything is looked at. Who is refused leaves a trace and learns nothing. */
export class Gate {
  readonly #deps: GateDeps;

  constructor(deps: GateDeps) {
    this.#deps = deps;
  }

  /**
   * What is on for `ctx`; at once where nobody has to be asked. Errors: INPUT_INVALID for a context that could not be audited, CLOSED, ACCESS_DENIED,
   * ACTOR_LIMITED. `count`: how many numbers are asked for. `subject`: the blind index of the number it is about, asked
   * for only when somebody is refused.
   */
  admit(ctx: Ctx, action: AuditAction, count: number = 1, subject?: () => MaybeAsync<string>): MaybeAsync<Features> {
    const { access, features, closing } = this.#deps;
    checkCtx(ctx);
    if (closing.aborted)
      throw new HubspokeError("CLOSED", "this Hubspoke is closed; make a new one to look up contacts");
    return chain(access === undefined ? null : access(ctx, action, count), (denial) => {
      if (denial !== null) return this.#refuse(ctx, action, denial, subject);
      return features === undefined ? everything : features(ctx);
    });
  }

  async #refuse(
    ctx: Ctx,
    action: AuditAction,
    denial: Denial,
    subject: (() => MaybeAsync<string>) | undefined,
  ): Promise<never> {
    const subjectIndex = (await subject?.()) ?? null;
    const nobody = { action, subjectIndex, contactId: null } as const;
    await this.recordNothingShown(ctx, { ...nobody, outcome: "denied", errorCode: denial.code });
    throw denied(denial, ctx, action);
  }

  /** Nothing was disclosed, so a failing audit trail (which raises its own alert) must not replace the reason why. */
  async recordNothingShown(ctx: Ctx, entry: AuditEntry): Promise<void> {
    try {
      await this.#deps.audit.record(ctx, [entry]);
    } catch (error) {
      if (!isHubspokeError(error)) throw error;
      this.#deps.logger.error("directory.refusal_not_audited", { tenant: ctx.tenant, code: error.code });
    }
  }
}

/** Not an outage and nobody's fault: messages show numbers until the switch is thrown back. */
export function featureOff(action: AuditAction): HubspokeError<"FEATURE_OFF"> {
  return new HubspokeError(
    "FEATURE_OFF",
    `${action} is switched off for this actor; nothing was looked up. See the flags master, inbound and outbound`,
    { details: { action } },
  );
}
