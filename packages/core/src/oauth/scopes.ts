/** One call an integration makes: its verb and its path in dated form, as `request` takes it. */
export interface UsedRoute {
  /** In capitals: whether the call reads or writes goes by it, and by the path for searches. */
  readonly method: string;
  /** With `{version}` where the version stands: `/crm/objects/{version}/contacts/{id}`. */
  readonly template: string;
}

type Access = "read" | "write";

const standard: Readonly<Record<string, string>> = {
  contacts: "contacts",
  "0-1": "contacts",
  companies: "companies",
  "0-2": "companies",
  deals: "deals",
  "0-3": "deals",
  tickets: "tickets",
  "0-5": "tickets",
};
/** Objects that are reached with the scopes of the contacts they hang on: they have none of their own (hubspot-facts §4). */
const activities = new Set(["notes", "calls", "emails", "meetings", "tasks", "communications", "postal_mail"]);

/** Families whose scope does not depend on an object. `{access}` is read or write. */
const families: readonly (readonly [prefix: string, scope: string | null])[] = [
  ["/crm/owners/", "crm.objects.owners.{access}"],
  ["/crm/lists/", "crm.lists.{access}"],
  ["/crm/imports/", "crm.import"],
  ["/crm/exports/", "crm.export"],
  ["/files/", "files"],
  ["/integrators/timeline/", "timeline"],
  ["/automation/", "automation"],
  // Every token may ask who it is.
  ["/account-info/", null],
  ["/oauth/", null],
  ["/appinstalls/", null],
];

/**
 * The scopes that a list of calls needs, sorted, so that an app asks for no more than it uses; `unknown` lists the
 * calls whose scope is not known here and must be named by hand. Pure. Rests on hubspot-facts §4, "Scopes".
 */
export function scopesFor(routes: readonly UsedRoute[]): {
  readonly scopes: readonly string[];
  readonly unknown: readonly UsedRoute[];
} {
  const scopes = new Set<string>();
  const unknown: UsedRoute[] = [];
  for (const route of routes) {
    const needed = scopesOf(route);
    if (needed === null) unknown.push(route);
    for (const scope of needed ?? []) scopes.add(scope);
  }
  return { scopes: [...scopes].sort(), unknown };
}

/** What is needed and not granted, in the order needed. */
export function missingScopes(granted: readonly string[], needed: readonly string[]): readonly string[] {
  return needed.filter((scope) => !granted.includes(scope));
}

/** What an app asks for and none of its calls needs. */
export function surplusScopes(asked: readonly string[], needed: readonly string[]): readonly string[] {
  return asked.filter((scope) => scope !== "oauth" && !needed.includes(scope));
}

function scopesOf({ method, template }: UsedRoute): readonly string[] | null {
  const access = accessOf(method, template);
  const family = families.find(([prefix]) => template.startsWith(prefix));
  if (family !== undefined) return family[1] === null ? [] : [family[1].replace("{access}", access)];
  if (template.startsWith("/crm-object-schemas/")) return [`crm.schemas.custom.${access}`];
  const [, crm, kind, , first, second] = template.split("/");
  if (crm !== "crm" || first === undefined) return null;
  switch (kind) {
    case "objects": {
      const to = /\/associations\/(?:default\/)?([^/]+)/.exec(template)?.[1];
      return ofObjects("crm.objects", to === undefined ? [first] : [first, to], access);
    }
    case "associations":
      return second === undefined ? null : ofObjects("crm.objects", [first, second], access);
    case "properties":
    case "pipelines":
      return ofObjects("crm.schemas", [first], access);
    default:
      return null;
  }
}

/** Searches and batch reads are reads that travel as POST. */
function accessOf(method: string, template: string): Access {
  if (method === "GET") return "read";
  return method === "POST" && /\/(?:search|batch\/read)$/.test(template) ? "read" : "write";
}

function ofObjects(prefix: string, types: readonly string[], access: Access): readonly string[] | null {
  const names = types.map(scopeName);
  if (names.includes(null)) return null;
  return [...new Set(names.map((name) => (name === "tickets" ? "tickets" : `${prefix}.${name}.${access}`)))];
}

/** The object's name in scopes; null for one whose scope is not known here. */
function scopeName(type: string): string | null {
  if (/^(?:2-\d+|p\d+_\w+)$/.test(type)) return "custom";
  if (activities.has(type)) return "contacts";
  return standard[type] ?? null;
}
