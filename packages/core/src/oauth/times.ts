import type { EpochMs } from "../ports/ids.ts";

const second = 1_000;
const minute = 60 * second;

/** When a token without `expires_in` is taken to end: well inside the thirty minutes HubSpot gives (hubspot-facts §4). */
const unknownLifetimeMs = 10 * minute;
const longestLifetimeMs = 24 * 60 * minute;

/** `expires_in`, in seconds, as milliseconds. What is missing or no positive number gets a safe default. */
export function lifetimeMs(expiresIn: unknown): number {
  const seconds = typeof expiresIn === "string" && expiresIn.trim() !== "" ? Number(expiresIn) : expiresIn;
  if (typeof seconds !== "number" || !Number.isFinite(seconds) || seconds <= 0) return unknownLifetimeMs;
  return Math.min(Math.floor(seconds * second), longestLifetimeMs);
}

export interface TokenTimes {
  /** From then on a new token is fetched. */
  readonly refreshAt: EpochMs;
  /** Until then the token may still be sent. */
  readonly usableUntil: EpochMs;
}

/**
 * A token of thirty minutes is refreshed 5–7 minutes before its end, each process at another moment, and not sent in
 * its last 30 seconds, which differences between clocks may have eaten. Shorter lives shrink all three. Pure.
 * `random`: uniform in [0, 1).
 */
export function tokenTimes(
  token: { readonly obtainedAt: EpochMs; readonly expiresAt: EpochMs },
  random: number,
): TokenTimes {
  const lifetime = Math.max(0, token.expiresAt - token.obtainedAt);
  const ahead = Math.min(5 * minute, lifetime / 4) + random * Math.min(2 * minute, lifetime / 10);
  return {
    refreshAt: Math.floor(token.expiresAt - ahead),
    usableUntil: Math.floor(token.expiresAt - Math.min(30 * second, lifetime / 10)),
  };
}
