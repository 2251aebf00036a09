import { HubspokeError } from "../errors/hubspoke-error.ts";
import { canonicalObject } from "../model/object-type.ts";

/** The words people use for HubSpot's pairs of type and field type. */
export const propertyForms = {
  text: { type: "string", fieldType: "text" },
  textarea: { type: "string", fieldType: "textarea" },
  phone: { type: "string", fieldType: "phonenumber" },
  number: { type: "number", fieldType: "number" },
  date: { type: "date", fieldType: "date" },
  datetime: { type: "datetime", fieldType: "date" },
  dropdown: { type: "enumeration", fieldType: "select" },
  radio: { type: "enumeration", fieldType: "radio" },
  checkboxes: { type: "enumeration", fieldType: "checkbox" },
  boolean: { type: "bool", fieldType: "booleancheckbox" },
} as const;
/** What a property holds: `text`, `number`, `dropdown` and so on. */
export type PropertyForm = keyof typeof propertyForms;

/** An option of a dropdown, with its internal value. */
export interface OptionDeclaration {
  /**
   * What records store and searches compare. The account's options are matched by it, so changing it adds an option.
   */
  readonly value: string;
  /** What people see. Where the account's differs, it is renamed; records keep their values. */
  readonly label: string;
}

/** A property as it is to be. */
export interface PropertyDeclaration {
  /** Lower case letters, digits, underscores; a letter first. */
  readonly name: string;
  /** Default: the name with its underscores as spaces. */
  readonly label?: string;
  /**
   * HubSpot's `type` and `fieldType` in one word. An account's property of another `type` is a conflict and stays as it
   * is.
   */
  readonly type: PropertyForm;
  /** Default: the object's first declared group, else the declaration's own. */
  readonly group?: string;
  /** Help text in HubSpot. Default: none for a new property, and the account's own is left alone. */
  readonly description?: string;
  /** Of `dropdown`, `radio` and `checkboxes`. A text is value and label at once. Options the account has beside these stay. */
  readonly options?: readonly (string | OptionDeclaration)[];
  /** No two records share a value; at most ten such properties an object, and never changed later. */
  readonly unique?: boolean;
  /**
   * Not shown in HubSpot; the API reads and writes it all the same. Default: HubSpot's for a new property, and the
   * account's own is left alone.
   */
  readonly hidden?: boolean;
}

/** A property by its form alone, `number`; a dropdown by its options, `["low", "high"]`; else all that is to be said of it. */
export type PropertyShorthand =
  | Exclude<PropertyForm, "dropdown" | "radio" | "checkboxes">
  | readonly (string | OptionDeclaration)[]
  | Omit<PropertyDeclaration, "name">;

/** A list, or by name: `{ mrr: "number", tier: ["starter", "growth"], ban: { type: "text", unique: true } }`. */
export type PropertyDeclarations = readonly PropertyDeclaration[] | Readonly<Record<string, PropertyShorthand>>;

/** Several properties of one form, by name: `{ ...properties("number", "mrr", "seats"), tier: ["starter", "growth"] }`. */
export function properties<const N extends string>(
  form: PropertyShorthand,
  ...names: readonly N[]
): Readonly<Record<N, PropertyShorthand>> {
  return Object.fromEntries(names.map((name) => [name, form])) as Record<N, PropertyShorthand>;
}

/** A group of properties as it is to be. */
export interface GroupDeclaration {
  /** Internal name, which the account's groups are matched by. */
  readonly name: string;
  /** What people see. An account's group of another label is renamed. */
  readonly label: string;
}

/** Groups and properties an object is to have. What it has beside them stays. */
export interface ObjectDeclaration {
  /** A property without a `group` of its own goes into the first. Default: the declaration's `group` alone. */
  readonly groups?: readonly GroupDeclaration[];
  /** CONFIG_INVALID for a name that is declared twice, or that is not lower case letters, digits and underscores. */
  readonly properties: PropertyDeclarations;
}

/** A custom object as it is to be. It is made where the account has none of its name. */
export interface CustomObjectDeclaration extends ObjectDeclaration {
  /** Without the account's prefix: `trunk`. */
  readonly name: string;
  /** What people see. An account's labels that differ are changed. */
  readonly labels: { readonly singular: string; readonly plural: string };
  /** One of `properties`. */
  readonly primaryDisplayProperty: string;
  /** Shown beneath a record's name in HubSpot. Those the account has beside these stay. */
  readonly secondaryDisplayProperties?: readonly string[];
  /** HubSpot refuses a create without them. Those the account has beside these stay. */
  readonly requiredProperties?: readonly string[];
  /** Where HubSpot's free-text search looks. Those the account has beside these stay. */
  readonly searchableProperties?: readonly string[];
  /** Objects its records can be associated with: `companies`, another custom object's name, or a type id. */
  readonly associatedObjects?: readonly string[];
}

/** A label that associations of two objects can carry. */
export interface LabelDeclaration {
  /** `contacts`, a custom object's name as declared, or a type id. */
  readonly from: string;
  /** The other end, named as `from`. */
  readonly to: string;
  /** Internal name. */
  readonly name: string;
  /** What people see, and what the account's labels are matched by. One that exists is never renamed. */
  readonly label: string;
  /** How it reads backwards, where that differs. */
  readonly inverseLabel?: string;
}

