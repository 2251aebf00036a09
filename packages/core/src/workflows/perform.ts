import { HubspokeError } from "../errors/hubspoke-error.ts";
import type { CrmPort, CrmScope } from "../ports/crm.ts";
import { suggestion } from "../util/did-you-mean.ts";
import { contactProperties, fieldsOf, filled, type Resolve } from "./conditions.ts";
import type { Action, Trigger, WorkflowEventData } from "./trigger.ts";

/** What the host's function is told. */
export interface HandlerCall {
  /** Whose event it is; `default` where none was named. */
  readonly tenant: string;
  /** As it was put in; `data` is the host's own. */
  readonly event: WorkflowEventData;
  /** HubSpot's id of the contact. */
  readonly contactId: string;
  /** Of the trigger as it was when the event was judged. */
  readonly trigger: Pick<Trigger, "id" | "name">;
  /** Of a `custom` action; empty for a `callback`. */
  readonly params: Readonly<Record<string, unknown>>;
  /** The same in every try of this action for this event. */
  readonly idempotencyKey: string;
  /** Fires when the worker is asked to stop. */
  readonly signal: AbortSignal;
}

/** A host's own action. May be called again with the same key after a failure. */
export type WorkflowHandler = (call: HandlerCall) => unknown;

/** What actions need of HubSpot beside records. */
export interface WorkflowPort {
  /** Legacy v2; contact workflows only. */
  enroll(scope: CrmScope, workflowId: string, email: string): Promise<void>;
  completeAction(scope: CrmScope, callbackId: string, outputFields: Readonly<Record<string, string>>): Promise<void>;
}

export interface PerformDeps {
  readonly crm: Pick<CrmPort, "update" | "read">;
  readonly port: WorkflowPort;
  readonly handlers: ReadonlyMap<string, WorkflowHandler>;
}

export interface Situation {
  readonly scope: CrmScope;
  readonly event: WorkflowEventData;
  readonly contactId: string;
  readonly trigger: Pick<Trigger, "id" | "name">;
  readonly resolve: Resolve;
}

/** Does one action. Every kind may be repeated: HubSpot's are idempotent, and the host's are told a key. */
export async function perform(deps: PerformDeps, action: Action, at: number, situation: Situation): Promise<void> {
  const { scope, event, contactId, trigger, resolve } = situation;
  switch (action.do) {
    case "set-properties":
      await deps.crm.update(scope, "contacts", contactId, propertiesOf(action.properties, resolve));
      return;
    case "enroll": {
      const email = resolve("contact.email");
      if (typeof email !== "string" || email === "") {
        throw new HubspokeError(
          "VALIDATION_FAILED",
          "VALIDATION_FAILED: the contact has no e-mail address, by which HubSpot's workflow enrolment goes",
        );
      }
      await deps.port.enroll(scope, action.workflowId, email);
      return;
    }
    case "complete-action": {
      const callbackId = resolve(action.callbackId);
      if (typeof callbackId !== "string" || callbackId === "") {
        throw new HubspokeError(
          "INPUT_INVALID",
          `INPUT_INVALID: the event has no callback id in "${action.callbackId}"`,
        );
      }
      const entries = Object.entries(action.outputFields);
      const outputs = Object.fromEntries(entries.map(([name, value]) => [name, filled(String(value), resolve)]));
      await deps.port.completeAction(scope, callbackId, outputs);
      return;
    }
    case "callback":
    case "custom": {
      const params = action.do === "custom" ? action.params : {};
      await handlerOf(
        deps,
        action.name,
      )({
        tenant: scope.tenant,
        event,
        contactId,
        trigger,
        params,
        idempotencyKey: `${trigger.id}:${event.type}:${event.id}:${at}`,
        signal: scope.signal ?? new AbortController().signal,
      });
    }
  }
}

function handlerOf({ handlers }: PerformDeps, name: string): WorkflowHandler {
  const handler = handlers.get(name);
  if (handler !== undefined) return handler;
  throw new HubspokeError(
    "CONFIG_INVALID",
    `CONFIG_INVALID: no function is registered for the workflow action "${name}"; call workflows.on("${name}", …) at start.${suggestion(name, handlers.keys())}`,
    { details: { handler: name } },
  );
}

/** What an action would do, for trying a trigger out. */
export function described(action: Action, resolve: Resolve): Action {
  return action.do === "set-properties" ? { ...action, properties: propertiesOf(action.properties, resolve) } : action;
}

function propertiesOf(
  properties: Extract<Action, { do: "set-properties" }>["properties"],
  resolve: Resolve,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [name, value === null ? "" : filled(String(value), resolve)]),
  );
}

/** The contact's properties that judging and doing a trigger takes. */
export function neededProperties({ conditions, actions }: Pick<Trigger, "conditions" | "actions">): readonly string[] {
  const fields = conditions.map((condition) => condition.field);
  for (const action of actions) {
    if (action.do === "enroll") fields.push("contact.email");
    if (action.do === "complete-action") fields.push(action.callbackId);
    const texts =
      action.do === "set-properties"
        ? Object.values(action.properties)
        : action.do === "complete-action"
          ? Object.values(action.outputFields)
          : [];
    for (const text of texts) if (typeof text === "string") fields.push(...fieldsOf(text));
  }
  return contactProperties(fields);
}
