import { standardObjects } from "../model/object-type.ts";
import type {
  CustomObjectDeclaration,
  GroupDeclaration,
  LabelDeclaration,
  WantedObject,
  WantedProperty,
  WantedSchema,
} from "./declaration.ts";
import type {
  ActualCustomObject,
  ActualLabel,
  ActualObject,
  ActualOption,
  ActualProperty,
  CustomObjectChanges,
} from "./schema-port.ts";

/** What an account has, as far as a declaration is about it. */
export interface ActualSchema {
  /** By the name the declaration uses. Absent: a custom object that is not there. */
  readonly objects: ReadonlyMap<string, ActualObject>;
  readonly customObjects: readonly ActualCustomObject[];
  /** By `from to` as declared. Absent: one of the two objects is not there. */
  readonly labels: ReadonlyMap<string, readonly ActualLabel[]>;
}

export type PropertyChanges = Partial<
  Pick<ActualProperty, "label" | "description" | "fieldType" | "groupName" | "hidden" | "options">
>;

/** One step. `object` is as the declaration names it. */
export type SchemaAction =
  | { readonly do: "create-group"; readonly object: string; readonly group: GroupDeclaration }
  | { readonly do: "rename-group"; readonly object: string; readonly group: GroupDeclaration }
  | {
      readonly do: "create-object";
      readonly object: string;
      readonly declaration: CustomObjectDeclaration;
      readonly properties: readonly WantedProperty[];
    }
  | { readonly do: "update-object"; readonly object: string; readonly changes: CustomObjectChanges }
  | { readonly do: "associate-object"; readonly object: string; readonly to: string }
  | { readonly do: "create-property"; readonly object: string; readonly property: WantedProperty }
  | {
      readonly do: "update-property";
      readonly object: string;
      readonly name: string;
      readonly changes: PropertyChanges;
    }
  | { readonly do: "create-label"; readonly label: LabelDeclaration }
  | { readonly do: "archive-property"; readonly object: string; readonly name: string };

/** A difference that no step mends: HubSpot does not change these, and their values would be lost. */
export interface SchemaConflict {
  /** As the declaration names it. */
  readonly object: string;
  /** Internal name. */
  readonly property: string;
  /** Which of the two that HubSpot fixes at creation: HubSpot's `type`, or whether values are unique. */
  readonly what: "type" | "unique";
  /** A `type` of HubSpot's, such as `enumeration`; for `unique`, `true` or `false` as text. */
  readonly declared: string;
  /** What the account has, written as `declared`. */
  readonly actual: string;
}

/** What differs between the declaration and the account. Made by reading only. */
export interface SchemaPlan {
  /** The account is as declared: nothing to do and nothing in the way. */
  readonly inSync: boolean;
  /** In the order they have to be done. */
  readonly actions: readonly SchemaAction[];
  /** Where the account keeps what it has: `apply` does not touch them, and reports `ok: false`. */
  readonly conflicts: readonly SchemaConflict[];
  /** Properties in declared groups that nobody declared. Left alone, unless `prune` archives them. */
  readonly undeclared: readonly { readonly object: string; readonly name: string }[];
}

/** How far a plan may go. */
export interface PlanOptions {
  /** Archives undeclared properties of declared groups. Default false: nothing is ever deleted. */
  readonly prune?: boolean;
}

/** What to do so that the account is as declared. Pure. What exists and is not declared stays as it is. */
export function planSchema(wanted: WantedSchema, actual: ActualSchema, options: PlanOptions = {}): SchemaPlan {
  const made = wanted.customObjects.filter(({ name }) => !actual.objects.has(name));
  const isNew = (object: string): boolean => made.some(({ name }) => name === object);
  const objects = wanted.objects.map((one) => planObject(one, actual.objects.get(one.object), isNew(one.object)));
  const undeclared = objects.flatMap((one) => one.undeclared);
  const actions: SchemaAction[] = [
    ...made.map((declaration): SchemaAction => {
      const object = declaration.name;
      const properties = wanted.objects.find((one) => one.object === object)?.properties ?? [];
      return { do: "create-object", object, declaration, properties };
    }),
    ...wanted.customObjects.flatMap((declaration) => changesOf(declaration, actual)),
    ...objects.flatMap(({ groups }) => groups),
    ...objects.flatMap(({ properties }) => properties),
    ...wanted.labels
      .filter((label) => !hasLabel(label, actual))
      .map((label): SchemaAction => ({ do: "create-label", label })),
    ...(options.prune === true ? undeclared.map((one): SchemaAction => ({ do: "archive-property", ...one })) : []),
  ];
  const conflicts = objects.flatMap((one) => one.conflicts);
  return { inSync: actions.length === 0 && conflicts.length === 0, actions, conflicts, undeclared };
}

