import type { CallOptions, UpdateOptions } from "../objects-api.ts";
import type { Fields } from "./fields.ts";
import type { Rest } from "./rest.ts";

/** A custom action of an app, as it appears among a workflow's actions. `definition` is all of it, as HubSpot writes it. */
export interface WorkflowAction {
  /** HubSpot's id of the definition, decimal digits. */
  readonly id: string;
  /** Where HubSpot posts each execution; null where its answer has none. */
  readonly actionUrl: string | null;
  /** False: only the developer's own account sees it among its actions. */
  readonly published: boolean;
  /** HubSpot makes a new one with each change of the definition; null where its answer has none. */
  readonly revisionId: string | null;
  /** HubSpot's body unchanged: labels, input and output fields, functions. */
  readonly definition: Readonly<Record<string, unknown>>;
}

export interface WorkflowActionInput {
  readonly actionUrl: string;
  readonly objectTypes?: readonly string[];
  readonly published?: boolean;
  readonly inputFields: readonly unknown[];
  readonly outputFields?: readonly unknown[];
  readonly labels: Readonly<Record<string, unknown>>;
  readonly functions?: readonly unknown[];
  readonly [more: string]: unknown;
}

export type ActionFunctionType =
  | "PRE_ACTION_EXECUTION"
  | "PRE_FETCH_OPTIONS"
  | "POST_FETCH_OPTIONS"
  | "POST_ACTION_EXECUTION";

/** Custom workflow actions of one app. */
export interface WorkflowActionsApi {
  list(options?: CallOptions): AsyncIterable<WorkflowAction>;
  get(id: string, options?: CallOptions): Promise<WorkflowAction>;
  create(input: WorkflowActionInput, options?: CallOptions): Promise<WorkflowAction>;
  update(id: string, changes: Partial<WorkflowActionInput>, options?: UpdateOptions): Promise<WorkflowAction>;
  archive(id: string, options?: UpdateOptions): Promise<void>;
  /** The source of a function; `functionId` names the field of a PRE_FETCH_OPTIONS function. */
  setFunction(
    id: string,
    type: ActionFunctionType,
    source: string,
    functionId?: string,
    options?: UpdateOptions,
  ): Promise<void>;
}

/** Ends a workflow action that answered "not yet" (`hs_execution_state: BLOCK`). */
export interface WorkflowCallbacksApi {
  complete(callbackId: string, outputFields: Readonly<Record<string, string>>, options?: UpdateOptions): Promise<void>;
  completeMany(
    callbacks: readonly { readonly callbackId: string; readonly outputFields: Readonly<Record<string, string>> }[],
    options?: UpdateOptions,
  ): Promise<void>;
}

const about = "workflow-actions";
const all = "/automation/actions/{version}/{appId}";
const one = `${all}/{definitionId}` as const;
const callbacks = "/automation/actions/callbacks/{version}";

export function workflowActionsApi(rest: Rest, appId: string): WorkflowActionsApi {
  const at = (definitionId: string) => ({ about, path: { appId, definitionId } });
  return {
    async *list(options) {
      const request = { about, path: { appId }, query: { limit: 100 }, options };
      for await (const entry of rest.pages(`GET ${all}`, request)) yield action(entry);
    },
    get: async (id, options) => action(await rest.call(`GET ${one}`, { ...at(id), options })),
    create: async (body, options) => action(await rest.call(`POST ${all}`, { about, path: { appId }, body, options })),
    update: async (id, body, options) => action(await rest.call(`PATCH ${one}`, { ...at(id), body, options })),
    async archive(id, options) {
      await rest.call(`DELETE ${one}`, { ...at(id), options });
    },
    async setFunction(definitionId, functionType, source, functionId, options) {
      const path = { appId, definitionId, functionType };
      const base = `PUT ${one}/functions/{functionType}` as const;
      // HubSpot takes the source as a JSON text.
      if (functionId === undefined) await rest.call(base, { about, path, body: source, options });
      else await rest.call(`${base}/{functionId}`, { about, path: { ...path, functionId }, body: source, options });
    },
  };
}

export function workflowCallbacksApi(rest: Rest): WorkflowCallbacksApi {
  return {
    async complete(callbackId, outputFields, options) {
      const request = { about, path: { callbackId }, body: { outputFields }, options };
      await rest.call(`POST ${callbacks}/{callbackId}/complete`, { ...request, effect: "update" });
    },
    async completeMany(inputs, options) {
      if (inputs.length === 0) return;
      await rest.call(`POST ${callbacks}/complete`, { about, body: { inputs }, effect: "update", options });
    },
  };
}

function action(from: Fields): WorkflowAction {
  return {
    id: from.id(),
    actionUrl: from.textOrNull("actionUrl"),
    published: from.flag("published"),
    revisionId: from.idOrNull("revisionId"),
    definition: from.raw,
  };
}
