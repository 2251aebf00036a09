import * as z from "zod/mini";
import { HubspokeError } from "../errors/hubspoke-error.ts";
import { type Target, targetSchema } from "../keyed-records/targets.ts";
import type { EpochMs, RowId } from "../ports/ids.ts";
import type { TriggerRow } from "../ports/workflow-store.ts";
import { type Moment, momentSchema } from "../util/moment.ts";
import { parse, safeParse } from "../util/parse.ts";
import { type Condition, operators } from "./conditions.ts";

type Value = string | number | boolean;

/** Something a trigger does. */
export type Action =
  /** Of the contact. Texts may hold `{{data.subject}}` or `{{contact.firstname}}`; null clears. */
  | { readonly do: "set-properties"; readonly properties: Readonly<Record<string, Value | null>> }
  /**
   * Enrols the contact in a contact workflow by HubSpot's legacy v2 API, by address, scope `automation`: there is no newer
   * one, and it goes unsupported with v1–v3 in September 2027. Prefer a property that the workflow listens to.
   */
  | { readonly do: "enroll"; readonly workflowId: string }
  /** Tells a workflow that waits in a custom action to go on. */
  | {
      readonly do: "complete-action";
      /** The field that holds HubSpot's callback id, such as `data.callbackId`. */
      readonly callbackId: string;
      readonly outputFields: Readonly<Record<string, Value>>;
    }
  /** Calls the host's function of that name: `workflows.on(name, …)`. */
  | { readonly do: "callback"; readonly name: string }
  /** The same with parameters of the trigger's own. */
  | { readonly do: "custom"; readonly name: string; readonly params: Readonly<Record<string, unknown>> };

/** A trigger to make or to try out. */
export interface TriggerDraft {
  /** For people, 1 to 255 characters; two may be equal. */
  readonly name: string;
  /** For people, at most 5,000 characters. Default null. */
  readonly description?: string | null | undefined;
  /** Default true. */
  readonly enabled?: boolean | undefined;
  /** `reply`, `unsubscribe`, `engagement.high`, or a type of your own. */
  readonly eventType: string;
  /** All must hold; none: always. */
  readonly conditions?: readonly Condition[] | undefined;
  /** In this order. */
  readonly actions: readonly Action[];
}

/** A stored trigger: on events of one type, under conditions, it does its actions. */
export interface Trigger {
  /** What `update`, `delete` and `executions` take. */
  readonly id: RowId;
  /** For people; two may be equal. */
  readonly name: string;
  /** Null for none. */
  readonly description: string | null;
  /** False: events pass it by. */
  readonly enabled: boolean;
  /** Compared exactly. */
  readonly eventType: string;
  /** All must hold; none: always. */
  readonly conditions: readonly Condition[];
  /** Done in this order; after a failure it goes on at the one that failed. */
  readonly actions: readonly Action[];
  /** Epoch ms; lists are in this order. */
  readonly createdAt: EpochMs;
  /** Epoch ms of the last change, switching on and off included. */
  readonly updatedAt: EpochMs;
  /** Give it to `update` to be refused when somebody else has changed the trigger meanwhile. */
  readonly version: number;
}

/** Something that happened to a contact. */
export interface WorkflowEvent {
  /** Yours: a trigger runs once for it. */
  readonly id: string;
  /** `reply`, `unsubscribe`, `engagement.high`, or a type of your own. */
  readonly type: string;
  /** By id, number or address. */
  readonly contact: Target;
  /** When it happened. Default: when it was taken. */
  readonly at?: Moment | undefined;
  /** Your id of the record, such as a lead's; shown in the log. */
  readonly localId?: string | undefined;
  /** For conditions (`data.score`) and handlers. */
  readonly data?: Readonly<Record<string, unknown>> | undefined;
}

export interface WorkflowEventData extends Omit<WorkflowEvent, "at"> {
  readonly at?: Date | undefined;
}

const eventType = z.string().check(z.regex(/^[A-Za-z][\w.:-]{0,63}$/));
const field = z
  .string()
  .check(
    z.maxLength(200),
    z.regex(
      /^(?:type|at|localId|data\.[\w.-]+|contact\.\w+)$/,
      "is type, at, localId, data.<name> or contact.<property>",
    ),
  );
const value = z.union([z.string().check(z.maxLength(5_000)), z.number(), z.boolean()]);
const handlerName = z.string().check(z.regex(/^[A-Za-z][\w.:-]{0,99}$/));

