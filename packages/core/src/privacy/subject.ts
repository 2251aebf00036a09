import { HubspokeError } from "../errors/hubspoke-error.ts";
import { requirePhone } from "../phone/parse.ts";
import type { Region } from "../phone/types.ts";
import type { Tenant } from "../ports/ids.ts";
import type { Identifier } from "./suppression-list.ts";

/** Who is meant. Several may be named: everybody who has one of them. */
export interface Subject {
  /** HubSpot's contact id. */
  readonly contactId?: string;
  /** Compared in lower case, HubSpot's additional addresses included. INPUT_INVALID for what is no address. */
  readonly email?: string;
  /** In any spelling. */
  readonly phone?: string;
}

/** A contact as HubSpot has it. */
export interface Person {
  /** The id HubSpot answers with: after a merge the survivor's. */
  readonly contactId: string;
  /** In lower case. */
  readonly emails: readonly string[];
  /** E.164. */
  readonly phones: readonly string[];
  /** By internal name, as text; null for what is empty. */
  readonly properties: Readonly<Record<string, string | null>>;
}

/** Finds people in HubSpot; `compose` connects it to the client. Nobody is an empty list; failures are rejections. */
export interface PersonFinder {
  byId(tenant: Tenant, contactId: string): Promise<readonly Person[]>;
  byEmail(tenant: Tenant, email: string): Promise<readonly Person[]>;
  byPhone(tenant: Tenant, e164: string): Promise<readonly Person[]>;
}

/** Everything the subject is known by. */
export interface Identity {
  readonly contactIds: readonly string[];
  readonly emails: readonly string[];
  readonly phones: readonly string[];
  readonly people: readonly Person[];
}

/** What was named, in one form. Errors: INPUT_INVALID, PHONE_INVALID. */
export function readSubject(subject: Subject, defaultRegion: Region | undefined): readonly Identifier[] {
  const { contactId, email, phone } = subject ?? {};
  const named: Identifier[] = [];
  if (contactId !== undefined) {
    if (!/^\d{1,20}$/.test(contactId)) throw invalid("contactId is the number HubSpot gave the contact");
    named.push({ kind: "contact", value: contactId });
  }
  if (email !== undefined) {
    const address = typeof email === "string" ? email.trim().toLowerCase() : "";
    if (!/^[^\s@]{1,64}@[^\s@]{1,255}$/.test(address)) throw invalid("email is an address");
    named.push({ kind: "email", value: address });
  }
  if (phone !== undefined) named.push({ kind: "phone", value: requirePhone(phone, { defaultRegion }).e164 });
  if (named.length === 0) throw invalid("name a contactId, an email or a phone");
  return named;
}

/** Asks HubSpot what else the subject is known by. */
export async function identify(finder: PersonFinder, tenant: Tenant, named: readonly Identifier[]): Promise<Identity> {
  const people = new Map<string, Person>();
  for (const { kind, value } of named) {
    const find = { contact: finder.byId, email: finder.byEmail, phone: finder.byPhone }[kind];
    for (const person of await find(tenant, value)) people.set(person.contactId, person);
  }
  const found = [...people.values()];
  const namedAs = (kind: Identifier["kind"]) => named.flatMap((one) => (one.kind === kind ? one.value : []));
  return {
    contactIds: [...new Set([...namedAs("contact"), ...people.keys()])],
    emails: [...new Set([...namedAs("email"), ...found.flatMap(({ emails }) => emails)])],
    phones: [...new Set([...namedAs("phone"), ...found.flatMap(({ phones }) => phones)])],
    people: found,
  };
}

export function identifiersOf({ contactIds, emails, phones }: Omit<Identity, "people">): readonly Identifier[] {
  return [
    ...contactIds.map((value) => ({ kind: "contact", value }) as const),
    ...emails.map((value) => ({ kind: "email", value }) as const),
    ...phones.map((value) => ({ kind: "phone", value }) as const),
  ];
}

function invalid(what: string): HubspokeError<"INPUT_INVALID"> {
  return new HubspokeError("INPUT_INVALID", `INPUT_INVALID: ${what}`);
}
