import { readMany, writeMany } from "../client/batches.ts";
import type { Clients } from "../client/create-clients.ts";
import type { Association, CallScope, ObjectCalls } from "../client/object-calls.ts";
import { HubSpotConflictError, HubSpotError } from "../errors/hubspot-errors.ts";
import { associationType } from "../model/association-types.ts";
import type { ObjectType } from "../model/object-type.ts";
import type { BatchOutcome, RawRecord } from "../model/record.ts";
import type { CrmPort, CrmRef, CrmScope } from "../ports/crm.ts";

/** The services' view of the client. */
export function crmPortFor(clients: Pick<Clients, "calls" | "client" | "isUnique" | "portalOf">): CrmPort {
  const callsOf = (scope: CrmScope, object: string): ObjectCalls => clients.calls(scope satisfies CallScope, object);
  return {
    portalOf: clients.portalOf,
    isUnique: clients.isUnique,
    async create(scope, object, properties, to) {
      const typed: Association[] = [];
      const unlinked: CrmRef[] = [];
      for (const target of to) {
        const type = associationType(object, target.object);
        if (type === undefined) unlinked.push(target);
        else typed.push({ toId: target.id, types: [type] });
      }
      return { record: await callsOf(scope, object).create(properties, typed), unlinked };
    },
    update: (scope, object, id, properties) => callsOf(scope, object).update(id, properties),
    async updateMany(scope, object, rows, idProperty) {
      const calls = callsOf(scope, object);
      if (idProperty === undefined) return writeMany(calls, "update", rows);
      // By id after a read: answers to updates by another property cannot be told apart without their trace ids.
      const values = rows.map(({ id }) => id);
      const found = await readMany(calls, values, { properties: [idProperty], idProperty });
      const outcomes: BatchOutcome<RawRecord>[] = [...found];
      const there = found.flatMap((outcome) => (outcome.ok ? { at: outcome.index, id: outcome.value.id } : []));
      const inputs = there.map(({ at, id }) => ({ id, properties: rows[at]?.properties ?? {} }));
      const written = inputs.length === 0 ? [] : await writeMany(calls, "update", inputs);
      for (const outcome of written) {
        const at = there[outcome.index]?.at ?? 0;
        outcomes[at] = { ...outcome, index: at };
      }
      return outcomes;
    },
    async read(scope, object, ids, properties) {
      const outcomes = await readMany(callsOf(scope, object), ids, { properties });
      return outcomes.flatMap((outcome) => {
        if (outcome.ok) return outcome.value;
        if (outcome.code !== "NOT_FOUND" && outcome.error !== undefined) throw outcome.error;
        return [];
      });
    },
    async findBy(scope, object, property, value, properties) {
      const shape = { properties: [...new Set([...properties, property])], idProperty: property };
      return (await callsOf(scope, object).batchRead([value], shape)).records[0] ?? null;
    },
    async linked({ tenant, lane, signal }, from, to) {
      const hs = clients.client({ tenant, lane, ...(signal === undefined ? {} : { signal }) });
      const ids: string[] = [];
      const ref = { object: from.object as ObjectType, id: from.id };
      for await (const { toId } of hs.associations.list(ref, to as ObjectType)) ids.push(toId);
      return ids;
    },
    async link({ tenant, lane, signal }, from, to) {
      const hs = clients.client({ tenant, lane, ...(signal === undefined ? {} : { signal }) });
      const refOf = ({ object, id }: CrmRef) => ({ object: object as ObjectType, id });
      await hs.associations.link(refOf(from), refOf(to));
    },
    async makeUnique({ tenant, lane }, object, { name, label, groupName, groupLabel }) {
      const properties = clients.client({ tenant, lane }).properties(object as ObjectType);
      try {
        await unlessThere(() => properties.groups.create({ name: groupName, label: groupLabel }));
        await properties.create({
          name,
          label,
          groupName,
          type: "string",
          fieldType: "text",
          hasUniqueValue: true,
          hidden: true,
          formField: false,
        });
        return "made";
      } catch (error) {
        if (error instanceof HubSpotConflictError) {
          // Made by another process meanwhile, or another property of that name, whose values are not unique.
          return (await clients.isUnique(tenant, object, name)) ? "made" : "refused";
        }
        if (isRefusal(error)) return "refused";
        throw error;
      }
    },
  };
}

async function unlessThere(make: () => Promise<unknown>): Promise<void> {
  try {
    await make();
  } catch (error) {
    if (!(error instanceof HubSpotConflictError)) throw error;
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof HubSpotError && (error.code === "AUTH_SCOPE_MISSING" || error.code === "VALIDATION_FAILED");
}
