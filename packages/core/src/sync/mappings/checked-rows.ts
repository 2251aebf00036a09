import { HubspokeError } from "../../errors/hubspoke-error.ts";
import type { MappingRow } from "../../ports/mapping-store.ts";
import { suggestion } from "../../util/did-you-mean.ts";

/** A mapping as people edit it. */
export interface MappingInput {
  /** Replaces the declared field of this name, or adds one. At most 200 characters, once in a set. */
  readonly localField: string;
  /** One property; several for a transform made of several, in its order. */
  readonly hubspotProperties: string | readonly string[];
  /** Default `both`. */
  readonly direction?: MappingRow["direction"];
  /** The name of a transform; none takes the property as it is. */
  readonly transform?: string | null;
  /** What the transform is told, texts of at most 500 characters. Default none. */
  readonly options?: Readonly<Record<string, string>>;
}

const directions = ["both", "to-hubspot", "from-hubspot"];
const parts = ["localField", "hubspotProperties", "direction", "transform", "options"];

/** Mappings arrive from pages and files: what they are made of is checked before what they say. Throws INPUT_INVALID. */
export function checkedRows(
  inputs: readonly MappingInput[],
  place: Pick<MappingRow, "tenant" | "sync" | "updatedAt">,
): readonly MappingRow[] {
  if (!Array.isArray(inputs)) throw invalid(null, "mappings are a list of { localField, hubspotProperties }");
  const seen = new Set<string>();
  return inputs.map((input: MappingInput) => {
    if (typeof input !== "object" || input === null || !isName(input.localField))
      throw invalid(null, 'a mapping has a "localField", the name of a field of the local source');
    const { localField, direction = "both", transform = null, options = {} } = input;
    const fail = (what: string): HubspokeError => invalid(localField, what);
    const stray = Object.keys(input).find((part) => !parts.includes(part) && part !== "updatedAt");
    if (stray !== undefined) throw fail(`"${stray}" is no part of a mapping.${suggestion(stray, parts)}`);
    if (seen.has(localField)) throw fail("it is mapped twice: a field has one mapping");
    seen.add(localField);
    const given: unknown = input.hubspotProperties;
    const properties = typeof given === "string" ? [given] : given;
    if (!Array.isArray(properties) || properties.length === 0 || !properties.every(isName))
      throw fail('"hubspotProperties" is the name of a property, or a list of such names');
    if (!directions.includes(direction)) throw fail(`"direction" is one of ${directions.join(", ")}`);
    if (transform !== null && !isName(transform)) throw fail('"transform" is the name of a transform, or null');
    if (!isOptions(options)) throw fail('"options" is an object of texts');
    return { ...place, localField, hubspotProperties: [...properties], direction, transform, options: { ...options } };
  });
}

function isName(value: unknown): value is string {
  return typeof value === "string" && value !== "" && value.length <= 200;
}

function isOptions(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((one) => typeof one === "string" && one.length <= 500)
  );
}

function invalid(field: string | null, what: string): HubspokeError {
  const where = field === null ? "" : `mapping of "${field}": `;
  return new HubspokeError("INPUT_INVALID", where + what, field === null ? {} : { details: { field } });
}
