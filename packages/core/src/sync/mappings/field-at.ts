import type { BoundField, BoundSync } from "../declare/bind.ts";

/** Whether an intent's hashes of a field are of what the field is read and written as now. */
export function isSentUnder({ mapping }: { readonly mapping?: string }, field: BoundField): boolean {
  return mapping === undefined ? field.mapping === undefined : mapping === field.spec;
}

/**
 * A field as an intent was written under it: its declaration or its mapping may have been changed since, and what was sent
 * is only read back under the one it was sent under. Absent when nobody knows that one any more.
 */
export function fieldAt(sync: BoundSync, name: string, hashes: { readonly mapping?: string }): BoundField | undefined {
  const current = sync.fields.find((field) => field.name === name);
  return current !== undefined && isSentUnder(hashes, current) ? current : sync.under(name, hashes.mapping);
}
