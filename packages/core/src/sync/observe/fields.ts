import type { FieldState, SideState } from "../../conflict/types.ts";
import { elementsOf } from "../../conflict/union.ts";
import type { FieldOf } from "../../crypto/field-hash.ts";
import type { EpochMs, RowId } from "../../ports/ids.ts";
import type { FieldBase, LinkRow } from "../../ports/link-store.ts";
import type { LocalRecord, LocalValue } from "../../ports/local-source.ts";
import { chain, type MaybeAsync } from "../../util/maybe-async.ts";
import type { BoundField } from "../declare/bind.ts";
import type { HubspotValues } from "../declare/definition.ts";
import { isSwinging } from "../oscillation/swing.ts";
import type { RemoteRecord } from "../remote-port.ts";
import type { SyncScope } from "../scope.ts";
import type { Pair } from "./pair.ts";

/** A field as the planner sees it, with what applying the plan needs. */
export interface FieldView extends FieldState {
  readonly field: BoundField;
  readonly base: FieldBase | null;
  /** Unchanged, and its base is under another key than the current one. */
  readonly aged?: true;
  /** The conflict it is to wait for, whose row a killed worker did not come to log. */
  readonly waitsFor?: RowId;
  /** HubSpot holds what a write sent that was given up: what it covered is to be found out first. */
  readonly late?: true;
  /** A person decided whose value stands. */
  readonly decided?: true;
  /** Which sides may not be written now, because two programs write this field against each other. */
  readonly swinging?: { readonly local: boolean; readonly hubspot: boolean };
}

/** Which hash a value of this record's field has. Bound to the local id, which a merge in HubSpot does not change. */
export function hashOf(scope: SyncScope, recordId: string, field: string): FieldOf {
  return { tenant: scope.tenant, sync: scope.name, object: scope.object, recordId, field };
}

/** The hashes of some texts of a field, of which most are alike: each is made once. */
export function hashesOf<T extends readonly (string | null)[]>(
  { deps: { hasher } }: SyncScope,
  of: FieldOf,
  texts: readonly [...T],
): Promise<{ [K in keyof T]: string }> {
  const hashes: MaybeAsync<string>[] = [];
  for (const text of texts) hashes.push(hashes[texts.indexOf(text)] ?? hasher.hash(of, text));
  return Promise.all(hashes) as Promise<{ [K in keyof T]: string }>;
}

/** What both sides agreed on. Under another mapping than now they never have: the hashes are of other values. */
function baseOf(link: LinkRow | null, field: BoundField): FieldBase | null {
  const base = link?.base[field.name];
  return base === undefined || !isUnder(base, field) ? null : base;
}

/** One without a mark is from before declared fields were marked by their properties, and of the declared ones. */
export function isUnder({ mapping }: FieldBase, field: BoundField): boolean {
  return mapping === undefined ? field.mapping === undefined : mapping === markOf(field).mapping;
}

/**
 * What marks a base as made under the field's mapping. Declared ones are marked, too: a field that is given another property
 * in a new version would take that one's value for an edit, and an empty one for a clear.
 */
export function markOf(field: BoundField): Pick<FieldBase, "mapping"> {
  return { mapping: field.mapping?.mark ?? field.properties.join(";") };
}

/** Compares every field of a pair with its base. Nothing is written. */
export async function observeFields(scope: SyncScope, pair: Pair): Promise<readonly FieldView[]> {
  const { link, local, remote, heirOf } = pair;
  if (local === null || remote === null) return [];
  return Promise.all(
    scope.sync.fields.map(async (field) => {
      if (heirOf === undefined) return observeField(scope, field, link, local, remote);
      // Compared with what its predecessor and HubSpot had agreed on, under that one's id.
      const view = await observeField(scope, field, heirOf, { ...local, id: heirOf.localId }, remote);
      const unchanged = view.base !== null && !view.local.changed && !view.remote.changed;
      return unchanged ? { ...view, aged: true as const } : view;
    }),
  );
}

