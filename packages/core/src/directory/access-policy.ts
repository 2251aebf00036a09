import { HubspokeError } from "../errors/hubspoke-error.ts";
import type { AuditAction } from "../ports/audit-store.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ctx } from "../ports/context.ts";
import { suggestion } from "../util/did-you-mean.ts";
import type { AccessCheck, Denial } from "./access.ts";
import { ActorLimit } from "./actor-limit.ts";
import { checkFields } from "./known-contact.ts";
import type { DirectoryField } from "./types.ts";

/** What a role can be allowed: to name numbers, to look for people, to run the directory, to answer people's rights. */
export const permissions = ["lookup", "search", "manage", "privacy"] as const;
/** What a role can be allowed. */
export type Permission = (typeof permissions)[number];

/** Who may look up, search and manage, for which purposes, and what they see. */
export interface AccessOptions {
  /**
   * Roles that may. Default: everybody may `lookup` and `search`; `manage` (cache, switches, audit trail, runs) and
   * `privacy` (export, erase) are for `admin`.
   */
  readonly roles?: Partial<Readonly<Record<Permission, readonly string[]>>>;
  /** Purposes that data may be seen for; `ctx.purpose` must be one of them. Default: any, or none. */
  readonly purposes?: readonly string[];
  /** What each role sees of a contact, of what `fields` allows. A role that is not named sees all of it. */
  readonly visible?: Readonly<Record<string, readonly DirectoryField[]>>;
  /** Numbers and searches of one actor a minute, in one process. Default: no limit. */
  readonly limits?: { readonly lookupsPerMinute?: number; readonly searchesPerMinute?: number };
}

const permissionFor: Readonly<Record<AuditAction, Permission>> = {
  lookup: "lookup",
  "batch-lookup": "lookup",
  search: "search",
  refresh: "manage",
  "cache-clear": "manage",
  sync: "manage",
  config: "manage",
  review: "manage",
  export: "privacy",
  erase: "privacy",
};

export interface AccessPolicy {
  readonly check: AccessCheck;
  /** What whoever asks may see of a contact. */
  visibleTo(ctx: Ctx): readonly DirectoryField[];
}

/** Throws CONFIG_INVALID, naming what cannot be. */
export function accessPolicy(
  options: AccessOptions,
  fields: readonly DirectoryField[],
  clock: Pick<Clock, "now">,
): AccessPolicy {
  const roles = rolesOf(options.roles);
  const purposes = options.purposes === undefined ? null : new Set(options.purposes);
  const limits: Partial<Record<Permission, ActorLimit>> = {
    ...limit("lookup", "lookupsPerMinute", options.limits?.lookupsPerMinute),
    ...limit("search", "searchesPerMinute", options.limits?.searchesPerMinute),
  };
  const visible = new Map(
    Object.entries(options.visible ?? {}).map(([role, seen]) => {
      const checked = checkFields(seen);
      return [role, fields.filter((field) => checked.includes(field))];
    }),
  );

  function denialOf({ tenant, actor, purpose }: Ctx, action: AuditAction, count: number): Denial | null {
    const permission = permissionFor[action];
    const allowed = roles[permission];
    if (allowed !== undefined && !allowed.includes(actor.role)) return { code: "ACCESS_DENIED", why: "role" };
    const seesData = permission !== "manage";
    if (seesData && purposes !== null && (purpose === undefined || !purposes.has(purpose))) {
      return { code: "ACCESS_DENIED", why: "purpose" };
    }
    const wait = limits[permission]?.take(`${actor.id} ${tenant}`, count, clock.now()) ?? 0;
    return wait === 0 ? null : { code: "ACTOR_LIMITED", why: "limit", retryAfterMs: wait };
  }

  return { check: denialOf, visibleTo: ({ actor }) => visible.get(actor.role) ?? fields };
}

function rolesOf(given: AccessOptions["roles"] = {}): Partial<Record<Permission, readonly string[]>> {
  for (const [permission, roles] of Object.entries(given)) {
    if (!permissions.includes(permission as Permission)) {
      throw invalid(
        `roles.${permission} is no permission: ${permissions.join(", ")}.${suggestion(permission, permissions)}`,
      );
    }
    if (!Array.isArray(roles) || roles.some((role) => typeof role !== "string" || role === "")) {
      throw invalid(`roles.${permission} is a list of role names`);
    }
  }
  return { manage: ["admin"], privacy: ["admin"], ...given };
}

function limit(
  permission: Permission,
  name: string,
  perMinute: number | undefined,
): Partial<Record<Permission, ActorLimit>> {
  if (perMinute === undefined) return {};
  if (!Number.isSafeInteger(perMinute) || perMinute < 1)
    throw invalid(`limits.${name} is a whole number of at least 1`);
  return { [permission]: new ActorLimit(perMinute) };
}

function invalid(what: string): HubspokeError<"CONFIG_INVALID"> {
  return new HubspokeError("CONFIG_INVALID", `CONFIG_INVALID: directory.access.${what}`);
}