/** What an account must have, as code. What is not named here is never touched. */
export interface CrmSchema {
  /** Where properties go whose object declares no group. */
  readonly group?: GroupDeclaration;
  /** By object: `contacts`, `companies`, `tickets`, `2-345`, … */
  readonly objects?: Readonly<Record<string, ObjectDeclaration>>;
  /**
   * Enterprise accounts only. The account's custom objects are asked for only where some are declared, as a token may
   * lack that scope.
   */
  readonly customObjects?: readonly CustomObjectDeclaration[];
  /**
   * HubSpot allows a few tens for each pair of objects (hubspot-facts §2.3). Labels that exist are never changed nor
   * removed.
   */
  readonly associationLabels?: readonly LabelDeclaration[];
}

/** A property as it is to be. */
export interface WantedProperty {
  readonly name: string;
  readonly label: string;
  readonly type: string;
  readonly fieldType: string;
  readonly groupName: string;
  readonly description?: string;
  readonly options: readonly OptionDeclaration[];
  readonly unique: boolean;
  readonly hidden?: boolean;
}

export interface WantedObject {
  /** Canonical name or type id; a custom object of this declaration by its bare name. */
  readonly object: string;
  readonly groups: readonly GroupDeclaration[];
  readonly properties: readonly WantedProperty[];
}

export interface WantedSchema {
  readonly objects: readonly WantedObject[];
  readonly customObjects: readonly CustomObjectDeclaration[];
  readonly labels: readonly LabelDeclaration[];
}

const nameShape = /^[a-z][a-z0-9_]{0,99}$/;
const yesNo: readonly OptionDeclaration[] = [
  { value: "true", label: "Yes" },
  { value: "false", label: "No" },
];

/** A declaration with its defaults, in one form. Errors: CONFIG_INVALID saying what to change. */
export function wantedSchema(schema: CrmSchema): WantedSchema {
  const customObjects = schema.customObjects ?? [];
  for (const { name, properties, primaryDisplayProperty: primary } of customObjects) {
    if (!nameShape.test(name))
      throw invalid(`the custom object "${name}" is named by lower case letters, digits and _`);
    if (!listOf(properties).some((property) => property.name === primary)) {
      throw invalid(`the primaryDisplayProperty "${primary}" of "${name}" is none of its properties`);
    }
  }
  const declared: (readonly [string, ObjectDeclaration])[] = [
    ...Object.entries(schema.objects ?? {}).map(([object, one]) => [canonicalObject(object), one] as const),
    ...customObjects.map((one) => [one.name, one] as const),
  ];
  const objects = declared.map(([object, one]) => wantedObject(object, one, schema.group));
  const twice = objects.map(({ object }) => object).find((object, i, all) => all.indexOf(object) !== i);
  if (twice !== undefined) throw invalid(`"${twice}" is declared twice`);
  return { objects, customObjects, labels: schema.associationLabels ?? [] };
}

function wantedObject(
  object: string,
  { groups = [], properties }: ObjectDeclaration,
  fallback: GroupDeclaration | undefined,
): WantedObject {
  const own = groups.length > 0 || fallback === undefined ? groups : [fallback];
  const wanted = listOf(properties).map((property) => wantedProperty(object, property, own));
  const twice = wanted.map(({ name }) => name).find((name, i, all) => all.indexOf(name) !== i);
  if (twice !== undefined) throw invalid(`the property "${twice}" of ${object} is declared twice`);
  return { object, groups: own, properties: wanted };
}

function listOf(properties: PropertyDeclarations): readonly PropertyDeclaration[] {
  if (isList(properties)) return properties;
  return Object.entries(properties).map(([name, short]) => {
    if (typeof short === "string") return { name, type: short };
    return isList(short) ? { name, type: "dropdown", options: short } : { ...short, name };
  });
}

/** `Array.isArray` does not tell lists that nobody may change. */
const isList = <T>(value: readonly T[] | object | string): value is readonly T[] => Array.isArray(value);

function wantedProperty(
  object: string,
  property: PropertyDeclaration,
  groups: readonly GroupDeclaration[],
): WantedProperty {
  const { name, type, options = [], description, hidden, unique = false } = property;
  const at = `the property "${name}" of ${object}`;
  if (!nameShape.test(name)) throw invalid(`${at} is named by lower case letters, digits and _, a letter first`);
  const form = propertyForms[type];
  if (form === undefined) throw invalid(`${at} has a type of ${Object.keys(propertyForms).join(", ")}`);
  const groupName = property.group ?? groups[0]?.name;
  if (groupName === undefined)
    throw invalid(`${at} has no group: give the object "groups", or the declaration a "group"`);
  if ((form.type === "enumeration") !== options.length > 0) {
    throw invalid(
      form.type === "enumeration" ? `${at} needs options` : `${at} is of type ${type}, which has no options`,
    );
  }
  if (unique && form.type !== "string" && form.type !== "number") throw invalid(`${at} cannot be unique as ${type}`);
  return {
    name,
    label: property.label ?? name.replace(/_/g, " "),
    ...form,
    groupName,
    ...(description === undefined ? {} : { description }),
    options:
      form.type === "bool" ? yesNo : options.map((one) => (typeof one === "string" ? { value: one, label: one } : one)),
    unique,
    ...(hidden === undefined ? {} : { hidden }),
  };
}

function invalid(what: string): HubspokeError<"CONFIG_INVALID"> {
  return new HubspokeError("CONFIG_INVALID", `CONFIG_INVALID: CRM schema: ${what}`);
}
