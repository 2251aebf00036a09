import { HubspokeError } from "../errors/hubspoke-error.ts";
import type { EpochMs } from "../ports/ids.ts";

/** Weights, fading and levels of scores. */
export interface ScoringOptions {
  /** Points of an event by its type; a type that is not named counts nothing. May be negative. */
  readonly weights?: Readonly<Record<string, number>> | undefined;
  /** After so long an event is worth half. Default 30 days. */
  readonly halfLifeMs?: number | undefined;
  /** Levels by the score they begin at. Default `{ engaged: 5, high: 15 }`. */
  readonly levels?: Readonly<Record<string, number>> | undefined;
}

/** How engagement is scored, and where scores go. */
export interface EngagementOptions extends ScoringOptions {
  /** The contact property scores are pushed to, a number; make it with `hubspoke.schema(…)`. Default: scores stay here. */
  readonly property?: string | undefined;
}

export interface Scoring {
  readonly weights: Readonly<Record<string, number>>;
  readonly halfLifeMs: number;
  /** Lowest first. */
  readonly levels: readonly { readonly name: string; readonly from: number }[];
}

export interface ScoredEvent {
  readonly type: string;
  readonly at: EpochMs;
}

const day = 86_400_000;
const defaults = {
  weights: { open: 1, click: 3, reply: 10, bounce: -5, unsubscribe: -20 },
  halfLifeMs: 30 * day,
  levels: { engaged: 5, high: 15 },
} as const;

/** Events older than so many half-lives are worth less than a hundredth. */
export const memoryHalfLives = 7;

/** Errors: CONFIG_INVALID. */
export function scoringOf(options: ScoringOptions = {}): Scoring {
  const { weights = defaults.weights, halfLifeMs = defaults.halfLifeMs, levels = defaults.levels } = options;
  const numbers = [...Object.values(weights), ...Object.values(levels), halfLifeMs];
  if (numbers.some((number) => !Number.isFinite(number)) || halfLifeMs < 60_000) {
    throw new HubspokeError(
      "CONFIG_INVALID",
      "CONFIG_INVALID: engagement weights and levels are finite numbers, and halfLifeMs is at least a minute",
    );
  }
  const sorted = Object.entries(levels).map(([name, from]) => ({ name, from }));
  return { weights, halfLifeMs, levels: sorted.sort((a, b) => a.from - b.from) };
}

/** What a contact's events are worth now, never below 0. An event of the future counts as one of now. */
export function scoreOf(events: readonly ScoredEvent[], now: EpochMs, { weights, halfLifeMs }: Scoring): number {
  let score = 0;
  for (const { type, at } of events) {
    score += (weights[type] ?? 0) * 0.5 ** (Math.max(0, now - at) / halfLifeMs);
  }
  return Math.max(0, score);
}

/** How often each type happened. */
export function countsOf(events: readonly ScoredEvent[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { type } of events) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
}

/** The highest level a score has reached, with its place among them; -1 and null below the first. */
export function levelOf(score: number, { levels }: Scoring): { readonly rank: number; readonly name: string | null } {
  let rank = -1;
  for (const { from } of levels) if (score >= from) rank++;
  return { rank, name: levels[rank]?.name ?? null };
}
