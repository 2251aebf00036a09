import { objectNotFound, validationError } from "../../base/api-error.ts";
import { optionalText, textOf } from "../../base/text-of.ts";

export const FUNCTION_TYPES = [
  "PRE_ACTION_EXECUTION",
  "PRE_FETCH_OPTIONS",
  "POST_FETCH_OPTIONS",
  "POST_ACTION_EXECUTION",
] as const;

export type FunctionType = (typeof FUNCTION_TYPES)[number];

export interface ActionFunction {
  readonly functionType: FunctionType;
  readonly id: string | undefined;
  readonly functionSource: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** A custom action of an app, as it is now. */
export interface ActionDefinition {
  readonly id: string;
  readonly appId: number;
  /** Counts its versions, from 1. */
  readonly revision: number;
  readonly actionUrl: string;
  readonly published: boolean;
  readonly objectTypes: readonly string[];
  /** What is kept and given back as it came: fields, labels, rules. */
  readonly shown: Fields;
  readonly requestedProperties: readonly string[];
  readonly requiresObject: boolean;
  readonly archivedAt: number | undefined;
}

export interface ActionRevision {
  readonly createdAt: number;
  readonly definition: ActionDefinition;
}

export interface SavedActions {
  readonly lastId: number;
  readonly actions: readonly {
    readonly definition: ActionDefinition;
    readonly revisions: readonly ActionRevision[];
    readonly functions: readonly ActionFunction[];
  }[];
}

interface Kept {
  definition: ActionDefinition;
  readonly revisions: ActionRevision[];
  readonly functions: Map<string, ActionFunction>;
}

const SHOWN = [
  "inputFields",
  "outputFields",
  "labels",
  "inputFieldDependencies",
  "executionRules",
  "objectRequestOptions",
];

/** The custom workflow actions of every app. */
export class ActionRegistry {
  readonly #actions: Map<string, Kept> = new Map();
  #lastId = 70_000_000;

  list(appId: number, archived: boolean): ActionDefinition[] {
    return [...this.#actions.values()]
      .map(({ definition }) => definition)
      .filter((one) => one.appId === appId && (one.archivedAt !== undefined) === archived);
  }

  /** Archived ones too, if asked for. */
  get(appId: number, id: string, archived = false): ActionDefinition {
    return this.#need(appId, id, archived).definition;
  }

  create(appId: number, body: Fields, now: number): ActionDefinition {
    const functions = functionsOf(body.functions ?? []);
    const id = String(++this.#lastId);
    const definition: ActionDefinition = {
      id,
      appId,
      revision: 1,
      actionUrl: urlOf(body.actionUrl),
      published: body.published === true,
      objectTypes: texts(body.objectTypes ?? [], "objectTypes"),
      shown: { inputFields: [], ...shownOf(body), labels: labelsOf(body.labels) },
      requestedProperties: requestedOf(body.objectRequestOptions),
      requiresObject: true,
      archivedAt: undefined,
    };
    const kept: Kept = { definition, revisions: [{ createdAt: now, definition }], functions: new Map() };
    for (const one of functions) kept.functions.set(keyOf(one.functionType, one.id), one);
    this.#actions.set(id, kept);
    return definition;
  }

  /** Every change is a new revision. */
  change(appId: number, id: string, body: Fields, now: number): ActionDefinition {
    const { definition } = this.#need(appId, id, false);
    return this.#revise(appId, id, now, {
      ...(body.actionUrl === undefined ? {} : { actionUrl: urlOf(body.actionUrl) }),
      ...(body.published === undefined ? {} : { published: body.published === true }),
      ...(body.objectTypes === undefined ? {} : { objectTypes: texts(body.objectTypes, "objectTypes") }),
      ...(body.objectRequestOptions === undefined
        ? {}
        : { requestedProperties: requestedOf(body.objectRequestOptions) }),
      shown: {
        ...definition.shown,
        ...shownOf(body),
        ...(body.labels === undefined ? {} : { labels: labelsOf(body.labels) }),
      },
    });
  }

  requireObject(appId: number, id: string, requiresObject: boolean, now: number): ActionDefinition {
    return this.#revise(appId, id, now, { requiresObject });
  }

