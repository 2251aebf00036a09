import { canonicalObject } from "./object-type.ts";
import type { LineItemProperties, ProductProperties } from "./properties/commerce.ts";
import { lineItemKinds, lineItemReadOnly, productKinds, productReadOnly } from "./properties/commerce.ts";
import { type CompanyProperties, companyKinds, companyReadOnly } from "./properties/companies.ts";
import { type ContactProperties, contactKinds, contactReadOnly } from "./properties/contacts.ts";
import { type DealProperties, dealKinds, dealReadOnly } from "./properties/deals.ts";
import type {
  CallProperties,
  EmailProperties,
  MeetingProperties,
  NoteProperties,
  TaskProperties,
} from "./properties/engagements.ts";
import {
  callKinds,
  emailKinds,
  engagementKinds,
  engagementReadOnly,
  meetingKinds,
  noteKinds,
  taskKinds,
} from "./properties/engagements.ts";
import type { KindOrOptions, StandardProperties } from "./properties/kinds.ts";
import { type TicketProperties, ticketKinds, ticketReadOnly } from "./properties/tickets.ts";
import type { PropertyKind, PropertyValue } from "./property-value.ts";

/** Typed properties by object name. Extend by interface merging, for example with `"2-345": TrunkProperties`. */
export interface ObjectProperties {
  /**
   * Type id `0-1`. Last change: `lastmodifieddate`, where every other object has `hs_lastmodifieddate` (hubspot-facts
   * §3).
   */
  contacts: ContactProperties;
  /** Type id `0-2`. */
  companies: CompanyProperties;
  /** Type id `0-3`, which is what HubSpot's dated paths write. */
  deals: DealProperties;
  /** Type id `0-5`. */
  tickets: TicketProperties;
  /** Type id `0-7`. */
  products: ProductProperties;
  /** Type id `0-8`. */
  line_items: LineItemProperties;
  /**
   * Type id `0-46`. A create needs `hs_timestamp`; `hs_note_body` has at most 65,536 characters (hubspot-facts §7.5).
   */
  notes: NoteProperties;
  /** Type id `0-48`. A create needs `hs_timestamp`; `hs_call_duration` is in milliseconds (hubspot-facts §7.6). */
  calls: CallProperties;
  /** Type id `0-49`. Bodies need the scope `sales-email-read`. */
  emails: EmailProperties;
  /** Type id `0-47`. */
  meetings: MeetingProperties;
  /** Type id `0-27`. `hs_timestamp` is when it is due. */
  tasks: TaskProperties;
}

/**
 * Objects whose properties are all typed, because `hubspoke pull-types` read them: `interface PulledObjects { contacts: true }`.
 * Of these a name that is not among them is a compile error; of the others it is asked of the portal.
 */
// biome-ignore lint/suspicious/noEmptyInterface: pulled types merge into it
export interface PulledObjects {}

declare const pulled: unique symbol;

/** Typed properties that are all there are. */
export type Pulled<M> = M & { readonly [pulled]: true };

/** Whether nothing else is known to exist. */
export type IsPulled<M> = [M] extends [{ readonly [pulled]: true }] ? true : false;

/** The typed properties of object `O`; none where the object is not typed. */
export type PropertiesOf<O extends string> = O extends keyof ObjectProperties
  ? O extends keyof PulledObjects
    ? Pulled<ObjectProperties[O]>
    : ObjectProperties[O]
  : NoProperties;

/** An object without typed properties: values are what the portal's definitions make of them. */
// biome-ignore lint/complexity/noBannedTypes: the empty set of names is what is meant
export type NoProperties = {};

/**
 * A property name: the typed ones complete in an editor, any other text is accepted and checked against the portal. Of
 * pulled types the typed ones are all.
 */
export type PropertyName<M> =
  IsPulled<M> extends true ? keyof M & string : (keyof M & string) | (string & Record<never, never>);

/**
 * The values of the requested names and no others. A name without a type here, or only known at run time, gives a
 * `PropertyValue`: what the portal's definition of it makes of the text.
 */
export type Picked<M, K extends string> = string extends K
  ? Readonly<Record<string, PropertyValue | null>>
  : { readonly [P in K]: P extends keyof M ? M[P] | null : PropertyValue | null };

/** What can be written. null clears a value; undefined leaves it alone. */
export type WritableProperties<M> = {
  readonly [P in keyof M as P & string]?: M[P] | null | undefined;
} & (IsPulled<M> extends true ? unknown : { readonly [custom: string]: PropertyValue | null | undefined });

/** What the compiler says where something of that name stands. No bare text: with a value it would only be `never`. */
export interface NotPulled<N extends string> {
  /** Nothing has it; it is there to be read. */
  readonly problem: `${N} is no property in the types pulled from the account`;
}

/** What `P` writes beside the properties of pulled types: nothing it could hold is assignable to that. */
export type NothingElse<M, P> =
  IsPulled<M> extends true ? { readonly [N in Exclude<keyof P, keyof M> & string]: NotPulled<N> } : unknown;

/** What is known about an object's standard properties without asking the portal. */
export interface PropertyKnowledge {
  readonly kinds: Readonly<Record<string, PropertyKind>>;
  readonly readOnly: ReadonlySet<string>;
}

const custom: StandardProperties = { kinds: {}, readOnly: ["hs_object_id", "hs_createdate", "hs_lastmodifieddate"] };

const standard: Readonly<Record<string, StandardProperties>> = {
  contacts: { kinds: contactKinds, readOnly: contactReadOnly },
  companies: { kinds: companyKinds, readOnly: companyReadOnly },
  deals: { kinds: dealKinds, readOnly: dealReadOnly },
  tickets: { kinds: ticketKinds, readOnly: ticketReadOnly },
  products: { kinds: productKinds, readOnly: productReadOnly },
  line_items: { kinds: lineItemKinds, readOnly: lineItemReadOnly },
  notes: { kinds: { ...engagementKinds, ...noteKinds }, readOnly: engagementReadOnly },
  calls: { kinds: { ...engagementKinds, ...callKinds }, readOnly: engagementReadOnly },
  emails: { kinds: { ...engagementKinds, ...emailKinds }, readOnly: engagementReadOnly },
  meetings: { kinds: { ...engagementKinds, ...meetingKinds }, readOnly: engagementReadOnly },
  tasks: { kinds: { ...engagementKinds, ...taskKinds }, readOnly: engagementReadOnly },
};

const knowledge: ReadonlyMap<string, PropertyKnowledge> = new Map(
  Object.entries(standard).map(([name, table]) => [name, knowledgeOf(table)]),
);
const nothing: PropertyKnowledge = knowledgeOf(custom);

/** What is known by heart of an object's properties. Of objects that are not known it is nothing. */
export function propertyKnowledge(object: string): PropertyKnowledge {
  return knowledge.get(canonicalObject(object)) ?? nothing;
}

function knowledgeOf({ kinds, readOnly }: StandardProperties): PropertyKnowledge {
  const kindOf = (kind: KindOrOptions): PropertyKind => (typeof kind === "string" ? kind : "string");
  return {
    kinds: Object.fromEntries(Object.entries(kinds).map(([name, kind]) => [name, kindOf(kind)])),
    readOnly: new Set(readOnly),
  };
}
