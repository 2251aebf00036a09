import type { Clients } from "../client/create-clients.ts";
import type { FlowHandle } from "../flows/flows.ts";
import type { Lane } from "../model/lane.ts";
import { canonicalObject, modifiedProperty, type ObjectType } from "../model/object-type.ts";
import type { Tenant } from "../ports/ids.ts";
import type { ScheduleDefinition } from "../schedules/definition.ts";
import type { ScheduleHandle } from "../schedules/schedules.ts";
import type { TimingOptions } from "../schedules/timing.ts";
import type { WebhookHandlers } from "../webhooks/inbox/handlers.ts";
import { subscriptionTypes } from "../webhooks/subscription-types.ts";

/** When runs of a flow begin by themselves: as soon as a record is as said, `{ object: "deals", properties: { hs_is_closed_won: true } }`. */
export interface FlowTrigger<I> {
  /** `deals`, `tickets`, a custom object's type id, … */
  readonly object: ObjectType;
  /** What its properties must be, all of them. */
  readonly properties: Readonly<Record<string, string | number | boolean>>;
  /** A webhook that says that one of these changed is worth a look: `["dealstage"]`. Default: those of `properties`. */
  readonly changed?: readonly string[];
  /** The run's input. Its key is the record's id, so that a record has one run for ever. Default: none, the key is enough. */
  readonly input?: (recordId: string) => I;
  /**
   * When records are searched for whose webhook never came; a tenant's search begins with `flow.missed.for(tenant).start()`.
   * Default every hour.
   */
  readonly search?: TimingOptions;
  /** How long before it was due such a search looks for changes. Default a day, as long as HubSpot repeats a webhook. */
  readonly lookBackMs?: number;
}

/** A flow that begins by itself. */
export interface TriggeredFlow<I> extends FlowHandle<I> {
  /** The search for records whose webhook never came. */
  readonly missed: ScheduleHandle;
}

export interface FlowStartDeps {
  readonly clients: Pick<Clients, "client">;
  readonly on: WebhookHandlers["on"];
  readonly schedule: (definition: ScheduleDefinition) => ScheduleHandle;
}

const day = 86_400_000;

/** A webhook is a hint and no news: the record is read, and begins a run if it is as said. Starting twice is one run. */
export function startedBy<I>(deps: FlowStartDeps, flow: FlowHandle<I>, trigger: FlowTrigger<I>): TriggeredFlow<I> {
  const { object, properties, changed = Object.keys(properties), input, search = { every: "1h" } } = trigger;
  const { lookBackMs = day } = trigger;
  const names = Object.keys(properties);
  const objects = (tenant: Tenant, lane: Lane) => deps.clients.client({ tenant, lane }).objects(object as "2-0");
  const begin = (tenant: Tenant, id: string) => flow.start(id, input?.(id) ?? (null as I), { tenant });

  async function look(tenant: Tenant, id: string): Promise<void> {
    const { properties: now } = await objects(tenant, "webhook").get(id, { properties: names });
    const asSaid = names.every((name) => String(now[name as keyof typeof now] ?? "") === String(properties[name]));
    if (asSaid) await begin(tenant, id);
  }

  const event = eventName(object);
  const mine = (objectType: string | null) =>
    objectType !== null && canonicalObject(objectType) === canonicalObject(object);
  deps.on(`${event}.creation`, ({ tenant, objectType, objectId }) =>
    mine(objectType) && objectId !== null ? look(tenant, objectId) : undefined,
  );
  deps.on(`${event}.propertyChange`, ({ tenant, objectType, objectId, propertyName }) =>
    mine(objectType) && objectId !== null && changed.includes(propertyName ?? "") ? look(tenant, objectId) : undefined,
  );

  const missed = deps.schedule({
    ...search,
    name: `flow:${flow.name}`,
    async run({ tenant, dueAt, signal }) {
      const filters = [
        ...Object.entries(properties).map(([property, value]) => ({ property, operator: "EQ" as const, value })),
        { property: modifiedProperty(object), operator: "GTE" as const, value: new Date(dueAt - lookBackMs) },
      ];
      const found = objects(tenant, "backfill").searchAll({ filters, properties: names });
      for await (const { id } of found) {
        if (signal.aborted) return;
        await begin(tenant, id);
      }
    },
  });
  return { ...flow, missed };
}

/** As webhooks call it: `deal`, `company`; what they have no name for, such as a custom object, is an `object`. */
function eventName(object: string): string {
  const event = canonicalObject(object).replace(/ies$/, "y").replace(/s$/, "");
  return subscriptionTypes.some((one) => one === `${event}.creation`) ? event : "object";
}
