import type { TokenRow, TokenStore } from "../ports/token-store.ts";
import type { Sync } from "./expose.ts";
import { byText, where } from "./rows.ts";

/** A deleted grant leaves its version behind: a refresh that read the old one must not overwrite the next. */
export interface TokenEntry {
  readonly tenant: string;
  readonly version: number;
  readonly row: TokenRow | null;
}

export function memoryTokens(entries: Map<string, TokenEntry>): Sync<TokenStore> {
  return {
    get: (tenant) => entries.get(tenant)?.row ?? null,
    put(row) {
      const stored = entries.get(row.tenant);
      const expected = stored?.row == null ? 0 : stored.version;
      if (row.version !== expected) return "stale";
      const version = (stored?.version ?? 0) + 1;
      entries.set(row.tenant, { tenant: row.tenant, version, row: { ...row, version } });
      return "written";
    },
    delete(tenant) {
      const stored = entries.get(tenant);
      if (stored?.row == null) return false;
      entries.set(tenant, { tenant, version: stored.version + 1, row: null });
      return true;
    },
    listForReseal: (keyId, limit) =>
      where(entries, ({ row }) => row !== null && row.keyId !== keyId)
        .flatMap(({ row }) => (row === null ? [] : [row]))
        .sort((a, b) => byText(a.tenant, b.tenant))
        .slice(0, limit),
  };
}
