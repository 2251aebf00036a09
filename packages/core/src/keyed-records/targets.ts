import * as z from "zod/mini";
import type { CrmRef } from "../ports/crm.ts";
import type { Tenant } from "../ports/ids.ts";

/**
 * What an activity belongs to: a record by object and id, or a contact by number or address, who is looked up when the
 * activity is written.
 */
export type Target = CrmRef | { readonly phone: string } | { readonly email: string };

export const targetSchema: z.ZodMiniType<Target, Target> = z.union([
  z.strictObject({
    object: z.string().check(z.regex(/^[A-Za-z0-9_-]{1,100}$/)),
    id: z.string().check(z.regex(/^\d{1,20}$/)),
  }),
  z.strictObject({ phone: z.string().check(z.minLength(3), z.maxLength(64)) }),
  z.strictObject({ email: z.email().check(z.maxLength(254)) }),
]);

export const targetsSchema: z.ZodMiniType<readonly Target[], readonly Target[]> = z
  .array(targetSchema)
  .check(z.minLength(1, "names at least one record, phone or email"), z.maxLength(20));

/** Finds the contact behind a number or an address; null when there is certainly none. Throws while nobody can say. */
export interface ContactResolver {
  byPhone(tenant: Tenant, phone: string, signal: AbortSignal): Promise<string | null>;
  byEmail(tenant: Tenant, email: string, signal: AbortSignal): Promise<string | null>;
  /** Whether one of these contacts was erased: nothing is written about them any more. */
  anyErased(tenant: Tenant, contactIds: readonly string[]): Promise<boolean>;
}

/** Why nothing is written. */
export type SkipReason = "contact-not-found" | "erased";

export interface ResolvedTargets {
  readonly refs: readonly CrmRef[];
  /** The contacts among them. */
  readonly contactIds: readonly string[];
}

/** The records behind the targets, each once; the reason when a contact among them does not exist or was erased. */
export async function resolveTargets(
  resolver: ContactResolver,
  tenant: Tenant,
  targets: readonly Target[],
  signal: AbortSignal,
): Promise<ResolvedTargets | SkipReason> {
  const refs = new Map<string, CrmRef>();
  for (const target of targets) {
    const ref = await resolve(resolver, tenant, target, signal);
    if (ref === null) return "contact-not-found";
    refs.set(`${ref.object} ${ref.id}`, ref);
  }
  const found = [...refs.values()];
  const contactIds = found.flatMap(({ object, id }) => (isContact(object) ? id : []));
  if (contactIds.length > 0 && (await resolver.anyErased(tenant, contactIds))) return "erased";
  return { refs: found, contactIds };
}

async function resolve(
  resolver: ContactResolver,
  tenant: Tenant,
  target: Target,
  signal: AbortSignal,
): Promise<CrmRef | null> {
  if ("id" in target) return target;
  const id =
    "phone" in target
      ? await resolver.byPhone(tenant, target.phone, signal)
      : await resolver.byEmail(tenant, target.email, signal);
  return id === null ? null : { object: "contacts", id };
}

/** One thing a person is known by. */
export interface NamedPerson {
  readonly kind: "email" | "phone" | "contact";
  readonly value: string;
}

/** For erasures: whom the targets name. */
export function peopleOf(targets: readonly Target[], toE164: (phone: string) => string | null): readonly NamedPerson[] {
  return targets.flatMap((target): NamedPerson | readonly NamedPerson[] => {
    if ("phone" in target) {
      const value = toE164(target.phone);
      return value === null ? [] : { kind: "phone", value };
    }
    if ("email" in target) return { kind: "email", value: target.email.toLowerCase() };
    return isContact(target.object) ? { kind: "contact", value: target.id } : [];
  });
}

function isContact(object: string): boolean {
  return object === "contacts" || object === "contact" || object === "0-1";
}
