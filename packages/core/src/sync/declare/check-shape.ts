import { canonicalObject, standardObjects } from "../../model/object-type.ts";
import { suggestion } from "../../util/did-you-mean.ts";
import {
  aFunction,
  aNumber,
  anything,
  aSwitch,
  checkOptions,
  type Fail,
  isRecord,
  must,
  type Shape,
} from "../../util/shape.ts";

const rules = ["hubspot", "local", "latest", "never-empty", "union", "max", "min", "review"];
const names = { be: "a list of names", is: isNames };
const timing = { be: 'a timing such as "1h" or { every: "1d", timeZone, at }', is: isTiming };

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

/** Standard objects by name, singular or type id, custom ones by id or full name (hubspot-facts §1.3). */
function checkObject(object: string, fail: Fail): void {
  if (Object.hasOwn(standardObjects, canonicalObject(object)) || /^[02]-\d+$|^p\d+_\w+$/i.test(object)) return;
  fail(
    `there is no object "${object}": use a standard one, or a custom one's id ("2-345") or full name ("p62515_trunk").${suggestion(object, Object.keys(standardObjects))}`,
  );
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
