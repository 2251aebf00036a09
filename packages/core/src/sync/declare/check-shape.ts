import { canonicalObject, standardObjects } from "../../model/object-type.ts";
import { suggestion } from "../../util/did-you-mean.ts";

/** What an option must be; a record names the options of an option. */
type Shape =
  | { readonly be: string; readonly is: (value: unknown) => boolean }
  | { readonly oneOf: readonly string[]; readonly orFunction?: true }
  | { readonly options: Readonly<Record<string, Shape>> };

type Fail = (what: string) => never;

const rules = ["hubspot", "local", "latest", "never-empty", "union", "max", "min", "review"];
const aFunction = { be: "a function", is: (value: unknown) => typeof value === "function" };
const aSwitch = { be: "true or false", is: (value: unknown) => typeof value === "boolean" };
const aNumber = { be: "a number", is: (value: unknown) => typeof value === "number" && !Number.isNaN(value) };
const names = { be: "a list of names", is: isNames };
const timing = { be: 'a timing such as "1h" or { every: "1d", timeZone, at }', is: isTiming };
const anything = { be: "given", is: () => true };

const definitionShape: Readonly<Record<string, Shape>> = {
  name: { be: "a text", is: (value) => typeof value === "string" },
  object: { be: "the name of an object", is: (value) => typeof value === "string" },
  local: { be: "a local source, for instance kyselySource(…)", is: isSource },
  match: names,
  fields: { be: "an object of field(…) and codec(…) by local field", is: isRecord },
  conflict: {
    options: { default: { oneOf: rules, orFunction: true }, tie: { oneOf: ["review", "hubspot", "local"] } },
  },
  create: {
    options: {
      inHubspot: { be: 'true, false or "at-least-once"', is: (of) => aSwitch.is(of) || of === "at-least-once" },
      inLocal: aSwitch,
    },
  },
  deletes: {
    options: {
      fromHubspot: { oneOf: ["ignore", "unlink", "delete"] },
      fromLocal: { oneOf: ["ignore", "unlink", "archive"] },
    },
  },
  associations: { be: 'an object of { sync: "companies", localField: "company_id" } by name', is: isRecord },
  filters: { options: { hubspot: { options: { properties: names, accept: aFunction } }, local: aFunction } },
  readOnly: aSwitch,
  shadow: aSwitch,
  limitWrites: aNumber,
  breaker: { options: { share: aNumber, atLeast: aNumber } },
  mappings: { be: "true, or an object of transforms", is: (of) => of === true || isMappings(of) },
  schedule: { ...timing, be: `"realtime" or ${timing.be}` },
  reconcile: timing,
  poll: {
    options: { localMs: aNumber, remoteMs: { be: "a number or false", is: (of) => of === false || aNumber.is(of) } },
  },
};

const associationShape: Readonly<Record<string, Shape>> = {
  sync: { be: "the name of a sync", is: (value) => typeof value === "string" },
  localField: { be: "the name of a local field", is: (value) => typeof value === "string" && value !== "" },
  label: { be: '"primary", "plain" or a label of the account', is: (value) => typeof value === "string" },
  direction: { oneOf: ["both", "to-hubspot", "from-hubspot"] },
  owner: { oneOf: ["hubspot", "local"] },
};

const policyShape: Readonly<Record<string, Shape>> = {
  kind: anything,
  properties: names,
  owner: { oneOf: ["hubspot", "local"] },
  rule: { oneOf: rules, orFunction: true },
  direction: { oneOf: ["both", "to-hubspot", "from-hubspot"] },
};

const fieldShapes: Readonly<Record<string, Readonly<Record<string, Shape>>>> = {
  property: {
    ...policyShape,
    as: { oneOf: ["text", "number", "boolean", "date", "datetime", "epoch-ms", "list"] },
    empty: anything,
  },
  codec: {
    ...policyShape,
    encode: aFunction,
    decode: aFunction,
    samples: { be: "a list of samples to be checked with", is: Array.isArray },
    texts: names,
  },
};

