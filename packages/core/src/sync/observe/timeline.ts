import type { PropertyVersion } from "../../model/record.ts";
import type { EpochMs } from "../../ports/ids.ts";
import type { BoundField } from "../declare/bind.ts";
import type { HubspotValues } from "../declare/definition.ts";
import type { SelfSource } from "./self-source.ts";

/** What a field's properties held from a moment on, and who made it so. */
export interface FieldMoment {
  readonly at: EpochMs;
  readonly values: HubspotValues;
  readonly versions: readonly PropertyVersion[];
}

type History = Readonly<Record<string, readonly PropertyVersion[]>>;

/**
 * The states a field went through, oldest first. Properties written at one moment make one state; a property written
 * twice at one moment makes two, in the order HubSpot lists them (newest first).
 */
export function timelineOf(field: BoundField, history: History): readonly FieldMoment[] {
  const events = field.properties
    .flatMap((property) =>
      (history[property] ?? []).map((version) => ({ property, version, at: Date.parse(version.timestamp) })).reverse(),
    )
    .sort((a, b) => a.at - b.at);
  const moments: FieldMoment[] = [];
  let written = new Set<string>();
  for (const { property, version, at } of events) {
    const last = moments.at(-1);
    const values = { ...(last?.values ?? blank(field)), [property]: version.value || null };
    if (last?.at === at && !written.has(property)) {
      moments[moments.length - 1] = { at, values, versions: [...last.versions, version] };
      written.add(property);
    } else {
      moments.push({ at, values, versions: [version] });
      written = new Set([property]);
    }
  }
  return moments;
}

/** The properties of a field that was never filled. */
export function blank(field: BoundField): HubspotValues {
  return Object.fromEntries(field.properties.map((property) => [property, null]));
}

/** When HubSpot's current value was edited: our own write of somebody's value (a repair) does not make it newer. */
export function editedAt(timeline: readonly FieldMoment[], self: SelfSource, field: BoundField): EpochMs | null {
  const now = timeline.at(-1);
  if (now === undefined) return null;
  const users = timeline.findLast((moment) => !moment.versions.every((version) => self.isOurs(version)));
  const same = users !== undefined && field.canonicalRemote(users.values) === field.canonicalRemote(now.values);
  return same ? users.at : now.at;
}

/** Source types of what people do in HubSpot: no write of an app carries them. Any other may be ours. */
const peoples = new Set(["CRM_UI", "CRM_UI_BULK_ACTION", "MOBILE_IOS", "MOBILE_ANDROID", "FORM", "IMPORT"]);

/** Whether a write of ours may have made this state: one that people made holds our value by chance, or to agree with us. */
export function mayBeOurs({ versions }: FieldMoment): boolean {
  return versions.some(({ sourceType }) => sourceType === undefined || !peoples.has(sourceType));
}

/**
 * The same of a write of this field. Of a list also by how ours are signed, where that is known: what another app made just
 * so, over which ours left no version, would be taken for ours, and what it took out itself for covered.
 */
export function mayBeOurWrite(field: BoundField, self: SelfSource): (moment: FieldMoment) => boolean {
  return (moment) =>
    mayBeOurs(moment) && !(field.rule === "union" && moment.versions.every((version) => self.isOthers(version)));
}

/** What the history says about a write of ours. */
export interface WriteTrace {
  /** The state our write made; null when it is not in the history. */
  readonly landed: FieldMoment | null;
  /** The state that was read before it, or what stands for it where the history is too short. */
  readonly read: FieldMoment | null;
  /** The last state somebody else made between our read and our write: an edit that our write covered. */
  readonly covered: FieldMoment | null;
  /** The covered edit was made where our value stood already (a late write): it is newer, whatever the rule says. */
  readonly late: boolean;
  /** Whether our value still stands. */
  readonly standing: boolean;
}

export interface TraceQuery {
  readonly field: BoundField;
  readonly timeline: readonly FieldMoment[];
  /** HubSpot's own modified time of the record as it was read before the write. */
  readonly readAt: EpochMs;
  readonly wasRead: (values: HubspotValues) => Promise<boolean>;
  readonly isWritten: (moment: FieldMoment) => Promise<boolean>;
  /** HubSpot's modified time in the answer to the write, where that is known: of two equal values, ours is the later one. */
  readonly writtenAt?: EpochMs;
}

/**
 * Finds our write, and what it covered, in a field's history. Works by value and order: an edit counts as covered when
 * it came after the state we had read and before the state our write made.
 */
export async function traceWrite({
  field,
  timeline,
  readAt,
  wasRead,
  isWritten,
  writtenAt,
}: TraceQuery): Promise<WriteTrace> {
  const from = await anchorOf(field, timeline, readAt, wasRead);
  const read = timeline[from];
  const after = timeline.slice(from + 1);
  const written = await Promise.all(after.map(isWritten));
  const first = written.indexOf(true);
  const answered = after.findLastIndex((moment, i) => written[i] === true && moment.at <= (writtenAt ?? -1));
  const index = Math.max(first, answered);
  const unchanged = read !== undefined && (await isWritten(read));
  const landed = after[index] ?? (unchanged ? read : null);
  const current = timeline.at(-1);
  // People who enter the same later, over what has come between, mean what they enter.
  const standing =
    landed != null &&
    current !== undefined &&
    sameValue(field, current, landed) &&
    (mayBeOurs(current) || after.slice(index + 1).every((moment) => sameValue(field, moment, landed)));
  const between = landed == null || index < 0 ? [] : after.slice(0, index);
  const last = between.findLastIndex((moment) => isSame(field, moment, read) || !isPart(field, moment, read, landed));
  // Who came back to what was read has undone what they did: there is nothing of theirs to put back. Of a list they have
  // put single elements in again.
  const cameBack = field.rule !== "union" && last < first && isSame(field, between[last], read);
  const covered = cameBack ? null : (between[last] ?? null);
  return { landed: landed ?? null, read: read ?? null, covered, late: covered !== null && first < index, standing };
}

/**
 * The position of the state that was read: the last one not newer than the read that holds what was read. HubSpot
 * keeps a limited history, so the state may be missing: then the last one not newer than the read stands for it.
 */
async function anchorOf(
  field: BoundField,
  timeline: readonly FieldMoment[],
  readAt: EpochMs,
  wasRead: TraceQuery["wasRead"],
): Promise<number> {
  let first = -1;
  let best = -1;
  for (const [i, moment] of timeline.entries()) {
    if (!(await wasRead(moment.values))) continue;
    if (first < 0) first = i;
    if (moment.at <= readAt) best = i;
  }
  if (best >= 0) return best;
  // What was empty from the first has no version that says so: one that holds nothing since was cleared.
  const isFirst = timeline.every(({ at }) => at > readAt) && (await wasRead(blank(field)));
  if (isFirst) return -1;
  return first >= 0 ? first : timeline.findLastIndex((moment) => moment.at <= readAt);
}

function sameValue(field: BoundField, a: FieldMoment, b: FieldMoment): boolean {
  return field.canonicalRemote(a.values) === field.canonicalRemote(b.values);
}

function isSame(field: BoundField, moment: FieldMoment | undefined, read: FieldMoment | undefined): boolean {
  return field.properties.every((property) => moment?.values[property] === read?.values[property]);
}

/** A state that only shows half of our own write of several properties. */
function isPart(
  field: BoundField,
  moment: FieldMoment,
  read: FieldMoment | undefined,
  landed: FieldMoment | null,
): boolean {
  return field.properties.every(
    (property) =>
      moment.values[property] === (read?.values[property] ?? null) ||
      moment.values[property] === landed?.values[property],
  );
}
