import { HubspokeError } from "../errors/hubspoke-error.ts";
import type { PhoneCandidate, RankedCandidate } from "../phone/candidates.ts";
import type { Phone } from "../phone/types.ts";
import type { EpochMs } from "../ports/ids.ts";
import { didYouMean } from "../util/did-you-mean.ts";
import { type DecidedBy, type DirectoryContact, type DirectoryField, directoryFields } from "./types.ts";

/** The HubSpot property behind each field. */
const properties: Readonly<Record<DirectoryField, string>> = {
  firstName: "firstname",
  lastName: "lastname",
  company: "company",
  email: "email",
  lastInteraction: "notes_last_contacted",
};

/** Every allowed field; null where HubSpot has nothing. */
export type KnownFields = Readonly<Partial<Record<DirectoryField, string | null>>>;

/** What the cache keeps of a contact, sealed. Written by this version as `v: 1`; readers skip what they do not know. */
export interface KnownContact {
  readonly v: 1;
  readonly id: string;
  /** E.164, so that a refresh knows what to ask for: the row itself holds only an index. */
  readonly phone: string;
  readonly extension: string | null;
  readonly fields: KnownFields;
  readonly ambiguous: boolean;
  readonly decidedBy: DecidedBy;
}

/** The allowlist, checked: `CONFIG_INVALID` names what is not a field. */
export function checkFields(fields: readonly DirectoryField[]): readonly DirectoryField[] {
  for (const field of fields as readonly unknown[]) {
    if (directoryFields.includes(field as DirectoryField)) continue;
    const name = typeof field === "string" ? field : typeof field;
    const near = didYouMean(name, directoryFields);
    const hint = !near ? `one of ${directoryFields.join(", ")}` : `did you mean ${near}?`;
    throw new HubspokeError("CONFIG_INVALID", `directory.fields holds ${name}, which is not a field: ${hint}`);
  }
  return [...new Set(fields)];
}

export function propertiesOf(fields: readonly DirectoryField[]): readonly string[] {
  return fields.map((field) => properties[field]);
}

export function knownContact(
  { candidate, match }: RankedCandidate<PhoneCandidate>,
  decision: { readonly ambiguous: boolean; readonly decidedBy: DecidedBy },
  fields: readonly DirectoryField[],
): KnownContact {
  return {
    v: 1,
    id: candidate.id,
    phone: match.phone.e164,
    extension: match.phone.extension ?? null,
    fields: allowedFields(candidate, fields),
    ...decision,
  };
}

/** Only what the allowlist names is kept, whatever HubSpot returned. */
export function allowedFields(candidate: PhoneCandidate, fields: readonly DirectoryField[]): KnownFields {
  return Object.fromEntries(fields.map((field) => [field, fieldValue(field, candidate.properties[properties[field]])]));
}

/** Reads an opened entry. One that lacks a field allowed since then is not usable: it is fetched anew. */
export function decodeKnown(fields: readonly DirectoryField[]): (json: unknown) => KnownContact | undefined {
  return (json) => {
    const known = json as Partial<KnownContact> | null;
    if (known?.v !== 1 || known.fields === undefined) return undefined;
    for (const field of fields) if (known.fields[field] === undefined) return undefined;
    return known as KnownContact;
  };
}

/** What the caller gets: a new object each time, holding no field that is not allowed (any more). */
export function directoryContact(
  known: KnownContact,
  asked: Phone,
  fields: readonly DirectoryField[],
  from: { readonly source: "hubspot" | "cache"; readonly fetchedAt: EpochMs; readonly stale: boolean },
): DirectoryContact {
  return {
    id: known.id,
    ...visiblePart(known.fields, fields),
    phone: asked.e164,
    phoneFormatted: asked.display,
    extension: known.extension,
    ambiguous: known.ambiguous,
    ...from,
  };
}

/** What is known of a person, as far as `visible` names it. */
export function visiblePart(
  known: KnownFields,
  visible: readonly DirectoryField[],
): Pick<DirectoryContact, "firstName" | "lastName" | "fullName" | "company" | "email" | "lastInteraction"> {
  const value = (field: DirectoryField) => (visible.includes(field) ? (known[field] ?? undefined) : undefined);
  const firstName = value("firstName") ?? "";
  const lastName = value("lastName") ?? "";
  const company = value("company");
  const email = value("email");
  const lastInteraction = value("lastInteraction");
  return {
    firstName,
    lastName,
    fullName: firstName !== "" && lastName !== "" ? `${firstName} ${lastName}` : firstName + lastName,
    ...(company === undefined ? {} : { company }),
    ...(email === undefined ? {} : { email }),
    ...(lastInteraction === undefined ? {} : { lastInteraction }),
  };
}

function fieldValue(field: DirectoryField, raw: string | null | undefined): string | null {
  const text = raw?.trim() ?? "";
  if (text === "") return null;
  return field === "lastInteraction" ? isoTime(text) : text;
}

/** HubSpot writes times as ISO 8601, and as epoch milliseconds in older answers. */
function isoTime(text: string): string | null {
  const time = /^\d+$/.test(text) ? Number(text) : Date.parse(text);
  return Number.isNaN(time) || Math.abs(time) > 8.64e15 ? null : new Date(time).toISOString();
}
