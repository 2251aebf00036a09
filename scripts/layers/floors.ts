/**
 * The floors of core, from the ground up. A room imports rooms of lower floors and itself: never a room beside it,
 * never one above. A new room is added here, on the lowest floor that carries what it imports.
 */
export interface Floor {
  readonly name: string;
  /** What belongs here; shown in `docs/architecture/packages.md`. */
  readonly holds: string;
  readonly rooms: readonly string[];
}

export const floors: readonly Floor[] = [
  { name: "errors", holds: "the codes and the one base class every thrown error has", rooms: ["errors"] },
  { name: "tools", holds: "small things without a subject", rooms: ["util"] },
  { name: "model", holds: "the words of HubSpot: objects, records, properties", rooms: ["model"] },
  { name: "ports", holds: "what core needs of the world: interfaces and lists of names", rooms: ["ports"] },
  {
    name: "decisions",
    holds: "pure: the same input gives the same answer, and nothing else happens",
    rooms: ["phone", "crypto", "limits", "retry", "conflict", "mapping"],
  },
  {
    name: "effects",
    holds: "one subject each, acting through ports",
    rooms: ["platform", "http", "cache", "memory", "webhooks", "oauth", "audit"],
  },
  {
    name: "services",
    holds: "what a user calls; none knows another",
    rooms: ["client", "directory", "activities", "privacy", "sync", "worker", "config"],
  },
  { name: "assembly", holds: "connects services to each other and to HTTP routes", rooms: ["mount", "compose"] },
];

/** The composition root: the only file that knows every concrete thing. Entry files list what the public may import. */
export const compositionRoot = "create-hubspoke.ts";

export function floorOf(room: string): number {
  return floors.findIndex((floor) => floor.rooms.includes(room));
}
