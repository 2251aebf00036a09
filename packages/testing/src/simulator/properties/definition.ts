export type PropertyType = "string" | "number" | "date" | "datetime" | "enumeration" | "bool" | "phone_number";

export interface PropertyOption {
  readonly label: string;
  readonly value: string;
  readonly displayOrder: number;
  readonly hidden: boolean;
  readonly description?: string;
}

export interface PropertyDefinition {
  readonly name: string;
  readonly label: string;
  readonly type: PropertyType;
  readonly fieldType: string;
  readonly groupName: string;
  readonly description: string;
  readonly options: readonly PropertyOption[];
  readonly hasUniqueValue: boolean;
  /** Values of other than "non_sensitive" ones are not told by webhooks. */
  readonly dataSensitivity: "non_sensitive" | "sensitive" | "highly_sensitive";
  readonly calculated: boolean;
  readonly hubspotDefined: boolean;
  /** Writes are refused with READ_ONLY_VALUE. */
  readonly readOnly: boolean;
  readonly hidden: boolean;
  readonly formField: boolean;
  readonly displayOrder: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly archivedAt: number | undefined;
}

export type PropertyDraft = Pick<PropertyDefinition, "name" | "type"> & Partial<PropertyDefinition>;

/** How each type can be shown (HubSpot's guide to properties); the first is the default. */
export const FIELD_TYPES: Readonly<Record<PropertyType, readonly [string, ...string[]]>> = {
  string: ["text", "textarea", "file", "html", "phonenumber", "calculation_equation"],
  number: ["number", "calculation_equation"],
  date: ["date"],
  datetime: ["date"],
  enumeration: ["select", "radio", "checkbox", "booleancheckbox", "calculation_equation"],
  bool: ["booleancheckbox", "calculation_equation"],
  phone_number: ["phonenumber"],
};

export const BOOLEAN_OPTIONS: readonly PropertyOption[] = options(["true", "false"], ["Yes", "No"]);

/** Fills what a draft leaves out with HubSpot's defaults. */
export function defineProperty(draft: PropertyDraft): PropertyDefinition {
  return {
    label: draft.name,
    fieldType: FIELD_TYPES[draft.type][0],
    groupName: "contactinformation",
    description: "",
    options: draft.type === "bool" ? BOOLEAN_OPTIONS : [],
    hasUniqueValue: false,
    dataSensitivity: "non_sensitive",
    calculated: false,
    hubspotDefined: false,
    readOnly: false,
    hidden: false,
    formField: false,
    displayOrder: -1,
    createdAt: 0,
    updatedAt: 0,
    archivedAt: undefined,
    ...draft,
  };
}

/** A property that HubSpot itself defines. */
export function standard(
  name: string,
  label: string,
  type: PropertyType = "string",
  more: Partial<PropertyDefinition> = {},
): PropertyDefinition {
  return defineProperty({ name, label, type, hubspotDefined: true, ...more });
}

/** A property that HubSpot computes or sets. */
export function readOnly(
  name: string,
  label: string,
  type: PropertyType = "string",
  more: Partial<PropertyDefinition> = {},
): PropertyDefinition {
  return standard(name, label, type, { readOnly: true, ...more });
}

export function choice(
  name: string,
  label: string,
  values: readonly string[],
  more: Partial<PropertyDefinition> = {},
): PropertyDefinition {
  return standard(name, label, "enumeration", { options: options(values), ...more });
}

export function isSensitive(definition: PropertyDefinition | undefined): boolean {
  return definition !== undefined && definition.dataSensitivity !== "non_sensitive";
}

export function options(values: readonly string[], labels: readonly string[] = values): PropertyOption[] {
  return values.map((value, displayOrder) => ({
    label: labels[displayOrder] ?? value,
    value,
    displayOrder,
    hidden: false,
  }));
}