/** The types say all this too; JavaScript, `as` and settings read from a file do not. */
export function checkShape(definition: Readonly<Record<string, unknown>>, fail: Fail): void {
  for (const option of ["name", "object", "local", "match", "fields"])
    if (definition[option] === undefined) fail(`"${option}" is missing: it must be ${must(definitionShape[option])}`);
  checkOptions("", definition, definitionShape, fail);
  checkObject(String(definition.object), fail);
  if (definition.associations !== undefined)
    checkAssociations(definition.associations as Readonly<Record<string, unknown>>, fail);
  for (const [name, spec] of Object.entries(definition.fields as Readonly<Record<string, unknown>>)) {
    const shape = isRecord(spec) ? fieldShapes[String(spec.kind)] : undefined;
    if (!isRecord(spec) || shape === undefined)
      fail(`field "${name}" must be made by field("property") or codec(["property"], …)`);
    if (spec.kind === "codec")
      for (const part of ["encode", "decode", "samples"])
        if (spec[part] === undefined) fail(`the codec of field "${name}" has no ${part}`);
    checkOptions(`field "${name}": `, spec, shape, fail);
  }
}

function checkAssociations(associations: Readonly<Record<string, unknown>>, fail: Fail): void {
  for (const [name, spec] of Object.entries(associations)) {
    const where = `association "${name}": `;
    if (!isRecord(spec)) fail(`${where}it must be an object of { sync, localField }`);
    for (const part of ["sync", "localField"])
      if (spec[part] === undefined) fail(`${where}"${part}" is missing: it must be ${must(associationShape[part])}`);
    checkOptions(where, spec, associationShape, fail);
  }
}

function checkOptions(
  where: string,
  given: Readonly<Record<string, unknown>>,
  shapes: Readonly<Record<string, Shape>>,
  fail: Fail,
  path = "",
): void {
  for (const [option, value] of Object.entries(given)) {
    const shape = Object.hasOwn(shapes, option) ? shapes[option] : undefined;
    const name = `${where}"${path}${option}"`;
    if (shape === undefined) fail(`${name} is no option.${suggestion(option, Object.keys(shapes))}`);
    if (value === undefined) continue;
    if ("options" in shape) {
      if (!isRecord(value)) fail(`${name} must be an object of ${Object.keys(shape.options).join(", ")}`);
      checkOptions(where, value, shape.options, fail, `${path}${option}.`);
    } else if (!fits(value, shape)) {
      const hint = "oneOf" in shape && typeof value === "string" ? suggestion(value, shape.oneOf) : "";
      fail(`${name} must be ${must(shape)}.${hint}`);
    }
  }
}

function fits(value: unknown, shape: Exclude<Shape, { options: unknown }>): boolean {
  if ("is" in shape) return shape.is(value);
  return (shape.orFunction === true && typeof value === "function") || shape.oneOf.includes(value as string);
}

function must(shape: Shape | undefined): string {
  if (shape === undefined || "options" in shape) return "given";
  if ("be" in shape) return shape.be;
  return `one of ${shape.oneOf.join(", ")}${shape.orFunction === true ? " or a function" : ""}`;
}

/** Standard objects by name, singular or type id, custom ones by id or full name (hubspot-facts §1.3). */
function checkObject(object: string, fail: Fail): void {
  if (Object.hasOwn(standardObjects, canonicalObject(object)) || /^[02]-\d+$|^p\d+_\w+$/i.test(object)) return;
  fail(
    `there is no object "${object}": use a standard one, or a custom one's id ("2-345") or full name ("p62515_trunk").${suggestion(object, Object.keys(standardObjects))}`,
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isMappings(value: unknown): boolean {
  if (!isRecord(value) || Object.keys(value).some((option) => option !== "transforms")) return false;
  if (value.transforms === undefined) return true;
  const transforms = isRecord(value.transforms) ? Object.values(value.transforms) : [null];
  return transforms.every((one) => isRecord(one) && typeof one.make === "function" && Number.isInteger(one.properties));
}

/** Whether it may be one; what exactly is wrong with it is told by whoever keeps schedules. */
function isTiming(value: unknown): boolean {
  return typeof value === "string" || (isRecord(value) && ("every" in value || "ms" in value));
}

function isNames(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => typeof one === "string" && one !== "");
}

function isSource(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const source = value as Readonly<Record<string, unknown>>;
  return (
    isRecord(source.capabilities) &&
    ["changes", "read", "write", "delete", "findBy"].every((method) => typeof source[method] === "function")
  );
}
