import type { SecretRow, SecretStore } from "../ports/secret-store.ts";
import type { Sync } from "./expose.ts";
import { keyOf, where } from "./rows.ts";

export function memorySecrets(rows: Map<string, SecretRow>): Sync<SecretStore> {
  return {
    get: (tenant, name) => rows.get(keyOf(tenant, name)) ?? null,
    add(row) {
      const key = keyOf(row.tenant, row.name);
      if (rows.has(key)) return "taken";
      rows.set(key, row);
      return "added";
    },
    reseal(row, fromId) {
      const key = keyOf(row.tenant, row.name);
      if (rows.get(key)?.id !== fromId) return false;
      rows.set(key, row);
      return true;
    },
    listForReseal: (keyId, limit) => where(rows, (row) => row.keyId !== keyId).slice(0, limit),
  };
}
