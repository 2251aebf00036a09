import type { Direction, FieldRule, TieRule } from "../../conflict/types.ts";
import { HubspokeError } from "../../errors/hubspoke-error.ts";
import type { LocalValue } from "../../ports/local-source.ts";
import { suggestion } from "../../util/did-you-mean.ts";
import { stableJson } from "../../util/stable-json.ts";
import type { RemotePort } from "../remote-port.ts";
import { ruleOf } from "./define-sync.ts";
import type { DeclaredSync, HubspotValues } from "./definition.ts";
import type { CodecField, FieldSpec, PropertyField } from "./field.ts";
import { kindOfProperty, loosely, valueCodecs } from "./value-kind.ts";

/** A field with everything decided: its rule, and both ways between the sides. */
export interface BoundField {
  readonly name: string;
  readonly properties: readonly string[];
  readonly direction: Direction;
  readonly rule: FieldRule;
  readonly tie: TieRule;
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
}

type PortalProperties = Awaited<ReturnType<RemotePort["properties"]>>;

/**
 * Checks a declaration against the portal's properties.
 * Throws PROPERTY_UNKNOWN with a suggestion, or SYNC_DECLARATION_INVALID for a property that cannot be written.
 */
export function bindSync(declared: DeclaredSync, portal: PortalProperties): BoundSync {
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
  const fields = Object.entries(declared.fields).map(([name, spec]) => {
    const locked = spec.properties.find((property) => known.get(property)?.readOnly);
    if (locked !== undefined && spec.direction !== "from-hubspot")
      throw new HubspokeError(
        "SYNC_DECLARATION_INVALID",
        `sync "${declared.name}": field "${name}" would write "${locked}", which is read-only in the portal: declare direction "from-hubspot"`,
        { details: { sync: declared.name, property: locked } },
      );
    return bindField(name, spec, declared, known.get(spec.properties[0] ?? "")?.type ?? "string");
  });
  const unique = declared.match
    .flatMap((name) => declared.fields[name]?.properties ?? [])
    .find((property) => property !== "email" && known.get(property)?.unique);
  return { declared, fields, properties, idProperty: unique ?? null };
}

function bindField(name: string, spec: FieldSpec, declared: DeclaredSync, type: string): BoundField {
  const common = {
    name,
    properties: spec.properties,
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
