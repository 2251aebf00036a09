import type { Direction, FieldRule } from "../../conflict/types.ts";
import { HubspokeError } from "../../errors/hubspoke-error.ts";
import type { ValueKind } from "../../mapping/value-kind.ts";
import type { ContactProperty } from "../../model/properties/contacts.ts";
import type { LocalValue } from "../../ports/local-source.ts";

/** A property's internal name; the standard contact ones are suggested by the editor. */
export type PropertyName = ContactProperty | (string & {});

export interface FieldPolicyOptions {
  /** Whose value stands when both sides changed: short for `rule: "hubspot"` or `rule: "local"`. */
  readonly owner?: "hubspot" | "local";
  /** The conflict rule; the sync's `conflict.default` when absent. */
  readonly rule?: FieldRule;
  /** Default `both`. */
  readonly direction?: Direction;
}

/** What a field's local values are, and its conflict rule. */
export interface FieldOptions extends FieldPolicyOptions {
  /** What the local values are; the property's type in the portal when absent. */
  readonly as?: ValueKind;
  /** What an empty value is written as locally; default null. */
  readonly empty?: LocalValue;
}

/** A field that is one property, as `field()` declares it. */
export interface PropertyField<P extends string = string> extends FieldOptions {
  /** Tells it from a codec's. */
  readonly kind: "property";
  /** The one property, by its internal name. */
  readonly properties: readonly [P];
}

/** A field whose value is made of several properties, as `codec()` declares it. */
export interface CodecField<P extends string = string> extends FieldPolicyOptions {
  /** Tells it from a single property's. */
  readonly kind: "codec";
  /** Internal names, in the codec's own order: they are compared and written together. */
  readonly properties: readonly P[];
  /** Widened by `codec()`: values reach it only from fields declared with it. */
  readonly encode: (value: LocalValue) => Readonly<Record<string, string | null>>;
  /** Given every property of the group, null for what is empty. */
  readonly decode: (properties: Readonly<Record<string, string | null>>) => LocalValue;
  /** SYNC_DECLARATION_INVALID where encode, decode and encode again do not settle for one of them. */
  readonly samples: readonly LocalValue[];
  /** Every text it may write, where that is a closed list: checked against the property's options. */
  readonly texts?: readonly string[];
}

/** A declared field, made by `field()` or `codec()`. */
export type FieldSpec = PropertyField | CodecField;

/** One local field that is one HubSpot property. */
export function field<const P extends PropertyName>(property: P, options: FieldOptions = {}): PropertyField<P> {
  return { kind: "property", properties: [property], ...options };
}

/** What `fields()` takes: the policy its fields share, and how HubSpot's names differ from yours. */
export interface FieldsOptions<B extends string = string> extends FieldOptions {
  /** What HubSpot's names begin with and yours do not, such as `acme_`. Default nothing: both sides say the same. */
  readonly prefix?: B;
}

/**
 * Several fields of one policy: `...fields({ owner: "local", prefix: "acme_" }, "tier", "seats")` is `tier:
 * field("acme_tier", { owner: "local" })` and the same of `seats`.
 */
export function fields<const N extends string, const B extends string = "">(
  { prefix, ...options }: FieldsOptions<B>,
  ...names: readonly N[]
): { readonly [K in N]: PropertyField<`${B}${K}`> } {
  const specs = names.map((name) => [name, field(`${prefix ?? ""}${name}`, options)] as const);
  return Object.fromEntries(specs) as unknown as { readonly [K in N]: PropertyField<`${B}${K}`> };
}

/** The type of a sample's kind: `"Ada"` is a string. */
type Widened<L> = L extends string ? string : L extends number ? number : L extends boolean ? boolean : L;

/** How a local value becomes properties and back, and its conflict rule. */
export interface CodecOptions<P extends string, L extends LocalValue> extends FieldPolicyOptions {
  /** Every property of the group, null to clear it. */
  readonly encode: (value: Widened<L> | null) => Readonly<Record<P, string | null>>;
  /** Null or `""` when the group is empty. Must not throw for any text a property can hold. */
  readonly decode: (properties: Readonly<Record<P, string | null>>) => Widened<L> | null;
  /** Values the codec is checked with at declaration: encode, decode, encode again must settle. At least one. */
  readonly samples: readonly L[];
  /** Every text it may write, where that is a closed list: a property whose options do not cover it is refused. */
  readonly texts?: readonly string[];
}

/**
 * One local field that is several HubSpot properties (or one, translated). The group is the unit of base, conflict
 * and write: a change to one of its properties is a change of the field.
 */
export function codec<const P extends string, L extends LocalValue>(
  properties: readonly P[],
  options: CodecOptions<P, L>,
): CodecField<P> {
  // Whatever is wrong with it is told by the sync that declares it, which knows the field's name.
  return {
    ...(options as FieldPolicyOptions & Pick<CodecField, "encode" | "decode" | "samples" | "texts">),
    kind: "codec",
    properties: Array.isArray(properties) ? [...properties] : properties,
  };
}

/** How a list is written on both sides, and its conflict rule. */
export interface DelimitedOptions extends FieldPolicyOptions {
  /** What stands between two elements on your side, such as `,`. */
  readonly local: string;
  /** What stands between them in HubSpot. Default `;`, as in its checkboxes. */
  readonly hubspot?: string;
}

/**
 * A list that your side keeps as one text, `voice,sms`: `capabilities: delimited("capabilities", { local: "," })`. It is a
 * set, because HubSpot keeps checkboxes in an order of its own: elements are trimmed and sorted, and none stands twice. An
 * element that holds the other side's separator becomes two. A column that holds a list is a plain `field`, `as: "list"`;
 * that one merges by `rule: "union"`, which is refused here, for text has no elements.
 * Errors: SYNC_DECLARATION_INVALID where a separator is empty.
 */
export function delimited<const P extends PropertyName>(
  property: P,
  { local, hubspot = ";", ...policy }: DelimitedOptions,
): CodecField<P> {
  // With nothing between them each letter would be an element.
  if (!local || !hubspot)
    throw new HubspokeError(
      "SYNC_DECLARATION_INVALID",
      `SYNC_DECLARATION_INVALID: delimited("${property}") needs a separator on each side, such as local: ","`,
    );
  const rewritten = (text: string | null, from: string, to: string): string | null => {
    const elements = (text ?? "").split(from).map((element) => element.trim());
    return [...new Set(elements)].filter(Boolean).sort().join(to) || null;
  };
  return codec([property], {
    ...policy,
    encode: (value: string | null) => ({ [property]: rewritten(value, local, hubspot) }) as Record<P, string | null>,
    decode: (values) => rewritten(values[property] ?? null, hubspot, local),
    // Anything else might be none of the property's options.
    samples: [""],
  });
}
