import * as z from "zod/mini";
import { HubspokeError } from "../errors/hubspoke-error.ts";
import { keyProperty, type RecordKeys } from "../keyed-records/record-keys.ts";
import type { SkipReason } from "../keyed-records/targets.ts";
import type { CrmPort, CrmScope } from "../ports/crm.ts";
import type { CursorStore } from "../ports/cursor-store.ts";
import { parse } from "../util/parse.ts";
import { type CreatedTicket, type TicketChanges, type TicketInput, ticketProperties } from "./inputs.ts";
import { isClosed, type TicketPipeline } from "./pipeline.ts";

/** What became of the one ticket of an outage. */
export type OutageTicket =
  | { readonly outcome: "created" | "updated"; readonly id: string }
  /** Somebody has closed it by hand while the outage goes on: it stays closed. */
  | { readonly outcome: "closed-by-hand"; readonly id: string }
  | { readonly outcome: "skipped"; readonly reason: SkipReason };

export interface OutagesDeps {
  readonly crm: CrmPort;
  readonly keys: RecordKeys;
  readonly cursors: CursorStore;
  readonly clock: { now(): number };
  readonly newId: () => string;
  readonly pipelines: (scope: CrmScope) => Promise<readonly TicketPipeline[]>;
  readonly create: (
    scope: CrmScope,
    input: TicketInput,
    key: string,
    attempt: "first" | "again" | "unknown",
  ) => Promise<CreatedTicket>;
  readonly close: (scope: CrmScope, id: string, stage?: string, more?: TicketChanges) => Promise<void>;
}

/** Which ticket an outage has. The key is fixed before the ticket is made, so a killed process makes no second one. */
const stateSchema = z.object({ key: z.string(), id: z.nullable(z.string()) });
type State = z.output<typeof stateSchema> & { readonly version: number };

export interface OutageTickets {
  open(scope: CrmScope, outage: string, input: TicketInput): Promise<OutageTicket>;
  resolve(scope: CrmScope, outage: string, content?: string): Promise<{ readonly id: string } | null>;
}

/** One ticket per outage, from when it is first told until it is resolved. */
export function outageTickets(deps: OutagesDeps): OutageTickets {
  const { crm, cursors, keys, clock, newId } = deps;

  /** Hashed: an outage's name may hold what the host likes. */
  async function nameOf({ tenant }: CrmScope, outage: string): Promise<string> {
    return `ticket:${await keys.valueOf(tenant, "outage", outage)}`;
  }

  async function read({ tenant }: CrmScope, portalId: string, name: string): Promise<State | null> {
    const cursor = await cursors.read(tenant, portalId, name);
    return cursor === null ? null : { ...parse(stateSchema, JSON.parse(cursor.value)), version: cursor.version };
  }

  async function write({ tenant }: CrmScope, portalId: string, name: string, state: State): Promise<State | null> {
    const { version, ...value } = state;
    const outcome = await cursors.advance(tenant, portalId, name, JSON.stringify(value), version, clock.now());
    return outcome === "written" ? { ...state, version: version + 1 } : null;
  }

  return {
    async open(scope: CrmScope, outage: string, input: TicketInput): Promise<OutageTicket> {
      const portalId = await crm.portalOf(scope.tenant);
      const name = await nameOf(scope, outage);
      const before = await read(scope, portalId, name);
      if (before !== null && before.id !== null) return refresh(scope, before.id, input);
      const begun = before ?? (await write(scope, portalId, name, { key: newId(), id: null, version: 0 }));
      // Another process was told at the same time: it makes the ticket.
      if (begun === null) throw busy();
      const made = await deps.create(scope, input, begun.key, before === null ? "first" : "again");
      if (made.outcome === "skipped") {
        await cursors.delete(scope.tenant, portalId, name);
        return made;
      }
      await write(scope, portalId, name, { ...begun, id: made.id });
      return { outcome: "created", id: made.id };
    },

    async resolve(scope: CrmScope, outage: string, content?: string): Promise<{ readonly id: string } | null> {
      const portalId = await crm.portalOf(scope.tenant);
      const name = await nameOf(scope, outage);
      const state = await read(scope, portalId, name);
      if (state === null) return null;
      const id = state.id ?? (await begun(scope, state.key));
      if (id !== null) await deps.close(scope, id, undefined, content === undefined ? {} : { content });
      await cursors.delete(scope.tenant, portalId, name);
      return id === null ? null : { id };
    },
  };

  /** The ticket of a process that was killed before it could note the id, or gave up. */
  async function begun(scope: CrmScope, key: string): Promise<string | null> {
    if (!(await keys.keyed(scope, "tickets"))) return null;
    const value = await keys.valueOf(scope.tenant, "ticket", key);
    return (await crm.findBy(scope, "tickets", keyProperty, value, []))?.id ?? null;
  }

  async function refresh(scope: CrmScope, id: string, input: TicketInput): Promise<OutageTicket> {
    const [ticket] = await crm.read(scope, "tickets", [id], ["hs_pipeline_stage"]);
    const stage = ticket?.properties.hs_pipeline_stage ?? null;
    if (ticket === undefined || (stage !== null && isClosed(await deps.pipelines(scope), stage))) {
      return { outcome: "closed-by-hand", id };
    }
    await crm.update(scope, "tickets", id, ticketProperties(input));
    return { outcome: "updated", id };
  }
}

function busy(): HubspokeError<"STORE_BUSY"> {
  return new HubspokeError("STORE_BUSY", "STORE_BUSY: the outage's ticket is being made by another process; try again");
}
