import type { FieldRule } from "../../conflict/types.ts";
import { HubspokeError } from "../../errors/hubspoke-error.ts";
import { standardTransforms } from "../../mapping/standard.ts";
import { propertyKnowledge } from "../../model/object-properties.ts";
import type { ObjectType } from "../../model/object-type.ts";
import { canonicalObject } from "../../model/object-type.ts";
import { attempt } from "../../util/attempt.ts";
import { suggestion } from "../../util/did-you-mean.ts";
import { stableJson } from "../../util/stable-json.ts";
import type { AssociationSpecs } from "../associations/association.ts";
import { readPhone } from "../mappings/read-phone.ts";
import type { TimetableTiming } from "../timetable-port.ts";
import { checkShape } from "./check-shape.ts";
import type { DeclaredSync, FieldSpecs, SyncDefinition, SyncTiming } from "./definition.ts";
import type { CodecField, FieldSpec } from "./field.ts";

/** The rule a field falls under. */
export function ruleOf(spec: FieldSpec, fallback: FieldRule): FieldRule {
  return spec.rule ?? spec.owner ?? fallback;
}

/**
 * Checks a definition and fills in its defaults. Does no I/O: what only the portal knows (unknown and read-only
 * properties) is checked at the first run.
 *
 * Throws SYNC_DECLARATION_INVALID naming the sync, the field and what to change.
 */
export function defineSync<const F extends FieldSpecs, const O extends ObjectType>(
  definition: SyncDefinition<F, O>,
): DeclaredSync {
  const fail = (what: string): never => refuse(String(definition?.name), what);
  if (typeof definition !== "object" || definition === null) fail("a sync is defined by an object");
  checkShape({ ...definition }, fail);
  const { name, local, fields, match } = definition;
  if (!/^[A-Za-z0-9._-]{1,64}$/.test(name))
    fail("its name must be 1 to 64 letters, digits, dots, dashes or underscores");
  const names = Object.keys(fields);
  if (names.length === 0) fail("it declares no fields");

  const conflict = {
    default: definition.conflict?.default ?? ("review" as const),
    tie: definition.conflict?.tie ?? ("review" as const),
  };
  const owners = new Map<string, string>();
  for (const [field, spec] of Object.entries<FieldSpec>(fields)) {
    checkField(field, spec, definition, conflict.default, fail);
    for (const property of spec.properties) {
      const other = owners.get(property);
      if (other !== undefined)
        fail(
          `property "${property}" is in two fields, "${other}" and "${field}": put it in one, or make one codec of both`,
        );
      owners.set(property, field);
    }
  }

  if (match.length === 0)
    fail("it declares no match field: without one, a record cannot be recognised on the other side");
  for (const key of match) {
    const spec = fields[key];
    if (spec === undefined) fail(`match field "${key}" is not among its fields.${suggestion(key, names)}`);
    else if (spec.kind !== "property") fail(`match field "${key}" is a codec: match on a field of one property`);
  }

  const deletes = {
    fromHubspot: definition.deletes?.fromHubspot ?? ("unlink" as const),
    fromLocal: definition.deletes?.fromLocal ?? ("ignore" as const),
  };
  if (deletes.fromLocal !== "ignore" && local.capabilities.deletes === "none")
    fail(
      `deletes.fromLocal is "${deletes.fromLocal}", but its local source cannot see deletions: use "ignore" or a source that can`,
    );
  if (deletes.fromHubspot === "delete" && local.capabilities.readOnly)
    fail('deletes.fromHubspot is "delete", but its local source is read-only: use "ignore" or "unlink"');
  const { limitWrites = Number.POSITIVE_INFINITY, breaker } = definition;
  if (!(limitWrites >= 0)) fail("limitWrites must be 0 or more");
  const share = breaker?.share ?? 0.5;
  if (!(share > 0 && share <= 1)) fail("breaker.share must be more than 0 and at most 1");

  return {
    name,
    object: canonicalObject(definition.object),
    local,
    match: [...match],
    fields: { ...fields },
    conflict,
    create: {
      inHubspot: definition.create?.inHubspot ?? true,
      inLocal: (definition.create?.inLocal ?? true) && !local.capabilities.readOnly,
    },
    deletes,
    associations: checkedAssociations(definition, fail),
    filters: { ...definition.filters },
    readOnly: definition.readOnly ?? false,
    shadow: definition.shadow ?? false,
    limitWrites,
    breaker: { share, atLeast: breaker?.atLeast ?? 100 },
    mappings: mappingsOf(definition.mappings, fail),
    schedule: timingOf(definition.schedule) ?? "realtime",
    reconcile: timingOf(definition.reconcile),
    poll: { localMs: definition.poll?.localMs ?? 5_000, remoteMs: definition.poll?.remoteMs ?? 60_000 },
  };
}