  archive(appId: number, id: string, now: number): void {
    const kept = this.#need(appId, id, false);
    kept.definition = { ...kept.definition, archivedAt: now };
  }

  /** Newest first. */
  revisions(appId: number, id: string): ActionRevision[] {
    return this.#need(appId, id, true).revisions.toReversed();
  }

  functions(appId: number, id: string): ActionFunction[] {
    return [...this.#need(appId, id, true).functions.values()];
  }

  function(appId: number, id: string, type: string, functionId: string | undefined): ActionFunction {
    const found = this.#need(appId, id, true).functions.get(keyOf(type, functionId));
    if (found === undefined) throw objectNotFound(`Action ${id} has no function ${keyOf(type, functionId)}`);
    return found;
  }

  putFunction(appId: number, id: string, type: string, functionId: string | undefined, source: string): ActionFunction {
    const made = { functionType: functionTypeOf(type), id: functionId, functionSource: source };
    this.#need(appId, id, false).functions.set(keyOf(type, functionId), made);
    return made;
  }

  removeFunction(appId: number, id: string, type: string, functionId: string | undefined): void {
    this.function(appId, id, type, functionId);
    this.#need(appId, id, false).functions.delete(keyOf(type, functionId));
  }

  save(): SavedActions {
    const actions = [...this.#actions.values()].map(({ functions, ...rest }) => {
      return { ...rest, functions: [...functions.values()] };
    });
    return { lastId: this.#lastId, actions };
  }

  load({ lastId, actions }: SavedActions): void {
    this.#lastId = lastId;
    for (const { definition, revisions, functions } of actions) {
      const named = new Map(functions.map((one) => [keyOf(one.functionType, one.id), one]));
      this.#actions.set(definition.id, { definition, revisions: [...revisions], functions: named });
    }
  }

  #revise(appId: number, id: string, now: number, changes: Partial<ActionDefinition>): ActionDefinition {
    const kept = this.#need(appId, id, false);
    kept.definition = { ...kept.definition, ...changes, revision: kept.definition.revision + 1 };
    kept.revisions.push({ createdAt: now, definition: kept.definition });
    return kept.definition;
  }

  #need(appId: number, id: string, archived: boolean): Kept {
    const kept = this.#actions.get(id);
    if (
      kept === undefined ||
      kept.definition.appId !== appId ||
      (kept.definition.archivedAt !== undefined && !archived)
    ) {
      throw objectNotFound(`Action definition ${id} does not exist`);
    }
    return kept;
  }
}

function keyOf(type: string, id: string | undefined): string {
  return id === undefined ? type : `${type}/${id}`;
}

function functionTypeOf(type: unknown): FunctionType {
  const found = FUNCTION_TYPES.find((known) => known === type);
  if (found === undefined) throw validationError(`functionType must be one of ${FUNCTION_TYPES.join(", ")}`);
  return found;
}

function functionsOf(value: unknown): ActionFunction[] {
  if (!Array.isArray(value)) throw validationError("functions must be an array");
  return value.map((raw: unknown) => {
    const { functionType, functionSource, id } = (raw ?? {}) as Fields;
    return {
      functionType: functionTypeOf(functionType),
      functionSource: textOf(functionSource),
      id: optionalText(id),
    };
  });
}

function urlOf(value: unknown): string {
  const url = textOf(value);
  if (URL.canParse(url) && /^https?:/.test(url)) return url;
  throw validationError(`actionUrl must be an address: ${url}`);
}

function labelsOf(value: unknown): unknown {
  const languages = Object.values((value ?? {}) as Record<string, Fields>);
  if (languages.length > 0 && languages.every((labels) => typeof labels?.actionName === "string")) return value;
  throw validationError("labels need an actionName in every language");
}

function shownOf(body: Fields): Fields {
  return Object.fromEntries(SHOWN.filter((name) => body[name] !== undefined).map((name) => [name, body[name]]));
}

function requestedOf(options: unknown): string[] {
  return texts(((options ?? {}) as Fields).properties ?? [], "objectRequestOptions.properties");
}

function texts(value: unknown, name: string): string[] {
  if (!Array.isArray(value)) throw validationError(`${name} must be an array`);
  return value.map(textOf);
}