function planObject({ object, groups, properties }: WantedObject, actual: ActualObject | undefined, isNew: boolean) {
  const have = actual ?? { groups: [], properties: [] };
  const byName = new Map(have.properties.map((one) => [one.name, one]));
  const groupsThere = new Map(have.groups.map((one) => [one.name, one]));
  const groupNames = new Set(groups.map(({ name }) => name));
  const declared = new Set(properties.map(({ name }) => name));
  const steps: SchemaAction[] = [];
  const conflicts: SchemaConflict[] = [];
  for (const property of properties) {
    const there = byName.get(property.name);
    if (there === undefined) {
      // A new object brings its properties with it, but for their groups.
      if (!isNew) steps.push({ do: "create-property", object, property });
      continue;
    }
    conflicts.push(...conflictsOf(object, property, there));
    const changes = there.standard ? {} : differences(property, there);
    if (there.type === property.type && Object.keys(changes).length > 0) {
      steps.push({ do: "update-property", object, name: property.name, changes });
    }
  }
  return {
    groups: groups.flatMap((group): readonly SchemaAction[] => {
      const there = groupsThere.get(group.name);
      if (there === undefined) return [{ do: "create-group", object, group }];
      return there.label === group.label ? [] : [{ do: "rename-group", object, group }];
    }),
    properties: steps,
    conflicts,
    undeclared: have.properties
      .filter(({ name, groupName, standard }) => !standard && groupNames.has(groupName) && !declared.has(name))
      .map(({ name }) => ({ object, name })),
  };
}

function conflictsOf(object: string, wanted: WantedProperty, there: ActualProperty): readonly SchemaConflict[] {
  const at = { object, property: wanted.name };
  return [
    ...(there.type === wanted.type
      ? []
      : [{ ...at, what: "type" as const, declared: wanted.type, actual: there.type }]),
    ...(there.unique === wanted.unique
      ? []
      : [{ ...at, what: "unique" as const, declared: String(wanted.unique), actual: String(there.unique) }]),
  ];
}

/** Only what was declared counts as different. */
function differences(wanted: WantedProperty, there: ActualProperty): PropertyChanges {
  const options = wanted.type === "enumeration" ? mergedOptions(wanted, there) : null;
  return {
    ...(wanted.label === there.label ? {} : { label: wanted.label }),
    ...(wanted.fieldType === there.fieldType ? {} : { fieldType: wanted.fieldType }),
    ...(wanted.groupName === there.groupName ? {} : { groupName: wanted.groupName }),
    ...(wanted.description === undefined || wanted.description === there.description
      ? {}
      : { description: wanted.description }),
    ...(wanted.hidden === undefined || wanted.hidden === there.hidden ? {} : { hidden: wanted.hidden }),
    ...(options === null ? {} : { options }),
  };
}

/** The account's options with the declared ones among them; null when nothing is missing. Records keep their values. */
function mergedOptions(wanted: WantedProperty, there: ActualProperty): readonly ActualOption[] | null {
  const declared = new Map(wanted.options.map((option) => [option.value, option.label]));
  const kept = there.options.map((option) => ({ ...option, label: declared.get(option.value) ?? option.label }));
  const known = new Set(there.options.map(({ value }) => value));
  const highest = Math.max(-1, ...there.options.map(({ displayOrder }) => displayOrder));
  const added = wanted.options
    .filter(({ value }) => !known.has(value))
    .map((option, place): ActualOption => ({ ...option, displayOrder: highest + 1 + place, hidden: false }));
  const renamed = kept.some((option, i) => option.label !== there.options[i]?.label);
  return added.length === 0 && !renamed ? null : [...kept, ...added];
}

function changesOf(declaration: CustomObjectDeclaration, { customObjects }: ActualSchema): readonly SchemaAction[] {
  const there = customObjects.find(({ name }) => name === declaration.name);
  if (there === undefined) return [];
  const { labels, primaryDisplayProperty, associatedObjects = [] } = declaration;
  const lists = ["secondaryDisplayProperties", "requiredProperties", "searchableProperties"] as const;
  const changes: CustomObjectChanges = {
    ...(labels.singular === there.labels.singular && labels.plural === there.labels.plural ? {} : { labels }),
    ...(primaryDisplayProperty === there.primaryDisplayProperty ? {} : { primaryDisplayProperty }),
    ...Object.fromEntries(
      lists.flatMap((list) => {
        const missing = (declaration[list] ?? []).filter((name) => !there[list].includes(name));
        return missing.length === 0 ? [] : [[list, [...there[list], ...missing]]];
      }),
    ),
  };
  const unlinked = associatedObjects.filter((to) => {
    const typeId = typeIdOf(to, customObjects);
    return typeId === null || !there.associatedTypeIds.includes(typeId);
  });
  const object = declaration.name;
  return [
    ...(Object.keys(changes).length === 0 ? [] : [{ do: "update-object" as const, object, changes }]),
    ...unlinked.map((to): SchemaAction => ({ do: "associate-object", object, to })),
  ];
}

function hasLabel({ from, to, label }: LabelDeclaration, { labels }: ActualSchema): boolean {
  return (labels.get(`${from} ${to}`) ?? []).some((one) => one.label === label);
}

/** The type id behind a name; null for a custom object that is not there. */
export function typeIdOf(object: string, customObjects: readonly ActualCustomObject[]): string | null {
  if (/^\d+-\d+$/.test(object)) return object;
  if (Object.hasOwn(standardObjects, object)) return standardObjects[object as keyof typeof standardObjects];
  return customObjects.find(({ name }) => name === object)?.typeId ?? null;
}