async function observeField(
  scope: SyncScope,
  field: BoundField,
  link: LinkRow | null,
  local: LocalRecord,
  remote: RemoteRecord,
): Promise<FieldView> {
  const base = baseOf(link, field);
  const of = hashOf(scope, local.id, field.name);
  const value = local.values[field.name] ?? null;
  const canonical = field.canonicalLocal(value);
  const canonicalRemote = field.canonicalRemote(remote.values);
  const decoded = field.decode(remote.values);
  const localDiffers = await changed(scope, base?.local, of, canonical);
  // Most fields hold the same on both sides, and did then: the answer is one, and so is the hash to be made.
  const alike = canonical === canonicalRemote && base?.local === base?.remote;
  const remoteDiffers = alike ? localDiffers : await changed(scope, base?.remote, of, canonicalRemote);
  // A write that was given up and came late is no edit of HubSpot's side: what stands here has changed since.
  const late = remoteDiffers && (await isLate(scope, base, of, field.looseRemote(remote.values)));
  // What one side refused never reached it: its next edit was made without, and meets it as an edit of both sides.
  const byLocal = base?.refused === "LOCAL_REJECTED";
  const localChanged = localDiffers || late || (remoteDiffers && base?.refused !== undefined && !byLocal);
  const remoteChanged = (remoteDiffers && !late) || (localDiffers && byLocal);
  const swinging =
    base?.turns === undefined
      ? null
      : await swingingOf(scope, of, base, [canonical, canonicalRemote === null ? null : field.canonicalLocal(decoded)]);
  const unchanged = base !== null && !localChanged && !remoteChanged;
  // Without its elements a list merges to all that either side has, and what was removed comes back.
  const bare = field.rule === "union" && base?.elements === undefined;
  const aged =
    unchanged && base.parked === undefined && (base.givenUp !== undefined || bare || (await isAged(scope, base)));
  const like = base?.elements?.[0];
  const merging = field.rule === "union" && (localChanged || remoteChanged || base?.parked !== undefined);
  return {
    field,
    base,
    agreed: base !== null && (base.local !== "" || base.remote !== ""),
    local: {
      present: field.name in local.values,
      changed: localChanged,
      value,
      canonical,
      ...(merging && { elements: await elementHashes(scope, of, value, like) }),
    },
    remote: {
      present: field.properties.every((property) => property in remote.values),
      changed: remoteChanged,
      value: decoded,
      canonical: canonicalRemote === null ? null : field.canonicalLocal(decoded),
      ...(merging && { elements: await elementHashes(scope, of, decoded, like) }),
    } satisfies SideState,
    equal: sameOnBothSides(field, value, remote.values),
    ...(swinging && { swinging }),
    ...(aged && { aged }),
    ...(late && { late }),
    settled: base?.normalised === true || base?.refused !== undefined,
    ...(base?.elements !== undefined && { baseElements: base.elements }),
  };
}

/** Asked only of fields that went to and fro before. */
async function swingingOf(
  scope: SyncScope,
  of: FieldOf,
  base: FieldBase,
  [local, remote]: readonly [string | null, string | null],
): Promise<FieldView["swinging"]> {
  const [ours, theirs] = await hashesOf(scope, of, [local, remote]);
  const now = scope.deps.clock.now();
  return { hubspot: isSwinging(base, ours, "hubspot", now), local: isSwinging(base, theirs, "local", now) };
}

/** An empty stored hash means the side is known to have changed (see link recovery). */
function changed(
  scope: SyncScope,
  stored: string | undefined,
  of: FieldOf,
  canonical: string | null,
): MaybeAsync<boolean> {
  if (stored === undefined || stored === "") return true;
  return chain(scope.deps.hasher.matches(stored, of, canonical), (matches) => !matches);
}

/** Whether both sides hold the same, seen from either: a codec may lose what the other side cannot hold. */
export function sameOnBothSides(field: BoundField, value: LocalValue, values: HubspotValues): boolean {
  const remote = field.canonicalRemote(values);
  const local = field.canonicalLocal(value);
  if (local === null || remote === null) return local === remote;
  return field.canonicalRemote(field.encode(value)) === remote || field.canonicalLocal(field.decode(values)) === local;
}

/** The hashes of a list's elements, for `union`; under the key of `like` where they are compared with stored ones. */
export async function elementHashes(
  { deps: { hasher } }: SyncScope,
  of: FieldOf,
  value: LocalValue,
  like?: string,
): Promise<readonly string[]> {
  return Promise.all(
    elementsOf(value).map((element) =>
      like === undefined ? hasher.hash(of, element) : hasher.hashLike(like, of, element),
    ),
  );
}

