import type { LinkRow } from "@hubspoke/core/ports";
import { syncName, tenant, type World } from "../world/world.ts";

/** Where a record can be in its life with the engine when something happens to it. */
export const states = ["not linked", "linked", "being written", "waiting for review", "archived", "ended"] as const;
export type State = (typeof states)[number];

/** What can happen to a record. */
export const events = [
  "edit here",
  "edit in HubSpot",
  "delete-local",
  "replace-local",
  "archive",
  "restore",
  "merge",
  "erase",
] as const;
export type Event = (typeof events)[number];

/** All of them can be: what the store says of a record may be history by then, as for one restored before anybody looked. */
export const cells: readonly string[] = states.flatMap((state) => events.map((event) => `${state} × ${event}`));

/** The state of whoever has these ids, as the store tells it at this moment. */
export async function stateOf({ storage }: World, localId: string | null, hubspotId: string | null): Promise<State> {
  const { links, intents } = storage;
  const local = localId === null ? [] : [localId];
  const remote = hubspotId === null ? [] : [hubspotId];
  const open = await intents.byRecord(tenant, syncName, local, remote);
  if (open.length > 0) return "being written";
  const [byLocal] = await links.byLocalIds(tenant, syncName, local);
  const [link] = byLocal === undefined ? await links.byHubspotIds(tenant, syncName, remote) : [byLocal];
  return stateOfLink(link);
}

function stateOfLink(link: LinkRow | undefined): State {
  if (link === undefined) return "not linked";
  if (link.state === "remote-archived") return "archived";
  if (link.state !== "linked") return "ended";
  return Object.values(link.base).some(({ parked }) => parked !== undefined) ? "waiting for review" : "linked";
}
