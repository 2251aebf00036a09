import type { OAuthStateRow, OAuthStateStore } from "../ports/token-store.ts";
import type { Sync } from "./expose.ts";
import { removeWhere } from "./rows.ts";

export function memoryOAuthStates(rows: Map<string, OAuthStateRow>): Sync<OAuthStateStore> {
  return {
    put(row) {
      rows.set(row.stateHash, row);
    },
    consume(stateHash) {
      const row = rows.get(stateHash) ?? null;
      rows.delete(stateHash);
      return row;
    },
    deleteExpired: (now, limit) => removeWhere(rows, (row) => row.expiresAt <= now, limit),
  };
}