/**
 * The elements of a base whose sides differ: what both have, and what they had and one of them has still. An element that
 * never reached the other side was not removed there, and one that was removed on one side is not to come back.
 */
export async function sharedElements(
  scope: SyncScope,
  of: FieldOf,
  [local, remote]: readonly [LocalValue, LocalValue],
  known: readonly string[] = [],
  knownOf: FieldOf = of,
): Promise<readonly string[]> {
  const [ours, theirs] = [elementsOf(local), elementsOf(remote)];
  const all = [...new Set([...ours, ...theirs])];
  const hashes = await elementHashes(scope, knownOf, all, known[0]);
  const isShared = (element: string, i: number) =>
    (ours.includes(element) && theirs.includes(element)) || known.includes(hashes[i] ?? "");
  return elementHashes(scope, of, all.filter(isShared));
}

/** Whether a base is under another key than the current one. */
export async function isAged({ deps: { hasher } }: SyncScope, base: FieldBase): Promise<boolean> {
  const { local, remote, elements } = base;
  if (local !== "" && (await hasher.needsRehash(local))) return true;
  if (remote !== "" && remote !== local && (await hasher.needsRehash(remote))) return true;
  const [first = ""] = elements ?? [];
  return first !== "" && (await hasher.needsRehash(first));
}

function isLate(
  { deps: { hasher } }: SyncScope,
  base: FieldBase | null,
  of: FieldOf,
  loose: string | null,
): MaybeAsync<boolean> {
  return base?.givenUp !== undefined && base.parked === undefined && hasher.matches(base.givenUp.sent, of, loose);
}

/** The same base under the current key, of sides that still hold what it says: nothing that was sent is awaited any more. */
export async function rehashed(
  scope: SyncScope,
  localId: string,
  field: BoundField,
  { givenUp: _, ...base }: FieldBase,
  [value, values]: readonly [LocalValue, HubspotValues],
): Promise<FieldBase> {
  const of = hashOf(scope, localId, field.name);
  const [local, remote] = await hashesOf(scope, of, [field.canonicalLocal(value), field.canonicalRemote(values)]);
  return {
    ...base,
    ...markOf(field),
    local,
    remote,
    ...(field.rule === "union" && {
      elements: await sharedElements(scope, of, [value, field.decode(values)], base.elements),
    }),
  };
}

/** The base of a value that one side refused: not sent again until a side changes. */
export async function refusedBase(
  scope: SyncScope,
  refused: string,
  before: FieldBase | undefined,
  ...sides: readonly [localId: string, field: BoundField, value: LocalValue, values: HubspotValues]
): Promise<FieldBase> {
  const [localId, field, value, values] = sides;
  const base = await agreedBase(scope, ...sides);
  if (base.elements === undefined) return { ...base, refused };
  const of = hashOf(scope, localId, field.name);
  const lists = [value, field.decode(values)] as const;
  return { ...base, refused, elements: await sharedElements(scope, of, lists, before?.elements) };
}

/** The base after both sides hold these values. A difference that stands is marked, so that it is not written again. */
export async function agreedBase(
  scope: SyncScope,
  localId: string,
  field: BoundField,
  value: LocalValue,
  values: HubspotValues,
  since?: EpochMs,
): Promise<FieldBase> {
  const of = hashOf(scope, localId, field.name);
  const [local, remote] = await hashesOf(scope, of, [field.canonicalLocal(value), field.canonicalRemote(values)]);
  return {
    local,
    remote,
    ...markOf(field),
    ...(!sameOnBothSides(field, value, values) && { normalised: true as const }),
    ...(field.rule === "union" && {
      elements: await elementHashes(scope, of, value),
      ...(since !== undefined && { since }),
    }),
  };
}

/** Whether the local side still holds what both sides agreed on: then a local mark is an echo and costs no call. */
export async function locallyUnchanged(scope: SyncScope, link: LinkRow, local: LocalRecord): Promise<boolean> {
  for (const field of scope.sync.fields) {
    // A field the source says nothing about has not changed.
    if (!(field.name in local.values)) continue;
    const base = baseOf(link, field);
    // What waits for review is over when the sides are equal, though this one were only back where it was.
    if (base === null || base.parked !== undefined) return false;
    const canonical = field.canonicalLocal(local.values[field.name] ?? null);
    if (await changed(scope, base.local, hashOf(scope, local.id, field.name), canonical)) return false;
  }
  return true;
}
