import { HubspokeError } from "../errors/hubspoke-error.ts";

/** A property's value as this library shows it. HubSpot itself only knows text and null. */
export type PropertyValue = string | number | boolean | Date | readonly string[];

/** How a property's text becomes a value. `date` is a moment; `day` has no time and is midnight UTC (hubspot-facts §7.3). */
export type PropertyKind = "string" | "number" | "boolean" | "date" | "day" | "list";

/** The kind of a property as the portal defines it. */
export function propertyKindOf(definition: { readonly type: string; readonly fieldType: string }): PropertyKind {
  if (definition.fieldType === "booleancheckbox") return "boolean";
  if (definition.fieldType === "checkbox") return "list";
  switch (definition.type) {
    case "number":
      return "number";
    case "bool":
      return "boolean";
    case "datetime":
      return "date";
    case "date":
      return "day";
    default:
      return "string";
  }
}

/**
 * HubSpot's text as a value; null for null, for the empty text, and for text that is no value of its kind
 * (a number property may hold anything an import once wrote). Lists are `;`-separated, a leading `;` counts for nothing.
 */
export function decodeProperty(kind: PropertyKind | undefined, text: string | null | undefined): PropertyValue | null {
  if (text === null || text === undefined || text === "") return null;
  switch (kind) {
    case "number": {
      const value = Number(text);
      return Number.isFinite(value) ? value : null;
    }
    case "boolean":
      return text === "true" ? true : text === "false" ? false : null;
    case "date":
    case "day": {
      // Usually ISO; some calculated properties hold epoch milliseconds.
      const at = /^-?\d{9,15}$/.test(text) ? Number(text) : Date.parse(text);
      return Number.isNaN(at) ? null : new Date(at);
    }
    case "list":
      return text.split(";").filter((part) => part !== "");
    case "string":
    case undefined:
      return text;
  }
}

/** A value as HubSpot's text. null clears (HubSpot clears on the empty text). Errors: INPUT_INVALID for what has no text. */
export function encodeProperty(name: string, value: PropertyValue | null, kind?: PropertyKind): string {
  if (value === null) return "";
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return value ? "true" : "false";
  if (typeof value === "number" && Number.isFinite(value)) return String(value);
  if (value instanceof Date && !Number.isNaN(value.getTime())) {
    // A time of day in a day property is refused by HubSpot.
    return kind === "day" ? value.toISOString().slice(0, 10) : value.toISOString();
  }
  if (Array.isArray(value) && value.every((part) => typeof part === "string" && !part.includes(";")))
    return value.join(";");
  throw new HubspokeError(
    "INPUT_INVALID",
    `INPUT_INVALID: the value of property "${name}" has no form HubSpot knows; use text, a finite number, a boolean, a valid Date, a list of texts without ";", or null`,
    { details: { property: name } },
  );
}
