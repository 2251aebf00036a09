import type { LinkRow } from "@hubspoke/core/ports";
import { type FieldName, fields } from "../script/fields.ts";
import type { Setup } from "../script/steps.ts";
import { syncName, tenant, type Worker, type World } from "../world/world.ts";
import type { People } from "./people.ts";
import { normal, type Person, type Standing } from "./person.ts";
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
  found.push(...(await leftOver(world, people)));
  found.push(...limits(world));
  return found;
}

/** Who has a conflict logged, and who one that is open: `localId field`. */
export interface Conflicts {
  readonly all: ReadonlySet<string>;
  readonly open: ReadonlySet<string>;
  readonly twice: readonly string[];
}

export async function conflictsOf({ sync }: Worker): Promise<Conflicts> {
  const all = new Set<string>();
  const open = new Set<string>();
  const twice: string[] = [];
  for (let after: string | undefined, more = true; more; ) {
    const page = await sync.conflicts.list({ limit: 200, ...(after !== undefined && { after }) });
    for (const { localId, field, status } of page.items) {
      all.add(`${localId} ${field}`);
      if (status !== "open") continue;
      if (open.has(`${localId} ${field}`)) twice.push(`${localId} ${field} waits for review twice`);
      open.add(`${localId} ${field}`);
    }
    after = page.next;
    more = after !== undefined;
  }
  return { all, open, twice };
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
    if (person.life.length === 0)
      found.push(`${person.ref}: only ${row ? "local" : contact ? "in HubSpot" : "nowhere"}`);
    return found;
  }
  const link = links.find(({ localId }) => localId === row.id);
  const linked = link?.state === "linked" && link.hubspotId === contact.id;
  if (person.life.length === 0 && !linked) found.push(`${person.ref}: on both sides and not linked`);
  if (!linked) return found;
  for (const { local, property, rule } of fields) {
    const ours = normal(local, row[local]);
    const theirs = normal(local, contact.properties[property]);
    const where = { local: ours, hubspot: theirs };
    const isParked = rule === "review" && conflicts.open.has(`${row.id} ${local}`);
    const spelledAlike = (row[local] ?? "") === (contact.properties[property] ?? "");
    // Blanks that only a base could tell from an edit: what waits for review goes on waiting.
    const waits = ours !== theirs || (isParked && person.parked.has(local) && !spelledAlike);
    if (!waits) noteIn(person.rests, local, world.clock.now());
    else if (rule === "hubspot" && link.base[local]?.refused !== undefined && ours?.startsWith("no address")) continue;
    else if (!isParked) {
      found.push(`${person.ref} ${local}: ${ours} here, ${theirs} in HubSpot`);
      continue;
    }
    const logged = [row.id, ...person.formerIds].some((id) => conflicts.all.has(`${id} ${local}`));
    if (person.life.length === 0) found.push(...verdict(person, local, rule, where, logged));
    if (waits) noteIn(person.waits, local, world.clock.now());
  }
  return found;
}

function noteIn(moments: Map<FieldName, number[]>, field: FieldName, at: number): void {
  moments.set(field, [...(moments.get(field) ?? []), at]);
}

/** What the users' edits allow, against what stands. */
function verdict(
  person: Person,
  field: FieldName,
  rule: string,
  stands: { readonly local: string | null; readonly hubspot: string | null },
  logged: boolean,
): string[] {
  const edits = person.edits.get(field) ?? [];
  const rests = (person.rests.get(field) ?? []).filter((at) => at <= (edits.at(-1)?.at ?? 0));
  const allowed = endings(rule, edits, rests, person.waits.get(field));
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

async function leftOver({ storage, crm, duties }: World, people: People): Promise<string[]> {
  const [open, depth, quarantined] = await Promise.all([
    storage.intents.open(tenant, syncName, Number.MAX_SAFE_INTEGER, 10),
    storage.work.depth(tenant, syncName),
    storage.quarantine.list(tenant, syncName, null, 10),
  ]);
  // A row whose address a merge made another record's second one can not be created in HubSpot: that is for a person.
  const merged = new Set(people.all.filter(({ life }) => life.includes("merge")).map(({ ref }) => ref));
  const ours = quarantined.items.filter(({ key }) => !merged.has(crm.find(key)?.ref ?? ""));
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
