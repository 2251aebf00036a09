import type { CacheRow } from "@hubspoke/core/ports";
import { seeded } from "../lib/seeded.ts";

const chance = seeded(11);

function bytes(length: number): Uint8Array {
  return Uint8Array.from({ length }, () => chance() * 256);
}

function text(length: number): string {
  return Buffer.from(bytes(length)).toString("base64url");
}

/** Rows of the contact cache as large as they are in use: a sealed contact of 700 bytes, an index of 43 letters. */
export function cacheRows(count: number): CacheRow[] {
  return Array.from({ length: count }, (_, i) => ({
    tenant: "acme",
    portalId: "62515",
    id: text(16),
    index: `v1.k1.${text(32)}`,
    contactId: String(1_000_000_000 + i),
    sealed: bytes(700),
    keyId: "k1",
    fetchedAt: 1_790_000_000_000,
    freshUntil: 1_790_086_400_000,
    expiresAt: 1_792_592_000_000,
    activeUntil: 0,
  }));
}