function checkedAssociations(
  { associations = {}, fields, local }: Pick<SyncDefinition, "associations" | "fields" | "local">,
  fail: (what: string) => never,
): AssociationSpecs {
  const owners = new Map<string, string>();
  for (const [name, { localField, direction, owner }] of Object.entries(associations)) {
    const other = owners.get(localField);
    if (other !== undefined) fail(`associations "${other}" and "${name}" are kept in one local field, "${localField}"`);
    owners.set(localField, name);
    if (Object.hasOwn(fields, localField))
      fail(`"${localField}" is a field and the association "${name}": leave it out of fields`);
    if (local.capabilities.readOnly && direction !== "to-hubspot")
      fail(
        `association "${name}" would be written locally, but its local source is read-only: declare direction "to-hubspot"`,
      );
    if (owner !== undefined && direction !== undefined && direction !== "both")
      fail(`association "${name}" declares an owner and travels one way: keep one`);
  }
  return { ...associations };
}

function mappingsOf(mappings: SyncDefinition["mappings"], fail: (what: string) => never): DeclaredSync["mappings"] {
  if (mappings === undefined) return null;
  const standard = standardTransforms(readPhone);
  const own = mappings === true ? {} : (mappings.transforms ?? {});
  const taken = Object.keys(own).find((name) => Object.hasOwn(standard, name));
  if (taken !== undefined) fail(`there is a standard transform "${taken}": give yours another name`);
  return { transforms: { ...standard, ...own } };
}

function timingOf(timing: "realtime" | SyncTiming | undefined): TimetableTiming | null {
  if (timing === undefined || timing === "realtime") return null;
  return typeof timing === "object" && "every" in timing ? timing : { every: timing };
}

function checkField(
  field: string,
  spec: FieldSpec,
  definition: Pick<SyncDefinition, "local" | "object">,
  fallback: FieldRule,
  fail: (what: string) => never,
): void {
  const rule = ruleOf(spec, fallback);
  const { editTimes, readOnly } = definition.local.capabilities;
  if (spec.properties.length === 0) fail(`field "${field}" names no property`);
  if (spec.owner !== undefined && spec.rule !== undefined)
    fail(`field "${field}" declares both an owner and a rule: keep one`);
  if ((rule === "latest" || rule === "never-empty") && editTimes === "none")
    fail(
      `field "${field}" uses the rule "${rule}", but its local source knows no edit times: give the source an updated-at column, or use another rule`,
    );
  if (readOnly && spec.direction !== "to-hubspot")
    fail(
      `field "${field}" would be written locally, but its local source is read-only: declare direction "to-hubspot"`,
    );
  if (rule === "union" && !(spec.kind === "property" && spec.as === "list"))
    fail(
      `field "${field}" uses the rule "union", which needs as: "list" of a field() of its own: what a codec makes has no elements`,
    );
  if (spec.direction !== "from-hubspot" && canonicalObject(definition.object) === "contacts") {
    const { readOnly } = propertyKnowledge("contacts");
    const locked = spec.properties.find((property) => readOnly.has(property));
    if (locked !== undefined)
      fail(`field "${field}" would write "${locked}", which HubSpot computes: declare direction "from-hubspot"`);
  }
  if (spec.kind === "codec") checkCodec(field, spec, fail);
}

/** A codec that does not settle would be written for ever: each write comes back as another value. */
function checkCodec(field: string, spec: CodecField, fail: (what: string) => never): void {
  if (spec.samples.length === 0) fail(`the codec of field "${field}" has no samples to be checked with`);
  for (const [i, sample] of spec.samples.entries()) {
    const settled =
      // What it said may quote the sample.
      attempt(() => {
        const once = spec.encode(sample);
        return { once, twice: spec.encode(spec.decode(once)) };
      }) ?? fail(`the codec of field "${field}" throws on sample ${i}`);
    const stray = Object.keys(settled.once).find((property) => !spec.properties.includes(property));
    if (stray !== undefined)
      fail(`the codec of field "${field}" encodes "${stray}", which is not among its properties`);
    if (stableJson(settled.once) !== stableJson(settled.twice))
      fail(
        `the codec of field "${field}" does not settle on sample ${i}: encoding what it decoded gives another value`,
      );
  }
}

function refuse(sync: string, what: string): never {
  throw new HubspokeError("SYNC_DECLARATION_INVALID", `sync "${sync}": ${what}`, { details: { sync } });
}
