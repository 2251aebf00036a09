import type { BoundField } from "../declare/bind.ts";
import type { SyncScope } from "../scope.ts";

/** Keys are compared without case and outer blanks: HubSpot lower-cases e-mail addresses. */
export function keyOf(canonical: string | null): string | null {
  const key = canonical?.trim().toLowerCase() ?? "";
  return key === "" ? null : key;
}

export function matchFields(scope: SyncScope): readonly BoundField[] {
  return scope.sync.declared.match.flatMap((name) => scope.sync.fields.find((field) => field.name === name) ?? []);
}
