import type { ContactProperties } from "./contact-properties.ts";
import { contactPropertyKinds, readOnlyContactProperties } from "./contact-properties.ts";
import { canonicalObject } from "./object-type.ts";
import type { PropertyKind, PropertyValue } from "./property-value.ts";

/** Typed properties by object name. Extend by interface merging. */
export interface ObjectProperties {
  contacts: ContactProperties;
}

/** The typed properties of object `O`; none where the object is not typed. */
export type PropertiesOf<O extends string> = O extends keyof ObjectProperties ? ObjectProperties[O] : NoProperties;

/** An object without typed properties: values are what the portal's definitions make of them. */
// biome-ignore lint/complexity/noBannedTypes: the empty set of names is what is meant
export type NoProperties = {};

/** A property name: the typed ones complete in an editor, any other text is accepted and checked against the portal. */
export type PropertyName<M> = (keyof M & string) | (string & Record<never, never>);

/**
 * The values of the requested names and no others. A name without a type here, or only known at run time, gives a
 * `PropertyValue`: what the portal's definition of it makes of the text.
 */
export type Picked<M, K extends string> = string extends K
  ? Readonly<Record<string, PropertyValue | null>>
  : { readonly [P in K]: P extends keyof M ? M[P] | null : PropertyValue | null };

/** What can be written. null clears a value; undefined leaves it alone. */
export type WritableProperties<M> = { readonly [P in keyof M]?: M[P] | null | undefined } & {
  readonly [custom: string]: PropertyValue | null | undefined;
};

/** What is known about an object's standard properties without asking the portal. */
export interface PropertyKnowledge {
  readonly kinds: Readonly<Record<string, PropertyKind>>;
  readonly readOnly: ReadonlySet<string>;
}

const nothing: PropertyKnowledge = {
  kinds: {},
  readOnly: new Set(["hs_object_id", "createdate", "hs_lastmodifieddate"]),
};

export function propertyKnowledge(object: string): PropertyKnowledge {
  return canonicalObject(object) === "contacts"
    ? { kinds: contactPropertyKinds, readOnly: readOnlyContactProperties }
    : nothing;
}
