import type { BrokenStore } from "./broken-store.ts";
import { brokenClaims } from "./claims.ts";
import { brokenDirectory } from "./directory.ts";
import { brokenLater } from "./later.ts";
import { brokenOAuth } from "./oauth.ts";
import { brokenRates } from "./rates.ts";
import { brokenRows } from "./rows.ts";

/** Wrong stores, each caught by the case named for it: the proof that the suite bites. */
export const brokenStores: readonly BrokenStore[] = [
  ...brokenClaims,
  ...brokenRows,
  ...brokenOAuth,
  ...brokenDirectory,
  ...brokenRates,
  ...brokenLater,
];
