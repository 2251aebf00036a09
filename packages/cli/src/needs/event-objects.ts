/** Objects that have event types of their own, by the word these begin with (hubspot-facts §5.2). */
const words: Readonly<Record<string, string>> = {
  contact: "contacts",
  company: "companies",
  deal: "deals",
  ticket: "tickets",
  line_item: "line_items",
  product: "products",
};

/** `contacts` for `contact.creation`; null where the type names no object. */
export function objectOfEvent(type: string): string | null {
  return words[type.split(".")[0] ?? ""] ?? null;
}

/** `contact` for `contacts`; null for objects whose events are those of `object.*`. */
export function eventWordOf(object: string): string | null {
  return Object.keys(words).find((word) => words[word] === object) ?? null;
}
