import type { EpochMs } from "../ports/ids.ts";
import { bounded } from "../util/bounded.ts";

const minuteMs = 60_000;

/**
 * At most so many a minute for each actor, in this process. One number per actor: the moment up to which its allowance
 * is spent (the generic cell rate algorithm), so there is no window to game at its edge, and when to come back is known
 * exactly. What asks for more than the whole allowance at once passes only after a minute of rest.
 */
export class ActorLimit {
  readonly #perMinute: number;
  /** Bounded: an actor forgotten among so many begins with a full allowance. */
  readonly #spentUntil = bounded<string, EpochMs>(50_000);

  constructor(perMinute: number) {
    this.#perMinute = perMinute;
  }

  /** Takes `count` from the actor's allowance and answers 0; or takes nothing and answers how long to wait, in ms. */
  take(actor: string, count: number, now: EpochMs): number {
    const cost = (Math.min(count, this.#perMinute) / this.#perMinute) * minuteMs;
    // A clock that was set back must not lock anybody out for longer than a minute.
    const spent = Math.min(Math.max(this.#spentUntil.get(actor) ?? now, now), now + minuteMs);
    const wait = spent + cost - (now + minuteMs);
    this.#spentUntil.set(actor, wait > 0 ? spent : spent + cost);
    return wait > 0 ? Math.max(1, Math.ceil(wait)) : 0;
  }
}
