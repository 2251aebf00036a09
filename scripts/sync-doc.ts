/** Writes the outcome table of `docs/guide/sync.md` from the code that decides. */
import { outcomeMatrix } from "../packages/core/src/sync/matrix/outcome-matrix.ts";
import { type GeneratedPage, main } from "./generated.ts";

export const syncPage: GeneratedPage = {
  path: "docs/guide/sync.md",
  command: "node scripts/sync-doc.ts",
  sections: async () => ({ outcomes: outcomeMatrix() }),
};

if (import.meta.main) await main(syncPage);