const condition = z
  .strictObject({
    field,
    operator: z.enum(operators),
    value: z.optional(z.union([value, z.array(z.union([z.string(), z.number()])).check(z.maxLength(500))])),
  })
  .check(
    z.superRefine((one, context) => {
      const listed = one.operator === "in" || one.operator === "not-in";
      const none = one.operator === "exists" || one.operator === "missing";
      if (listed !== Array.isArray(one.value) || none !== (one.value === undefined)) {
        const what = listed ? "takes a list" : none ? "takes no value" : "takes one value";
        context.addIssue({ code: "custom", path: ["value"], message: `${one.operator} ${what}` });
      }
    }),
    z.meta({
      anyOf: [
        ofOperators(["in", "not-in"], { type: "array" }, ["value"]),
        ofOperators(["exists", "missing"], { not: {} }, []),
        ofOperators(
          operators.filter((one) => !["in", "not-in", "exists", "missing"].includes(one)),
          { type: ["string", "number", "boolean"] },
          ["value"],
        ),
      ],
    }),
  );

/** As JSON Schema, which knows no refinement: with these operators the value is this. */
function ofOperators(names: readonly string[], given: object, required: readonly string[]): object {
  const properties = { field: {}, operator: { enum: names }, value: given };
  return { type: "object", properties, required, additionalProperties: false };
}

const action = z.discriminatedUnion("do", [
  z.strictObject({
    do: z.literal("set-properties"),
    properties: z.record(z.string().check(z.regex(/^[a-z][a-z0-9_]{0,99}$/)), z.union([value, z.null()])),
  }),
  z.strictObject({ do: z.literal("enroll"), workflowId: z.string().check(z.regex(/^\d{1,20}$/)) }),
  z.strictObject({ do: z.literal("complete-action"), callbackId: field, outputFields: z.record(z.string(), value) }),
  z.strictObject({ do: z.literal("callback"), name: handlerName }),
  z.strictObject({ do: z.literal("custom"), name: handlerName, params: z.record(z.string(), z.unknown()) }),
]);

const conditionsSchema = z.array(condition).check(z.maxLength(50));
const actionsSchema = z.array(action).check(z.minLength(1), z.maxLength(20));
const draft = z.strictObject({
  name: z.string().check(z.minLength(1), z.maxLength(255)),
  description: z.nullish(z.string().check(z.maxLength(5_000))),
  enabled: z.optional(z.boolean()),
  eventType,
  conditions: z.optional(conditionsSchema),
  actions: actionsSchema,
});

/** What a trigger may be, and what may change of one, for whoever describes them. */
export const draftSchema: z.ZodMiniType = draft;
export const draftChangesSchema: z.ZodMiniType = z.extend(z.partial(draft), { version: z.optional(z.int()) });

export const eventSchema: z.ZodMiniType<WorkflowEventData> = z.strictObject({
  id: z.string().check(z.minLength(1), z.maxLength(130)),
  type: eventType,
  contact: targetSchema,
  at: z.optional(momentSchema),
  localId: z.optional(z.string().check(z.maxLength(200))),
  data: z.optional(z.record(z.string(), z.unknown())),
}) as unknown as z.ZodMiniType<WorkflowEventData>;

/** A draft with its defaults. */
export type CheckedDraft = Pick<Trigger, "name" | "description" | "enabled" | "eventType" | "conditions" | "actions">;

/** Errors: INPUT_INVALID naming what to change. */
export function checkedDraft(given: unknown): CheckedDraft {
  const read = safeParse(draft, given);
  if (read.success) {
    const { description = null, enabled = true, conditions = [], ...rest } = read.data;
    return { ...rest, description, enabled, conditions };
  }
  const fields = read.error.issues.map(({ path, message }) => `${path.join(".") || "trigger"}: ${message}`);
  throw new HubspokeError(
    "INPUT_INVALID",
    `INPUT_INVALID: the trigger is not right: ${fields.slice(0, 5).join("; ")}`,
    {
      details: { fields: read.error.issues.map(({ path }) => path.join(".")) },
    },
  );
}

export function triggerOf({ tenant: _, conditions, actions, ...row }: TriggerRow): Trigger {
  return {
    ...row,
    conditions: parse(conditionsSchema, JSON.parse(conditions)) as readonly Condition[],
    actions: parse(actionsSchema, JSON.parse(actions)) as readonly Action[],
  };
}
