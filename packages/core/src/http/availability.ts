import type { ErrorCode } from "../errors/codes.ts";
import type { EpochMs, Tenant } from "../ports/ids.ts";
import { bounded } from "../util/bounded.ts";
import type { CallEvent } from "./call-event.ts";

/** Whether HubSpot can be worked with for a tenant, as this process's own calls have found it. */
export interface Availability {
  /** When HubSpot last gave an answer; null: not yet. Refusing one request, as invalid for example, is an answer. */
  readonly answeredAt: EpochMs | null;
  /** No answer, or none for this token: down, limited, hanging, revoked. Null: it is well, or nobody has asked yet. */
  readonly trouble: Trouble | null;
}

/** What is wrong with HubSpot, or with the token. */
export interface Trouble {
  /**
   * Of the newest failure: `NETWORK_FAILED`, `TIMEOUT`, `HUBSPOT_*`, `RATE_LIMITED`, `DAILY_LIMIT_REACHED` or `AUTH_*`.
   */
  readonly code: ErrorCode;
  /** When it began on that route, without an answer in between. */
  readonly since: EpochMs;
  /** When it was last met. */
  readonly lastAt: EpochMs;
}

interface Seen {
  answeredAt: EpochMs | null;
  /** By route: a scope that is missing shows on some routes only. */
  readonly troubles: Map<string, Trouble>;
}

/** A refusal that nobody met again for so long, while HubSpot answers, is over: what was refused is not asked any more. */
const forgottenMs = 300_000;

/** Watches calls go by. Costs them a look in a map. */
export class AvailabilityWatch {
  readonly #now: () => EpochMs;
  readonly #tenants = bounded<Tenant, Seen>(10_000);

  constructor(now: () => EpochMs) {
    this.#now = now;
  }

  note({ tenant, route, code, status }: Pick<CallEvent, "tenant" | "route" | "code" | "status">): void {
    // We gave up, and HubSpot has no part in that.
    if (code === "ABORTED" || code === "CLOSED") return;
    let seen = this.#tenants.get(tenant);
    if (seen === undefined) {
      seen = { answeredAt: null, troubles: new Map() };
      this.#tenants.set(tenant, seen);
    }
    const at = this.#now();
    if (code === null || (status !== null && status < 500 && status !== 401 && status !== 403 && status !== 429)) {
      seen.answeredAt = at;
      // An outage is over with any answer; a token that was refused, with an answer where it was refused.
      for (const [where, trouble] of seen.troubles)
        if (where === route || !trouble.code.startsWith("AUTH_")) seen.troubles.delete(where);
    } else {
      seen.troubles.set(route, { code, since: seen.troubles.get(route)?.since ?? at, lastAt: at });
    }
  }

  of(tenant: Tenant): Availability {
    const seen = this.#tenants.get(tenant);
    if (seen === undefined) return { answeredAt: null, trouble: null };
    const { answeredAt, troubles } = seen;
    const lasting = ({ lastAt }: Trouble) => (answeredAt ?? 0) < lastAt || this.#now() - lastAt < forgottenMs;
    const open = [...troubles.values()].filter(lasting).sort((a, b) => b.lastAt - a.lastAt);
    return { answeredAt, trouble: open[0] ?? null };
  }
}
