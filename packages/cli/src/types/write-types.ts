import type { PropertyDefinition } from "@hubspoke/core";
import { propertyKnowledge } from "@hubspoke/core";
import type { ObjectShape, PortalShape } from "./portal-shape.ts";

const interfaces: Readonly<Record<string, string>> = {
  contacts: "ContactProperties",
  companies: "CompanyProperties",
  deals: "DealProperties",
  tickets: "TicketProperties",
  products: "ProductProperties",
  line_items: "LineItemProperties",
};

/**
 * The TypeScript of an account: its own properties merged into the library's, its custom objects with theirs, and its
 * pipelines and association labels as constants. The same account gives the same text. Pure.
 */
export function writeTypes({ portalId, objects, labels }: PortalShape): string {
  const standard = objects.filter(({ schema }) => schema === null);
  const custom = objects.filter(({ schema }) => schema !== null);
  const merged = standard.flatMap(mergedInterface);
  const own = custom.map((one) => ownInterface(one));
  const names = custom.flatMap(({ object, schema }) =>
    [object, schema?.fullyQualifiedName ?? object].map((key) => [key, typeName(schema?.name ?? object)]),
  );
  const objectProperties =
    names.length === 0
      ? []
      : [
          block(
            "  interface ObjectProperties {",
            names.map(([key, type]) => `    ${quoted(key ?? "")}: ${type};`),
            "  }",
          ),
        ];
  const pulled = [
    ...standard.filter(({ object }) => object in interfaces).map(({ object }) => object),
    ...names.map(([key]) => key),
  ];
  const complete =
    pulled.length === 0
      ? []
      : [
          block(
            "  /** A name that is not among theirs does not compile. */\n  interface PulledObjects {",
            pulled.map((key) => `    ${quoted(key ?? "")}: true;`),
            "  }",
          ),
        ];
  const inside = [...merged, ...objectProperties, ...complete];
  return `${[
    `// Written by \`hubspoke pull-types\` from account ${portalId}. Run it again instead of editing.`,
    'import type {} from "@hubspoke/core";',
    ...own,
    ...(inside.length === 0 ? [] : [block('declare module "@hubspoke/core" {', inside, "}")]),
    constant(
      "pipelines",
      Object.fromEntries(standard.filter(({ pipelines }) => pipelines.length > 0).map(pipelinesOf)),
    ),
    constant("associationLabels", labelsOf(labels)),
  ].join("\n\n")}\n`;
}

function mergedInterface({ object, properties }: ObjectShape): string[] {
  const { kinds } = propertyKnowledge(object);
  const own = properties.filter((one) => !(one.name in kinds) || (kinds[one.name] === "string" && isChoice(one)));
  const name = interfaces[object];
  return own.length === 0 || name === undefined
    ? []
    : [
        block(
          `  interface ${name} {`,
          own.map((one) => member(one, "    ")),
          "  }",
        ),
      ];
}

/** One of options: which ones is the account's matter, also of a property that every account has. */
function isChoice({ type, fieldType, options }: PropertyDefinition): boolean {
  return type === "enumeration" && !fieldType.endsWith("checkbox") && options.length > 0;
}

function ownInterface({ object, schema, properties }: ObjectShape): string {
  const title = `/** ${comment(schema?.labels.singular ?? object)}: \`${object}\`. */`;
  return `${title}\n${block(
    `export interface ${typeName(schema?.name ?? object)} {`,
    properties.map((one) => member(one, "  ")),
    "}",
  )}`;
}

function member(definition: PropertyDefinition, indent: string): string {
  const { name, label, readOnly, unique } = definition;
  const notes = [...(readOnly ? ["read-only"] : []), ...(unique ? ["unique"] : [])];
  const note = notes.length === 0 ? "" : ` (${notes.join(", ")})`;
  return `${indent}/** ${comment(label)}${note} */\n${indent}${quoted(name)}: ${typeOf(definition)};`;
}

function typeOf({ type, fieldType, options }: PropertyDefinition): string {
  if (fieldType === "booleancheckbox" || type === "bool") return "boolean";
  const choice = options.length === 0 ? "string" : options.map((option) => JSON.stringify(option)).join(" | ");
  if (fieldType === "checkbox") return `readonly (${choice})[]`;
  if (type === "enumeration") return choice;
  if (type === "number") return "number";
  return type === "date" || type === "datetime" ? "Date" : "string";
}

function pipelinesOf({ object, pipelines }: ObjectShape): [string, unknown] {
  const stages = (pipeline: ObjectShape["pipelines"][number]) =>
    Object.fromEntries(pipeline.stages.map(({ id, label }) => [id, label]));
  return [object, Object.fromEntries(pipelines.map((one) => [one.id, { label: one.label, stages: stages(one) }]))];
}

function labelsOf(labels: PortalShape["labels"]): Record<string, Record<string, number>> {
  const out: Record<string, Record<string, number>> = {};
  for (const { from, to, label, typeId } of labels) {
    out[`${from} → ${to}`] = { ...out[`${from} → ${to}`], [label]: typeId };
  }
  return out;
}

function constant(name: string, value: object): string {
  return `export const ${name} = ${JSON.stringify(value, null, 2)} as const;`;
}

function block(head: string, lines: readonly string[], tail: string): string {
  return [head, ...lines, tail].join("\n");
}

/** `trunk_line` → `TrunkLineProperties`. */
function typeName(name: string): string {
  const words = name.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
  const joined = words.map((word) => word[0]?.toUpperCase() + word.slice(1)).join("");
  return `${/^[A-Z]/.test(joined) ? joined : `Object${joined}`}Properties`;
}

function quoted(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}

/** A label is the customer's text: it must not end the comment it stands in. */
function comment(text: string): string {
  return text.replaceAll("*/", "* /").replace(/\s+/g, " ").trim();
}
