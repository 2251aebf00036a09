import type { FieldName, SyncedField } from "./fields.ts";

type Row = Readonly<Partial<Record<FieldName, string | null>>>;
type Properties = Readonly<Record<string, string>>;

/** What a field is, as one text, whatever either side keeps it in. A list is its elements, a place its two halves. */
export function localText({ local }: SyncedField, row: Row | undefined): string | null {
  const stored = row?.[local] ?? null;
  return local === "roles" && stored !== null ? (JSON.parse(stored) as string[]).join(";") : stored;
}

export function remoteText(
  { local, properties: names }: SyncedField,
  properties: Properties | undefined,
): string | null {
  const texts = names.map((name) => properties?.[name] ?? "");
  if (local === "place") return texts.join("/");
  return texts[0] ?? null;
}

/** The column that holds such a text. */
export function columnOf({ local }: SyncedField, text: string | null): string | null {
  return local === "roles" && text !== null ? JSON.stringify(text.split(";")) : text;
}

/** The properties that hold such a text. */
export function propertiesOf({ local, properties }: SyncedField, text: string | null): Record<string, string> {
  const texts = local === "place" ? (text ?? "").split("/") : [text ?? ""];
  return Object.fromEntries(properties.map((name, i) => [name, texts[i] ?? ""]));
}

/** HubSpot's normalisation, said again here: what judges must not ask the judged. */
export function normal(field: FieldName, value: string | null | undefined): string | null {
  const text = value?.trim() ?? "";
  if (field === "place")
    return (
      text
        .split("/")
        .map((half) => half.trim())
        .join("/")
        .replace(/^\/?$/, "") || null
    );
  if (field === "roles") return elements(text).join(";") || null;
  if (text === "") return null;
  return field === "email" ? text.toLowerCase() : text;
}

/**
 * What is edited by itself and judged by itself: a whole field, or each element of a list, which is there or is not.
 * Only those that are there are named for a list.
 */
export function partsOf({ local, rule }: SyncedField, value: string | null): ReadonlyMap<string, string | null> {
  if (rule !== "union") return new Map([[local, value]]);
  return new Map(elements(value ?? "").map((element) => [`${local} ${element}`, "there"]));
}

export function elements(text: string): readonly string[] {
  return [...new Set(text.split(";").map((element) => element.trim()))].filter((element) => element !== "").toSorted();
}

/** Whether the other side would not take what stands on this one. */
export function isRefused(field: FieldName, side: "local" | "hubspot", value: string | null): boolean {
  if (side === "hubspot") return field === "nick" && value?.startsWith("x") === true;
  if (field === "email" || field === "due") return value?.startsWith("no ") === true;
  return field === "roles" && elements(value ?? "").includes("STRANGER");
}
