import type { Route } from "./call.ts";
import type { Family } from "./family.ts";
import { KNOWN_CRM } from "./known-crm.ts";
import { KNOWN_PLATFORM } from "./known-platform.ts";

/** Whole areas that exist and are not simulated; their paths are not told apart. */
export const KNOWN_PREFIXES: readonly string[] = [
  "/business-units/",
  "/cms/",
  "/contacts/v1/",
  "/conversations/",
  "/crm-associations/v1/",
  "/email/public/v1/",
  "/engagements/v1/",
  "/feature-flags/",
  "/hubdb/",
  "/marketing/",
  "/media-bridge/",
  "/meta/",
  "/owners/v2/",
  "/properties/v1/",
  "/properties/v2/",
  "/tax-rates/",
  "/url-mappings/",
  "/visitor-identification/",
];

/** What is known to exist: answered 501 where nothing simulates it, instead of the 404 of an unknown path. */
export const KNOWN_ROUTES: readonly Route[] = [...KNOWN_CRM, ...KNOWN_PLATFORM].flatMap(routesOf);

function routesOf({ dated, legacy = [], paths }: Family): Route[] {
  return Object.entries(paths).flatMap(([path, methods]) => {
    const named = path.replaceAll("{}", "{_}");
    return methods.split(" ").map((method) => ({
      method,
      access: "read" as const,
      ...(dated === undefined ? {} : { dated: dated + named }),
      legacy: legacy.map((base) => base + named),
    }));
  });
}
