import type { PropertyDefinition } from "../properties/definition.ts";

/** What makes one kind of record different from another: data, so that a new kind is a new row. */
export interface ObjectType {
  /** E.g. `0-1`. */
  readonly id: string;
  /** As in paths: `contacts`. */
  readonly name: string;
  /** As in webhooks and messages: `contact`. */
  readonly singular: string;
  /** The group of `subscriptionType`: the singular for the classic six, else `object`. */
  readonly subscription: string;
  readonly properties: readonly PropertyDefinition[];
  /** Contacts use `lastmodifieddate`, everything else `hs_lastmodifieddate` (hubspot-facts §3). */
  readonly lastModified: string;
  readonly created: string;
  /** What a read returns when it names no properties. */
  readonly defaultProperties: readonly string[];
  /** Where a search's free text looks (hubspot-facts §3). */
  readonly queried: readonly string[];
  /** The property whose duplicate answers 409 on create. */
  readonly naturalKey: string | undefined;
  /** Properties a create must give. */
  readonly required: readonly string[];
  readonly scopes: { readonly read: string; readonly write: string };
  readonly merges: boolean;
  /** Calculated properties of a record. */
  readonly derive: ((values: Readonly<Record<string, string>>, country: string) => Record<string, string>) | undefined;
  /** Properties that `derive` looks at: when none is set, nothing is calculated. */
  readonly derivedFrom: readonly string[];
}
