import type { LinkRow } from "@hubspoke/core/ports";
import type { SyncedField } from "../script/fields.ts";
import type { Setup, Side } from "../script/steps.ts";
import { isRefused, localText, normal, partsOf, remoteText } from "../script/values.ts";
import { syncName, tenant, type Worker, type World } from "../world/world.ts";
import type { People } from "./people.ts";
import type { Contact, Person, Standing } from "./person.ts";
import { type Ending, endings } from "./reference.ts";

/** Everything that must hold when nothing is left to do. Answers what does not. */
export async function violations(
  world: World,
  people: People,
  conflicts: Conflicts,
  setup: Setup,
  judged: readonly Person[],
): Promise<string[]> {
  const found = [...world.problems.splice(0)];
  const links = await world.storage.links.scan(tenant, syncName, null, 1_000);
  const standing = people.standing();
  for (const person of judged) found.push(...judge(world, standing, person, links, conflicts, setup));
  found.push(...conflicts.twice);
  found.push(...(await leftOver(world, people, judged)));
  found.push(...limits(world));
  return found;
}

/** Who has a conflict logged, and who one that is open: `localId field`. */
export interface Conflicts {
  readonly all: ReadonlySet<string>;
  readonly open: ReadonlySet<string>;
  /** Ids of those that `readOnly` logged in place of a write. */
  readonly told: ReadonlyMap<string, readonly string[]>;
  readonly twice: readonly string[];
}

export async function conflictsOf({ sync }: Worker): Promise<Conflicts> {
  const all = new Set<string>();
  const open = new Set<string>();
  const twice: string[] = [];
  const told = new Map<string, readonly string[]>();
  for (let after: string | undefined, more = true; more; ) {
    const page = await sync.conflicts.list({ limit: 200, ...(after !== undefined && { after }) });
    for (const { id, localId, field, rule, status } of page.items) {
      const key = `${localId} ${field}`;
      all.add(key);
      if (rule === "read-only") told.set(key, [...(told.get(key) ?? []), id]);
      if (status !== "open") continue;
      if (open.has(key)) twice.push(`${key} waits for review twice`);
      open.add(key);
    }
    after = page.next;
    more = after !== undefined;
  }
  return { all, open, told, twice };
}

function judge(
  world: World,
  standing: Standing,
  person: Person,
  links: readonly LinkRow[],
  conflicts: Conflicts,
  setup: Setup,
): string[] {
  const locals = standing.locals.get(person.ref) ?? [];
  const remotes = standing.remotes.get(person.ref) ?? [];
  // Who ended in HubSpot and was put in again here is there as somebody new, and may be restored besides.
  const mayBeTwo = person.life.includes("merge") || (person.life.length > 0 && person.formerIds.length > 0);
  const found: string[] = [];
  // The row whose record was swallowed is alone; given another address, it is somebody new for HubSpot.
  if (remotes.length > 1 && !mayBeTwo) found.push(`${person.ref}: ${remotes.length} records in HubSpot`);
  if (locals.length > 1 && !mayBeTwo) found.push(`${person.ref}: ${locals.length} local rows`);
  const [row] = locals;
  const [contact] = remotes;
  if (person.life.length > 0) found.push(...ended(person, row !== undefined, contact !== undefined, setup));
  if (row === undefined || contact === undefined) {
    if (person.life.length === 0 && !isKeptOut(world, contact))
      found.push(`${person.ref}: only ${row ? "local" : contact ? "in HubSpot" : "nowhere"}`);
    return found;
  }
  const link = links.find(({ localId }) => localId === row.id);
  const linked = link?.state === "linked" && link.hubspotId === contact.id;
  if (person.life.length === 0 && !linked) found.push(`${person.ref}: on both sides and not linked`);
  if (!linked) return found;
  for (const field of world.fields) {
    const { local, rule } = field;
    const texts = [localText(field, row), remoteText(field, contact.properties)] as const;
    const [ours, theirs] = [normal(local, texts[0]), normal(local, texts[1])];
    const isParked = rule === "review" && conflicts.open.has(`${row.id} ${local}`);
    const spelledAlike = (texts[0] ?? "") === (texts[1] ?? "");
    // Blanks that only a base could tell from an edit: what waits for review goes on waiting.
    const waits = ours !== theirs || (isParked && person.parked.has(local) && !spelledAlike);
    const refusedOf = waits && link.base[local]?.refused !== undefined ? refusedSide(local, ours, theirs) : null;
    if (waits && !isParked && refusedOf === null) {
      found.push(`${person.ref} ${local}: ${ours} here, ${theirs} in HubSpot`);
      continue;
    }
    const logged = [row.id, ...person.formerIds].some((id) => conflicts.all.has(`${id} ${local}`));
    // What one side refuses stands on the other, and nothing else does.
    const [here, there] = isParked
      ? [ours, theirs]
      : refusedOf === "hubspot"
        ? [theirs, theirs]
        : [ours, waits ? ours : theirs];
    const now = world.clock.now();
    // Both values are in the conflict's row, for people to put right.
    for (const id of conflicts.told.get(`${row.id} ${local}`) ?? [])
      if (!person.told.has(id)) {
        person.told.add(id);
        person.unsure.add(local);
      }
    const isUnsure = person.unsure.has(local);
    if (!waits) person.unsure.delete(local);
    for (const [part, stands] of standingParts(person, field, here, there)) {
      // From here on it is known again.
      if (isUnsure && !waits)
        person.edits.set(part, [
          { at: now, side: "hubspot", value: stands.hubspot, over: stands.hubspot, birth: false },
        ]);
      if (!waits) noteIn(person.rests, part, now);
      if (person.life.length === 0 && !isUnsure) found.push(...verdict(person, part, rule, stands, logged));
      if (waits && isParked) noteIn(person.waits, part, now);
    }
  }
  return found;
}

