import { HubspokeError } from "../../errors/hubspoke-error.ts";
import { parsePhone } from "../../phone/parse.ts";
import type { Phone, Region } from "../../phone/types.ts";

/** What somebody typed, read. */
export type Query =
  | { readonly kind: "nothing" }
  /** A whole number: looked up like any other, verified in E.164. */
  | { readonly kind: "phone"; readonly text: string; readonly phone: Phone }
  /** Names, an e-mail address, a company, the beginning of a number: HubSpot's own free text (hubspot-facts §3). */
  | { readonly kind: "text"; readonly text: string };

const longest = 200;

/** Pure. Errors: INPUT_INVALID for what is no text of at most 200 characters. */
export function readQuery(input: unknown, defaultRegion: Region | undefined): Query {
  if (typeof input !== "string" || input.length > longest) {
    throw new HubspokeError("INPUT_INVALID", `INPUT_INVALID: a search is a text of at most ${longest} characters`);
  }
  const text = input.trim().replace(/\s+/g, " ");
  if (text === "") return { kind: "nothing" };
  const phone =
    /\d{4}/.test(text.replace(/\D/g, "")) && !/[a-z@]{3}/i.test(text) ? parsePhone(text, { defaultRegion }) : null;
  return phone?.ok === true ? { kind: "phone", text, phone: phone.phone } : { kind: "text", text };
}

/** One form for what is the same search. */
export function normalised(text: string): string {
  return text.normalize("NFKC").toLowerCase();
}
