import { isRefused, localText, normal, partsOf, remoteText } from "../script/values.ts";
import type { World } from "../world/world.ts";
import type { People } from "./people.ts";

/**
 * The databases here are as they were some time ago. What users did here since has never been, unless HubSpot has it:
 * as far as anybody can know, what HubSpot holds is the last word. Of how records ended since, nothing is known.
 */
export function fellBack(people: People, { clock, fields }: World): void {
  const { locals, remotes } = people.standing();
  for (const person of people.all) {
    const [row] = locals.get(person.ref) ?? [];
    const [contact] = remotes.get(person.ref) ?? [];
    if (row === undefined && contact === undefined && person.life.length === 0) person.life.push("delete-local");
    person.knownWhenEnded = false;
    for (const known of [person.edits, person.rests, person.waits, person.unsure]) known.clear();
    for (const field of fields) {
      const { local, rule } = field;
      const ours = normal(local, localText(field, row));
      const theirs = normal(local, remoteText(field, contact?.properties));
      if (isRefused(local, "local", ours) || isRefused(local, "hubspot", theirs)) person.unsure.add(local);
      if (rule === "review" && ours !== theirs)
        people.note(person, local, { side: "local", value: ours, over: ours, birth: false });
      for (const [part, value] of partsOf(field, theirs))
        people.note(person, part, { side: "hubspot", value, over: value, birth: false });
    }
  }
  clock.tick();
}

/**
 * What still waits for review after that, though the sides differ by nothing but blanks: only a base knows that these
 * are HubSpot's doing, and an older one may not.
 */
export function parkedStill(people: People, { clock, fields }: World, open: ReadonlySet<string>): void {
  const { locals, remotes } = people.standing();
  for (const person of people.all) {
    const [row] = locals.get(person.ref) ?? [];
    const [contact] = remotes.get(person.ref) ?? [];
    for (const field of fields) {
      const { local } = field;
      const texts = [localText(field, row), remoteText(field, contact?.properties)] as const;
      const [ours, theirs] = [normal(local, texts[0]), normal(local, texts[1])];
      if (ours !== theirs || ours === null || !open.has(`${row?.id} ${local}`)) continue;
      if (texts[0] === texts[1]) continue;
      person.parked.add(local);
      people.note(person, local, { side: "local", value: ours, over: ours, birth: false });
    }
  }
  clock.tick();
}
