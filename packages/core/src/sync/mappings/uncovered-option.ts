import type { MappingRow } from "../../ports/mapping-store.ts";
import type { RemotePort } from "../remote-port.ts";

/**
 * An option of the property that an enum mapping does not know: HubSpot's side could choose it, and the local side
 * would get a word it has never heard of. Null where all are covered, or nothing comes from HubSpot.
 */
export function uncoveredOption(
  { transform, direction, options, hubspotProperties }: MappingRow,
  portal: Awaited<ReturnType<RemotePort["properties"]>>,
): string | null {
  if (transform !== "enum" || direction === "to-hubspot") return null;
  const known = new Set(Object.values(options));
  const property = portal.find(({ name }) => name === hubspotProperties[0]);
  return property?.options.find((option) => !known.has(option)) ?? null;
}
