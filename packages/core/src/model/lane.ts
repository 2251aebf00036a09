/** Lanes of a rate budget, most urgent first: a waiting call of an earlier lane always goes before a later one. */
export const lanes = ["interactive", "webhook", "incremental", "backfill"] as const;

export type Lane = (typeof lanes)[number];
