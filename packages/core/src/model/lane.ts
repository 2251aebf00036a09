/** Lanes of a rate budget, most urgent first: a waiting call of an earlier lane always goes before a later one. */
export const lanes = ["interactive", "webhook", "incremental", "backfill"] as const;

/** How urgent a call is; the first named go first. */
export type Lane = (typeof lanes)[number];
