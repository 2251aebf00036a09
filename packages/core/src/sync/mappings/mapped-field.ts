import { HubspokeError } from "../../errors/hubspoke-error.ts";
import type { Transform } from "../../mapping/transform.ts";
import { type ValueKind, valueCodecs } from "../../mapping/value-kind.ts";
import type { MappingRow } from "../../ports/mapping-store.ts";
import { suggestion } from "../../util/did-you-mean.ts";
import { stableJson } from "../../util/stable-json.ts";
import type { CodecField, FieldPolicyOptions, FieldSpec, PropertyField } from "../declare/field.ts";

/** What of a stored mapping decides what a value means: two that agree in it share one base. */
export type Meaning = Pick<MappingRow, "hubspotProperties" | "transform" | "options">;

/** Under which mapping a field is read and written. Absent: as declared in code. */
export interface FieldMapping {
  /** Short and the same everywhere: kept beside each base. */
  readonly mark: string;
  /** The mapping itself, as JSON: kept in an intent, so that recovery can read what was sent under it. */
  readonly spec: string;
}

export type Transforms = Readonly<Record<string, Transform>>;

/** The mapping of a row; null when the row says just what the declaration says. */
export function mappingOf(row: Meaning, declared: FieldSpec | undefined): FieldMapping | null {
  const { hubspotProperties: p, transform: t, options: o } = row;
  const plain = declared?.kind === "property" && declared.properties[0] === p[0] && p.length === 1;
  if (plain && t === (declared.as ?? null) && Object.keys(o).length === 0) return null;
  const spec = stableJson({ p, t, o });
  return { mark: markOf(spec), spec };
}

export function meaningOf(spec: string): Meaning {
  const { p, t, o } = JSON.parse(spec) as { p: readonly string[]; t: string | null; o: MappingRow["options"] };
  return { hubspotProperties: p, transform: t, options: o };
}

/**
 * What a declared field is sent under, for an intent: a later version of the code may give it other properties, and what
 * was sent is only read back from those it was sent to.
 */
export function specOfDeclared(spec: FieldSpec): string {
  const { properties: p } = spec;
  return stableJson(spec.kind === "codec" ? { p } : { p, as: spec.as ?? null });
}

/** The field that another version of the code declared; null for a stored mapping, undefined for a codec that nobody has any more. */
export function declaredBefore(spec: string, code: FieldSpec | undefined): PropertyField | null | undefined {
  const { p, t, as } = JSON.parse(spec) as {
    readonly p: readonly string[];
    readonly t?: unknown;
    readonly as?: PropertyField["as"] | null;
  };
  if (t !== undefined) return null;
  if (as === undefined) return undefined;
  const { owner, rule, direction } = code ?? {};
  return {
    ...(owner && { owner }),
    ...(rule && { rule }),
    ...(direction && { direction }),
    kind: "property",
    properties: [p[0] ?? ""],
    ...(as !== null && { as }),
  };
}

/** A row as a field, with the owner or rule its declaration has. Throws INPUT_INVALID saying what to change. */
export function specOf(
  { localField, direction, ...meaning }: Meaning & Pick<MappingRow, "localField" | "direction">,
  transforms: Transforms,
  declared: FieldSpec | undefined,
): FieldSpec {
  const { hubspotProperties: properties, transform: name, options } = meaning;
  const { owner, rule } = declared ?? {};
  const policy: FieldPolicyOptions = { direction, ...(owner && { owner }), ...(rule && { rule }) };
  const transform = name === null ? undefined : Object.hasOwn(transforms, name) ? transforms[name] : undefined;
  if (name !== null && transform === undefined)
    throw refused(localField, `there is no transform "${name}".${suggestion(name, Object.keys(transforms))}`);
  const count = transform?.properties ?? 1;
  if (properties.length !== count)
    throw refused(
      localField,
      `${name === null ? "a mapping without a transform" : `"${name}"`} takes ${count} propert${count === 1 ? "y" : "ies"}, not ${properties.length}`,
    );
  if (name === null || Object.hasOwn(valueCodecs, name)) {
    transform?.make(options);
    const empty = declared?.kind === "property" ? declared.empty : undefined;
    return {
      ...policy,
      kind: "property",
      properties: [properties[0] ?? ""],
      ...(name !== null && { as: name as ValueKind }),
      ...(empty !== undefined && { empty }),
    };
  }
  return { ...policy, ...codecOf(transform as Transform, meaning) };
}

function codecOf(transform: Transform, { hubspotProperties: properties, options }: Meaning): CodecField {
  const { encode, decode, samples, texts } = transform.make(options);
  return {
    kind: "codec",
    properties,
    encode: (value) => {
      const written = encode(value);
      return Object.fromEntries(properties.map((property, i) => [property, written[i] ?? null]));
    },
    decode: (values) => decode(properties.map((property) => values[property] ?? null)),
    samples,
    ...(texts && { texts }),
  };
}

function refused(field: string, what: string): HubspokeError {
  return new HubspokeError("INPUT_INVALID", `mapping of "${field}": ${what}`, { details: { field } });
}

/** 64 bits of FNV-1a, in two lanes: tells mappings of one field apart and guards nothing. */
function markOf(text: string): string {
  let [a, b] = [0x811c9dc5, 0x9dc5811c];
  for (let i = 0; i < text.length; i++) {
    a = Math.imul(a ^ text.charCodeAt(i), 0x01000193);
    b = Math.imul(b ^ text.charCodeAt(i), 0x01000193) ^ (a >>> 13);
  }
  return [a, b].map((lane) => (lane >>> 0).toString(36)).join("-");
}
