/**
 * The floors of core, from the ground up. A room imports rooms of lower floors and itself: never a room beside it,
 * never one above. A new room is added here, on the lowest floor that carries what it imports.
 */
export interface Floor {
  /** As in `docs/architecture/ports.md`. The ground floor has two steps: `util` stands on `errors`, never the reverse. */
  readonly level: number;
  readonly name: string;
  /** What belongs here; shown in `docs/architecture/packages.md`. */
  readonly holds: string;
  readonly rooms: readonly string[];
}

export const floors: readonly Floor[] = [
  { level: 0, name: "errors", holds: "the codes and the one base class every thrown error has", rooms: ["errors"] },
  { level: 0, name: "tools", holds: "small things without a subject", rooms: ["util"] },
  { level: 1, name: "model", holds: "the words of HubSpot: objects, records, properties", rooms: ["model"] },
  { level: 2, name: "ports", holds: "what core needs of the world: interfaces and lists of names", rooms: ["ports"] },
  {
    level: 3,
    name: "decisions",
    holds: "pure: the same input gives the same answer, and nothing else happens",
    rooms: ["phone", "crypto", "guard", "limits", "retry", "conflict", "mapping"],
  },
  {
    level: 4,
    name: "effects",
    holds: "one subject each, acting through ports",
    rooms: [
      "platform",
      "http",
      "cache",
      "download",
      "memory",
      "webhooks",
      "oauth",
      "audit",
      "outbox",
      "keyed-records",
      "listing",
    ],
  },
  {
    level: 5,
    name: "services",
    holds: "what a user calls; none knows another",
    rooms: [
      "client",
      "directory",
      "activities",
      "tickets",
      "events",
      "engagement",
      "workflows",
      "usage",
      "crm-schema",
      "flows",
      "privacy",
      "sync",
      "schedules",
      "setup",
      "worker",
      "config",
    ],
  },
  {
    level: 6,
    name: "routes",
    holds: "HTTP over whatever answers: what is asked, by whom, in which shape",
    rooms: ["mount"],
  },
  {
    level: 6,
    name: "assembly",
    holds: "connects services to each other, and to what the routes ask for",
    rooms: ["compose"],
  },
];

/** The composition root: the only file that knows every concrete thing. Entry files list what the public may import. */
export const compositionRoot = "create-hubspoke.ts";

export function floorOf(room: string): number {
  return floors.findIndex((floor) => floor.rooms.includes(room));
}
