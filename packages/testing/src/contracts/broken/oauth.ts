import type { OAuthStateRow } from "@hubspoke/core/ports";
import { type BrokenStore, gap, replace } from "./broken-store.ts";

/** Faults in grants and logins. */
export const brokenOAuth: readonly BrokenStore[] = [
  {
    name: "lets every refresh write over the last",
    caughtBy: "tokens.race.one-refresh",
    plant: (store) =>
      replace(store, "tokens", (tokens) => ({
        async put(row) {
          const stored = await tokens.get(row.tenant);
          await gap();
          return tokens.put({ ...row, version: stored === null ? 0 : ((await tokens.get(row.tenant))?.version ?? 0) });
        },
      })),
  },
  {
    name: "begins a removed grant at version 1 again",
    caughtBy: "tokens.delete.not-revived",
    plant: (store) =>
      replace(store, "tokens", (tokens) => {
        const skipped = new Map<string, number>();
        const behind = (tenant: string): number => skipped.get(tenant) ?? 0;
        return {
          async get(tenant) {
            const row = await tokens.get(tenant);
            return row === null ? null : { ...row, version: row.version - behind(tenant) };
          },
          put: (row) => tokens.put({ ...row, version: row.version === 0 ? 0 : row.version + behind(row.tenant) }),
          async delete(tenant) {
            const version = (await tokens.get(tenant))?.version ?? 0;
            skipped.set(tenant, version + 1);
            return tokens.delete(tenant);
          },
        };
      }),
  },
  {
    name: "hands one login to every callback",
    caughtBy: "oauth-states.race.one-consumer",
    plant: (store) => {
      const seen = new Map<string, OAuthStateRow>();
      return replace(store, "oauthStates", (states) => ({
        async consume(stateHash) {
          const row = await states.consume(stateHash);
          if (row !== null) seen.set(stateHash, row);
          await gap();
          return seen.get(stateHash) ?? null;
        },
      }));
    },
  },
];
