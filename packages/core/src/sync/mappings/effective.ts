import type { ObjectType } from "../../model/object-type.ts";
import type { MappingRow } from "../../ports/mapping-store.ts";
import { defineSync } from "../declare/define-sync.ts";
import type { DeclaredSync, FieldSpecs } from "../declare/definition.ts";
import { type FieldMapping, mappingOf, specOf } from "./mapped-field.ts";

/** A declaration with a tenant's stored mappings laid over it. */
export interface EffectiveSync {
  readonly declared: DeclaredSync;
  /** By field, where a row says something else than the code. */
  readonly mappings: ReadonlyMap<string, FieldMapping>;
  /** Of the stored set; 0 where there is none. */
  readonly revision: number;
}

/**
 * Lays stored mappings over a declaration, and checks the whole as any declaration is checked: a row replaces the field
 * of its name, or adds one. Throws SYNC_DECLARATION_INVALID or INPUT_INVALID.
 */
export function effectiveSync(
  declared: DeclaredSync,
  { rows, revision }: { readonly rows: readonly MappingRow[]; readonly revision: number },
): EffectiveSync {
  if (rows.length === 0) return { declared, mappings: new Map(), revision };
  const transforms = declared.mappings?.transforms ?? {};
  const mapped = rows.map((row) => [row.localField, specOf(row, transforms, declared.fields[row.localField])] as const);
  const fields: FieldSpecs = { ...declared.fields, ...Object.fromEntries(mapped) };
  const mappings = rows.flatMap((row) => {
    const mapping = mappingOf(row, declared.fields[row.localField]);
    return mapping === null ? [] : [[row.localField, mapping] as const];
  });
  // The checks of a declaration, once more: the timings were checked by whoever keeps them.
  const { schedule: _schedule, reconcile: _reconcile, mappings: _mappings, ...definition } = declared;
  const checked = defineSync<FieldSpecs, ObjectType>({
    ...definition,
    object: definition.object as ObjectType,
    fields,
  });
  return { declared: { ...declared, fields: checked.fields }, mappings: new Map(mappings), revision };
}
