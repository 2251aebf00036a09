import type { Direction, FieldRule, TieRule } from "../../conflict/types.ts";
import { HubspokeError } from "../../errors/hubspoke-error.ts";
import { kindOfProperty, loosely, valueCodecs } from "../../mapping/value-kind.ts";
import type { LocalValue } from "../../ports/local-source.ts";
import { suggestion } from "../../util/did-you-mean.ts";
import { stableJson } from "../../util/stable-json.ts";
import {
  declaredBefore,
  type FieldMapping,
  mappingOf,
  meaningOf,
  specOf,
  specOfDeclared,
} from "../mappings/mapped-field.ts";
import type { RemotePort } from "../remote-port.ts";
import { ruleOf } from "./define-sync.ts";
import type { DeclaredSync, HubspotValues } from "./definition.ts";
import type { CodecField, FieldSpec, PropertyField } from "./field.ts";

/** A field with everything decided: its rule, and both ways between the sides. */
export interface BoundField {
  readonly name: string;
  readonly properties: readonly string[];
  readonly direction: Direction;
  readonly rule: FieldRule;
  readonly tie: TieRule;
  /** The stored mapping it is read and written under; absent: as declared in code. */
  readonly mapping?: FieldMapping;
  /** What an intent keeps of how it is read and written: its mapping, or what the declaration says of its properties. */
  readonly spec: string;
  /** One text per meaning, null when empty: what is compared and hashed. */
  canonicalLocal(value: LocalValue): string | null;
  canonicalRemote(values: HubspotValues): string | null;
  /** What a value may look like after HubSpot normalised it: only for recognising our own write in its history. */
  looseRemote(values: HubspotValues): string | null;
  encode(value: LocalValue): Readonly<Record<string, string>>;
  decode(values: HubspotValues): LocalValue;
}

/** A sync whose properties were checked against one portal. */
export interface BoundSync {
  readonly declared: DeclaredSync;
  readonly fields: readonly BoundField[];
  /** Every property that is read. */
  readonly properties: readonly string[];
  /** The match property to upsert by, where HubSpot enforces it (never e-mail: hubspot-facts §6). */
  readonly idProperty: string | null;
  /** A field under another mapping or declaration than it has now, or (without a spec) as declared; for what was written then. */
  under(name: string, spec: string | undefined): BoundField | undefined;
}

type PortalProperties = Awaited<ReturnType<RemotePort["properties"]>>;

/**
 * Checks a declaration against the portal's properties.
 * Throws PROPERTY_UNKNOWN with a suggestion, or SYNC_DECLARATION_INVALID for a property that cannot be written.
 */
export function bindSync(
  declared: DeclaredSync,
  portal: PortalProperties,
  stored: { readonly declared: DeclaredSync; readonly mappings: ReadonlyMap<string, FieldMapping> } = {
    declared,
    mappings: new Map(),
  },
): BoundSync {
  const known = new Map(portal.map((property) => [property.name, property]));
  const filtered = declared.filters.hubspot?.properties ?? [];
  const properties = [...new Set([...Object.values(declared.fields).flatMap((spec) => spec.properties), ...filtered])];
  for (const property of properties) {
    if (known.has(property)) continue;
    throw new HubspokeError(
      "PROPERTY_UNKNOWN",
      `sync "${declared.name}": the portal's ${declared.object} have no property "${property}".${suggestion(property, known.keys())}`,
      { details: { sync: declared.name, object: declared.object, property } },
    );
  }
  const bound = (name: string, spec: FieldSpec, mapping: FieldMapping | undefined): BoundField => {
    const type = known.get(spec.properties[0] ?? "")?.type ?? "string";
    const own = bindField(name, spec, declared, type);
    return mapping ? { ...own, mapping, spec: mapping.spec } : own;
  };
  const fields = Object.entries(declared.fields).map(([name, spec]) => {
    const locked = spec.properties.find((property) => known.get(property)?.readOnly);
    if (locked !== undefined && spec.direction !== "from-hubspot")
      throw new HubspokeError(
        "SYNC_DECLARATION_INVALID",
        `sync "${declared.name}": field "${name}" would write "${locked}", which is read-only in the portal: declare direction "from-hubspot"`,
        { details: { sync: declared.name, property: locked } },
      );
    refuseUncovered(declared, name, spec, portal);
    return bound(name, spec, stored.mappings.get(name));
  });
  const unique = declared.match
    .flatMap((name) => declared.fields[name]?.properties ?? [])
    .find((property) => property !== "email" && known.get(property)?.unique);
  refuseUncertainCreates(declared, fields, known);
  const under: BoundSync["under"] = (name, spec) => {
    const code = stored.declared.fields[name];
    if (spec === undefined || (code && spec === specOfDeclared(code))) return code && bound(name, code, undefined);
    const before = declaredBefore(spec, code);
    if (before !== null) return before && bound(name, before, undefined);
    const transforms = stored.declared.mappings?.transforms ?? {};
    const row = { ...meaningOf(spec), localField: name, direction: "both" as const };
    // A transform that is gone since: what was sent under it can not be read back any more.
    if (row.transform !== null && !Object.hasOwn(transforms, row.transform)) return undefined;
    return bound(name, specOf(row, transforms, code), mappingOf(row, code) ?? undefined);
  };
  return { declared, fields, properties, idProperty: unique ?? null, under };
}

