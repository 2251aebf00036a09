import { type PropertyDefinition, readOnly, standard } from "../properties/definition.ts";

type Values = Readonly<Record<string, string>>;

/** What makes one kind of record different from another: data, so that a new kind is a new row. */
export interface ObjectType {
  /** E.g. `0-1`. */
  readonly id: string;
  /** As in paths: `contacts`. */
  readonly name: string;
  /** As in messages: `contact`. */
  readonly singular: string;
  /** Custom objects answer to their full name only (hubspot-facts §1.3). */
  readonly named: "plainly" | "full";
  /** Further names that paths may use. */
  readonly aliases: readonly string[];
  /** The group of `subscriptionType`: the singular for the classic six, else `object`. */
  readonly subscription: string;
  readonly properties: readonly PropertyDefinition[];
  /** Contacts use `lastmodifieddate`, everything else `hs_lastmodifieddate` (hubspot-facts §3). */
  readonly lastModified: string;
  readonly created: string;
  /** What a read returns when it names no properties, besides the system's own. */
  readonly defaultProperties: readonly string[];
  /** Where a search's free text looks (hubspot-facts §3). */
  readonly queried: readonly string[];
  /** The property whose duplicate answers 409 on create. */
  readonly naturalKey: string | undefined;
  /** Properties a create must give. */
  readonly required: readonly string[];
  readonly scopes: { readonly read: string; readonly write: string };
  /** Whether two records can become one (hubspot-facts §1.3). */
  readonly merges: boolean;
  /** The properties that name a pipeline and a stage of it. */
  readonly pipeline: { readonly pipeline: string; readonly stage: string } | undefined;
  /** Calculated properties of a record. */
  readonly derive: ((values: Values, country: string) => Record<string, string>) | undefined;
  /** Properties that `derive` looks at: when none is set, nothing is calculated. */
  readonly derivedFrom: readonly string[];
}

export type ObjectTypeDraft = Pick<ObjectType, "id" | "name" | "singular" | "properties" | "scopes"> &
  Partial<ObjectType>;

/** Fills in what most types have in common, the system properties included. */
export function defineType(draft: ObjectTypeDraft): ObjectType {
  const created = draft.created ?? "hs_createdate";
  const lastModified = draft.lastModified ?? "hs_lastmodifieddate";
  const system = [created, "hs_object_id", lastModified];
  return {
    named: "plainly",
    aliases: [],
    subscription: "object",
    queried: [],
    naturalKey: undefined,
    required: [],
    merges: false,
    pipeline: undefined,
    derive: undefined,
    derivedFrom: [],
    ...draft,
    created,
    lastModified,
    properties: withSystem(draft.properties, [
      readOnly("hs_object_id", "Record ID", "number"),
      readOnly(created, "Create date", "datetime"),
      readOnly(lastModified, "Last modified date", "datetime"),
      readOnly("hs_merged_object_ids", "Merged record IDs", "enumeration", { fieldType: "checkbox" }),
      readOnly("hs_created_by_user_id", "Created by user ID", "number"),
      readOnly("hs_updated_by_user_id", "Updated by user ID", "number"),
      readOnly("hs_object_source", "Record source"),
      readOnly("hs_object_source_id", "Record source detail"),
      standard("hubspot_owner_id", "Owner", "enumeration"),
    ]),
    defaultProperties: [...new Set([...(draft.defaultProperties ?? []), ...system])].sort(),
  };
}

/** The system's definitions come first, and once. */
function withSystem(own: readonly PropertyDefinition[], system: readonly PropertyDefinition[]): PropertyDefinition[] {
  const names = new Set(system.map((property) => property.name));
  return [...system, ...own.filter((property) => !names.has(property.name))];
}

export function crmScopes(object: string): ObjectType["scopes"] {
  return { read: `crm.objects.${object}.read`, write: `crm.objects.${object}.write` };
}