/** Whose value the other side refuses. */
function refusedSide(field: SyncedField["local"], ours: string | null, theirs: string | null): Side | null {
  if (isRefused(field, "local", ours)) return "local";
  return isRefused(field, "hubspot", theirs) ? "hubspot" : null;
}

interface Stands {
  readonly local: string | null;
  readonly hubspot: string | null;
}

/** What stands in each part of a field; of a list, in every element that ever was in it. */
function standingParts(
  { edits }: Person,
  field: SyncedField,
  ours: string | null,
  theirs: string | null,
): readonly (readonly [string, Stands])[] {
  const [here, there] = [partsOf(field, ours), partsOf(field, theirs)];
  const once = field.rule === "union" ? [...edits.keys()].filter((part) => part.startsWith(`${field.local} `)) : [];
  const all = new Set([...here.keys(), ...there.keys(), ...once]);
  return [...all].map((part) => [part, { local: here.get(part) ?? null, hubspot: there.get(part) ?? null }]);
}

function noteIn(moments: Map<string, number[]>, part: string, at: number): void {
  moments.set(part, [...(moments.get(part) ?? []), at]);
}

/** What the users' edits allow, against what stands. */
function verdict(person: Person, field: string, rule: string, stands: Stands, logged: boolean): string[] {
  const edits = person.edits.get(field) ?? [];
  const rests = (person.rests.get(field) ?? []).filter((at) => at <= (edits.at(-1)?.at ?? 0));
  // Of one element both sides can only want the same, or one of them wants nothing: the last word stands.
  const allowed = endings(rule === "union" ? "latest" : rule, edits, rests, person.waits.get(field));
  const fits = (ending: Ending): boolean => {
    if ("parked" in ending) return ending.parked.local === stands.local && ending.parked.hubspot === stands.hubspot;
    if (ending.value !== stands.local || ending.value !== stands.hubspot) return false;
    return !ending.overruled || logged;
  };
  if (allowed.some(fits)) return [];
  const told = JSON.stringify({ stands, allowed, edits, rests, logged });
  return [`${person.ref} ${field} (${rule}): an edit is lost ${told}`];
}

/** What a single end of a record must have led to on the other side; several ends have several right outcomes. */
function ended(person: Person, here: boolean, there: boolean, { fromHubspot, fromLocal }: Setup): string[] {
  const [event] = person.life;
  // Whoever ended before both sides knew of them may or may not have come over.
  if (!person.knownWhenEnded) return [];
  if (person.life.includes("erase") && there) return [`${person.ref}: erased, and back in HubSpot`];
  if (person.life.length > 1) return [];
  if (event === "archive" && there) return [`${person.ref}: archived, and back in HubSpot`];
  if (event === "archive" && fromHubspot === "delete" && here) return [`${person.ref}: archived, still local`];
  if (event === "archive" && fromHubspot !== "delete" && !here) return [`${person.ref}: archived, lost locally`];
  if (event === "delete-local" && here) return [`${person.ref}: deleted, and back locally`];
  if (event === "delete-local" && fromLocal === "archive" && there) return [`${person.ref}: deleted, still in HubSpot`];
  if (event === "delete-local" && fromLocal !== "archive" && !there) return [`${person.ref}: deleted, lost in HubSpot`];
  return [];
}

/** Whom the product's table would not take: no row is made of them without asking, and they wait in quarantine. */
function isKeptOut({ fields }: World, contact: Contact | undefined): boolean {
  const refused = (field: SyncedField) =>
    isRefused(field.local, "hubspot", normal(field.local, remoteText(field, contact?.properties)));
  return contact !== undefined && fields.some(refused);
}

async function leftOver(world: World, people: People, judged: readonly Person[]): Promise<string[]> {
  const { storage, crm, contacts, duties } = world;
  const [open, depth, quarantined] = await Promise.all([
    storage.intents.open(tenant, syncName, Number.MAX_SAFE_INTEGER, 10),
    storage.work.depth(tenant, syncName),
    storage.quarantine.list(tenant, syncName, null, 10),
  ]);
  // A row whose address a merge made another record's second one can not be created in HubSpot: that is for a person.
  const merged = new Set(people.all.filter(({ life }) => life.includes("merge")).map(({ ref }) => ref));
  // Where those whose life went on are not judged, no event told how a record without a pair ended, and no pass has asked.
  const isUntold = (key: string) => judged.length < people.all.length && contacts.get(key) === undefined;
  const ours = quarantined.items.filter(
    ({ side, key }) =>
      !merged.has(crm.find(key)?.ref ?? "") &&
      !(side === "remote" && (isKeptOut(world, contacts.get(key)) || isUntold(key))),
  );
  return [
    ...open.map(({ kind, localId, hubspotId }) => `an intent stays open: ${kind} ${localId} ${hubspotId}`),
    ...(depth.waiting > 0 ? [`${depth.waiting} records stay dirty`] : []),
    ...duties.owed(),
    ...ours.map(({ side, key, reason }) => `quarantined: ${side} ${key} (${reason})`),
  ];
}

/** HubSpot's own count, over all processes (hubspot-facts §2.1). */
const limit = 190;

function limits({ simulator }: World): string[] {
  const { maxInTenSeconds } = simulator.stats();
  return maxInTenSeconds > limit ? [`${maxInTenSeconds} calls within ten seconds`] : [];
}
