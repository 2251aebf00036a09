import type { BoundField, BoundSync } from "../declare/bind.ts";

/**
 * A field as an intent was written under it: its mapping may have been changed since, and what was sent is only read
 * back under the one it was sent under. Absent when nobody knows that one any more.
 */
export function fieldAt(sync: BoundSync, name: string, spec: string | undefined): BoundField | undefined {
  const current = sync.fields.find((field) => field.name === name);
  return current !== undefined && current.mapping?.spec === spec ? current : sync.under(name, spec);
}
