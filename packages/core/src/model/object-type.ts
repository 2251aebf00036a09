/** Standard objects by name and type id (hubspot-facts §1.3). Custom objects are named by id (`2-345`) or full name (`p62515_trunk`). */
export const standardObjects = {
  contacts: "0-1",
  companies: "0-2",
  deals: "0-3",
  tickets: "0-5",
  products: "0-7",
  line_items: "0-8",
  quotes: "0-14",
  communications: "0-18",
  tasks: "0-27",
  notes: "0-46",
  meetings: "0-47",
  calls: "0-48",
  emails: "0-49",
} as const;

export type StandardObject = keyof typeof standardObjects;
export type CustomObject = `2-${number}` | `p${number}_${string}`;
/** By type id any object can be named: `0-136` are leads, `0-123` orders. */
export type ObjectType = StandardObject | CustomObject | `0-${number}`;

const names = new Map<string, StandardObject>(
  (Object.entries(standardObjects) as [StandardObject, string][]).flatMap(([name, id]) => [
    [name, name],
    [id, name],
    [name.replace(/ies$/, "y").replace(/s$/, ""), name],
  ]),
);

/** The canonical name of an object however HubSpot spelled it: `contact`, `contacts` and `0-1` are one. Custom names pass through. */
export function canonicalObject(value: string): string {
  return names.get(value.toLowerCase()) ?? value;
}

/** The property that holds the last-modified time: contacts differ from every other object (hubspot-facts §3). */
export function modifiedProperty(object: string): "lastmodifieddate" | "hs_lastmodifieddate" {
  return canonicalObject(object) === "contacts" ? "lastmodifieddate" : "hs_lastmodifieddate";
}
