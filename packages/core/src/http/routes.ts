import { UnsupportedInVersionError } from "../errors/hubspot-errors.ts";
import type { ApiVersion } from "../model/api-version.ts";

/** One family of paths. `*` stands for one segment; the rest of a path follows unchanged. null: that version has none. */
export interface RouteFamily {
  /** As one writes it: the dated form, with `{version}`. */
  readonly template: string;
  readonly v3: string | null;
  /** Where 2026-03 differs from 2026-09. */
  readonly "2026-03"?: string;
  /** True where 2026-09 has it no more. */
  readonly dropped?: true;
}

/**
 * Where versions differ, in one table (hubspot-facts §1.3). The date is no drop-in for `v3`: it changes position.
 * The first row that matches wins, so longer forms come first.
 */
export const routeFamilies: readonly RouteFamily[] = [
  { template: "/crm/objects/{version}/*/*/associations", v3: "/crm/v4/objects/*/*/associations" },
  { template: "/crm/objects/{version}", v3: "/crm/v3/objects" },
  { template: "/crm-object-schemas/{version}/schemas", v3: "/crm-object-schemas/v3/schemas" },
  { template: "/crm/properties/{version}", v3: "/crm/v3/properties" },
  { template: "/crm/associations/{version}", v3: "/crm/v4/associations" },
  { template: "/crm/owners/{version}", v3: "/crm/v3/owners" },
  { template: "/crm/pipelines/{version}", v3: "/crm/v3/pipelines" },
  { template: "/crm/imports/{version}", v3: "/crm/v3/imports" },
  { template: "/crm/exports/{version}", v3: "/crm/v3/exports" },
  { template: "/crm/lists/{version}", v3: "/crm/v3/lists" },
  { template: "/crm/limits/{version}", v3: "/crm/v3/limits" },
  { template: "/crm/property-validations/{version}", v3: "/crm/v3/property-validations" },
  { template: "/crm/extensions/calling/{version}", v3: "/crm/v3/extensions/calling" },
  { template: "/deal-splits/{version}", v3: "/crm/objects/v3/deals/splits" },
  { template: "/files/{version}", v3: "/files/v3" },
  { template: "/app-webhooks/{version}", v3: "/webhooks/v3", "2026-03": "/webhooks/{version}" },
  { template: "/webhooks-journal/*/{version}", v3: null },
  { template: "/oauth/{version}", v3: "/oauth/v3" },
  // Timeline in v3 is another API (hubspot-facts §1.5): its bodies do not translate, so its paths must not either.
  { template: "/integrators/timeline/{version}", v3: null },
  { template: "/automation/actions/callbacks/{version}", v3: "/automation/v4/actions/callbacks" },
  { template: "/automation/actions/{version}", v3: "/automation/v4/actions" },
  { template: "/automation/sequences/{version}", v3: null },
  { template: "/account-info/{version}", v3: "/account-info/v3" },
  { template: "/appinstalls/{version}", v3: "/appinstalls/v3" },
  { template: "/events/{version}/send", v3: "/events/v3/send", dropped: true },
  { template: "/events/event-occurrences/{version}", v3: "/events/v3/events" },
  { template: "/events/{version}", v3: "/events/v3" },
];

/**
 * The path template of `template` in `version`. A template without `{version}` is used as it is.
 * Errors: UnsupportedInVersionError, when the version has no such endpoint.
 */
export function translate(template: string, version: ApiVersion): string {
  if (!template.includes("{version}")) return template;
  const segments = template.split("/");
  const family = routeFamilies.find((row) => startsWith(segments, row.template.split("/")));
  if (family === undefined) {
    // A dated path this table does not know is right as written in dated versions, and untranslatable in v3.
    if (version === "v3") throw new UnsupportedInVersionError(template, version);
    return template.replace("{version}", version);
  }
  const target = targetOf(family, version);
  if (target === null) throw new UnsupportedInVersionError(template, version);
  const pattern = family.template.split("/");
  const wild = segments.filter((_, i) => pattern[i] === "*");
  const head = target.split("/").map((segment) => (segment === "*" ? (wild.shift() as string) : segment));
  return [...head, ...segments.slice(pattern.length)].join("/").replace("{version}", version);
}

function targetOf(family: RouteFamily, version: ApiVersion): string | null {
  if (version === "v3") return family.v3;
  if (version === "2026-03") return family["2026-03"] ?? family.template;
  return family.dropped === true ? null : family.template;
}

function startsWith(segments: readonly string[], pattern: readonly string[]): boolean {
  return segments.length >= pattern.length && pattern.every((part, i) => part === "*" || part === segments[i]);
}
