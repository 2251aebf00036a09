import type { Family } from "./family.ts";
import { KNOWN_CRM } from "./known-crm.ts";
import { KNOWN_PLATFORM } from "./known-platform.ts";
import { KNOWN_PREFIXES } from "./known-routes.ts";
import { createRouteTable, type RouteTable } from "./table.ts";

/** Endpoints of one family that are known and answer 501. */
export interface Gap {
  /** E.g. `/crm/lists/{version}`, or a whole area such as `/cms/**`. */
  readonly family: string;
  /** E.g. `GET /{}/join-order`, without the family; empty for a whole area. */
  readonly endpoints: readonly string[];
}

/** Everything that is known to exist and not simulated. */
export function gaps(): Gap[] {
  const table = createRouteTable();
  const families = [...KNOWN_CRM, ...KNOWN_PLATFORM].map((family) => gapOf(family, table));
  const areas = KNOWN_PREFIXES.map((prefix) => ({ family: `${prefix}**`, endpoints: [] as string[] }));
  return [...families.filter(({ endpoints }) => endpoints.length > 0), ...areas].toSorted((a, b) =>
    a.family < b.family ? -1 : 1,
  );
}

function gapOf(family: Family, table: RouteTable): Gap {
  const base = family.dated ?? family.legacy?.[0] ?? "";
  const endpoints = endpointsOf(family).filter((endpoint) => {
    const [method = "", path = ""] = endpoint.split(" ");
    const found = table.find(method, (base + path).replaceAll("{version}", "2026-09").replaceAll("{}", "x"));
    return typeof found !== "object" || found.route.handle === undefined;
  });
  return { family: base, endpoints };
}

function endpointsOf({ paths }: Family): string[] {
  return Object.entries(paths).flatMap(([path, methods]) => methods.split(" ").map((method) => `${method} ${path}`));
}