/**
 * A create whose answer is lost is looked up by a unique property, which is immediate. The search index lags: looking
 * there and not finding would create the record a second time (hubspot-facts §3, §6).
 */
function refuseUncertainCreates(
  declared: DeclaredSync,
  fields: readonly BoundField[],
  known: ReadonlyMap<string, PortalProperties[number]>,
): void {
  if (declared.readOnly || declared.create.inHubspot !== true) return;
  if (fields.every(({ direction }) => direction === "from-hubspot")) return;
  // What only comes from HubSpot is not in what is sent: the new record would not be found by it.
  const keys = fields.flatMap(({ name, direction, properties }) =>
    declared.match.includes(name) && direction !== "from-hubspot" ? properties : [],
  );
  const isUnique = (key: string) =>
    known.get(key)?.unique === true || (declared.object === "contacts" && key === "email");
  if (keys.some(isUnique)) return;
  const lacking =
    keys.length === 0
      ? "its match fields only come from HubSpot"
      : `none of its match properties (${keys.join(", ")}) is unique in the portal`;
  throw new HubspokeError(
    "SYNC_DECLARATION_INVALID",
    `sync "${declared.name}": ${lacking}, so a record whose create got no answer could be made twice: match on a unique property too that travels to HubSpot, or declare create: { inHubspot: false } or, if doubles are harmless, "at-least-once"`,
    { details: { sync: declared.name, object: declared.object } },
  );
}

/** A text the property has no option for would be refused record by record: it is refused here, once. */
function refuseUncovered(declared: DeclaredSync, name: string, spec: FieldSpec, portal: PortalProperties): void {
  if (spec.kind !== "codec" || spec.direction === "from-hubspot") return;
  for (const property of spec.properties) {
    const options = portal.find((one) => one.name === property)?.options ?? [];
    if (options.length === 0) continue;
    const written = spec.samples.map((sample) => spec.encode(sample)[property] ?? "");
    const texts = [
      ...written.flatMap((text) => text.split(";")),
      ...(spec.properties.length === 1 ? (spec.texts ?? []) : []),
    ];
    const stray = texts.find((text) => text !== "" && !options.includes(text));
    if (stray !== undefined)
      throw new HubspokeError(
        "SYNC_DECLARATION_INVALID",
        `sync "${declared.name}": field "${name}" would write "${stray}" to "${property}", which has no such option.${suggestion(stray, options)} It has ${options.slice(0, 10).join(", ")}`,
        { details: { sync: declared.name, field: name, property } },
      );
  }
}

function bindField(name: string, spec: FieldSpec, declared: DeclaredSync, type: string): BoundField {
  const common = {
    name,
    properties: spec.properties,
    spec: specOfDeclared(spec),
    direction: spec.direction ?? ("both" as const),
    rule: ruleOf(spec, declared.conflict.default),
    tie: declared.conflict.tie,
  };
  return { ...common, ...(spec.kind === "property" ? bindProperty(spec, type) : bindCodec(name, spec)) };
}

type Translation = Pick<BoundField, "canonicalLocal" | "canonicalRemote" | "looseRemote" | "encode" | "decode">;

function bindProperty(spec: PropertyField, type: string): Translation {
  const codec = valueCodecs[spec.as ?? kindOfProperty(type)];
  const [property] = spec.properties;
  const empty = spec.empty ?? null;
  const canonicalEmpty = codec.canonicalLocal(empty);
  return {
    canonicalLocal: (value) => {
      const canonical = codec.canonicalLocal(value);
      return canonical === canonicalEmpty ? null : canonical;
    },
    canonicalRemote: (values) => codec.canonicalRemote(values[property] ?? null),
    looseRemote: (values) => {
      const canonical = codec.canonicalRemote(values[property] ?? null);
      return canonical === null || codec !== valueCodecs.text ? canonical : loosely(canonical) || null;
    },
    encode: (value) => ({ [property]: codec.canonicalLocal(value) === canonicalEmpty ? "" : codec.encode(value) }),
    decode: (values) => codec.decode(values[property] ?? null) ?? empty,
  };
}

function bindCodec(name: string, spec: CodecField): Translation {
  const groupOf = (values: HubspotValues, form: (text: string) => string): string | null => {
    const group = spec.properties.map((property) => [property, form(values[property] ?? "") || null] as const);
    return group.every(([, value]) => value === null) ? null : stableJson(Object.fromEntries(group));
  };
  return {
    canonicalLocal: (value) => (value === null || value === "" ? null : stableJson(value)),
    canonicalRemote: (values) => groupOf(values, (text) => text),
    looseRemote: (values) => groupOf(values, loosely),
    encode: (value) => {
      const encoded = guarded(name, () => spec.encode(value));
      return Object.fromEntries(spec.properties.map((property) => [property, encoded[property] ?? ""]));
    },
    decode: (values) =>
      guarded(name, () => spec.decode(Object.fromEntries(spec.properties.map((p) => [p, values[p] || null])))),
  };
}

/** A codec that throws fails its record, not its batch. */
function guarded<T>(field: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new HubspokeError("SYNC_RECORD_FAILED", `the codec of field "${field}" threw; make it total, then replay`, {
      details: { fields: [field] },
      unsafe: error,
    });
  }
}
