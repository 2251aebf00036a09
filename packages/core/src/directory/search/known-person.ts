import type { PhoneCandidate } from "../../phone/candidates.ts";
import { regionOfCountry } from "../../phone/country.ts";
import { parsePhone } from "../../phone/parse.ts";
import type { Phone, Region } from "../../phone/types.ts";
import { allowedFields, type KnownFields, visiblePart } from "../known-contact.ts";
import type { DirectoryField } from "../types.ts";
import { normalised } from "./read-query.ts";
import type { FoundContact } from "./types.ts";

/** What is kept of somebody a search showed, sealed in history. Written by this version as `v: 1`. */
export interface KnownPerson {
  readonly v: 1;
  readonly id: string;
  readonly phone: string | null;
  readonly extension: string | null;
  readonly fields: KnownFields;
}

/** The properties a number is read from, HubSpot's own computation first. */
const numbers = ["hs_calculated_phone_number", "phone", "hs_calculated_mobile_number", "mobilephone"] as const;
export const personProperties: readonly string[] = [...numbers, "country"];

/** `asked`: the number they were found by, if any, which is then the one to show. */
export function knownPerson(
  candidate: PhoneCandidate,
  fields: readonly DirectoryField[],
  defaultRegion: Region | undefined,
  asked?: Phone,
): KnownPerson {
  const phone = asked ?? numberOf(candidate, defaultRegion);
  return {
    v: 1,
    id: candidate.id,
    phone: phone?.e164 ?? null,
    extension: phone?.extension ?? null,
    fields: allowedFields(candidate, fields),
  };
}

function numberOf({ properties }: PhoneCandidate, defaultRegion: Region | undefined): Phone | undefined {
  const region = regionOfCountry(properties.country) ?? defaultRegion;
  for (const name of numbers) {
    const text = properties[name];
    const read = text ? parsePhone(text, { defaultRegion: region }) : null;
    if (read?.ok === true) return read.phone;
  }
  return undefined;
}

/** Reads an opened history row; `undefined` when another version wrote it. */
export function decodePerson(json: unknown): KnownPerson | undefined {
  const person = json as Partial<KnownPerson> | null;
  return person?.v === 1 && typeof person.id === "string" && typeof person.fields === "object"
    ? (person as KnownPerson)
    : undefined;
}

/** What the caller gets: nothing that `visible` does not name. */
export function foundContact(
  { id, phone, extension, fields }: KnownPerson,
  visible: readonly DirectoryField[],
  hasActiveConversation: boolean,
  defaultRegion: Region | undefined,
): FoundContact {
  const read = phone === null ? null : parsePhone(phone, { defaultRegion });
  return {
    id,
    ...visiblePart(fields, visible),
    phone,
    phoneFormatted: read?.ok === true ? read.phone.display : phone,
    extension,
    hasActiveConversation,
  };
}

/** Whether somebody in the recents is meant: every word of the query begins a word of what may be seen of them. */
export function fits(person: KnownPerson, query: string, visible: readonly DirectoryField[]): boolean {
  const seen = visible.flatMap((field) => person.fields[field] ?? []);
  const words = seen.flatMap((text) => normalised(text).split(/[\s,;]+/));
  const digits = person.phone?.replace(/\D/g, "") ?? "";
  return normalised(query)
    .split(/\s+/)
    .every((word) => {
      const number = word.replace(/\D/g, "");
      return (
        words.some((one) => one.startsWith(word)) ||
        (number.length >= 3 && !/\p{L}/u.test(word) && digits.includes(number))
      );
    });
}
