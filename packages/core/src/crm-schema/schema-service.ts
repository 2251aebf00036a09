import type { ErrorCode } from "../errors/codes.ts";
import { HubspokeError, isHubspokeError } from "../errors/hubspoke-error.ts";
import { HubSpotConflictError } from "../errors/hubspot-errors.ts";
import type { Tenant } from "../ports/ids.ts";
import { type CrmSchema, type WantedSchema, wantedSchema } from "./declaration.ts";
import {
  type ActualSchema,
  type PlanOptions,
  planSchema,
  type SchemaAction,
  type SchemaPlan,
  typeIdOf,
} from "./plan.ts";
import type { ActualCustomObject, ActualLabel, ActualObject, SchemaPort } from "./schema-port.ts";

/** One action of a plan, and what became of it. */
export interface AppliedAction {
  /** The step as it was planned. */
  readonly action: SchemaAction;
  /** `existing`: HubSpot answered 409, so another process or person had made it meanwhile. */
  readonly outcome: "done" | "existing" | "failed";
  /** Why it failed. */
  readonly code?: ErrorCode;
}

/** What became of a plan. */
export interface AppliedSchema {
  /** Everything that was planned is done, and nothing is in the way. */
  readonly ok: boolean;
  /** In the order they were done; a new custom object's groups come in a second round behind it. */
  readonly applied: readonly AppliedAction[];
  /** Those of the last plan: nothing was done about them. */
  readonly conflicts: SchemaPlan["conflicts"];
}

/** A declaration bound to an instance. Errors of every method: those of calls to HubSpot. */
export interface SchemaHandle {
  /** What differs between an account and the declaration. Changes nothing: run it on a schedule to notice drift. */
  plan(tenant?: Tenant, options?: PlanOptions): Promise<SchemaPlan>;
  /**
   * Makes the account as declared. Safe to repeat and to run in several processes at once: what another one made counts
   * as existing. A step that fails does not stop the others; deletes nothing unless `prune` is asked for.
   */
  apply(tenant?: Tenant, options?: PlanOptions): Promise<AppliedSchema>;
  /** A custom object's type id in the account, `2-345`, by its declared name. Errors: NOT_FOUND before it is applied. */
  typeId(name: string, tenant?: Tenant): Promise<`2-${number}`>;
}

/** Binds a declaration. Errors: CONFIG_INVALID saying what to change. */
export function schemaHandle(port: SchemaPort, schema: CrmSchema): SchemaHandle {
  const wanted = wantedSchema(schema);
  return {
    plan: async (tenant = "default", options = {}) =>
      planSchema(wanted, await readActual(port, tenant, wanted), options),
    async apply(tenant = "default", options = {}) {
      const applied: AppliedAction[] = [];
      // What a new object brings with it shows only when it is there: its groups and the rest come in a second round.
      for (let round = 0; round < 2; round++) {
        const actual = await readActual(port, tenant, wanted);
        const plan = planSchema(wanted, actual, options);
        const before = plan.actions.some((action) => action.do === "create-object");
        for (const action of plan.actions) {
          if (before && action.do !== "create-object") continue;
          applied.push(await attempt(port, tenant, action, actual.customObjects));
        }
        if (!before) {
          const ok = plan.conflicts.length === 0 && applied.every(({ outcome }) => outcome !== "failed");
          return { ok, applied, conflicts: plan.conflicts };
        }
      }
      return { ok: false, applied, conflicts: [] };
    },
    async typeId(name, tenant = "default") {
      const found = typeIdOf(name, await port.customObjects(tenant));
      if (found !== null) return found as `2-${number}`;
      throw new HubspokeError(
        "NOT_FOUND",
        `NOT_FOUND: this account has no custom object "${name}"; apply its schema first`,
      );
    },
  };
}

async function readActual(port: SchemaPort, tenant: Tenant, wanted: WantedSchema): Promise<ActualSchema> {
  const customObjects = needsCustomObjects(wanted) ? await port.customObjects(tenant) : [];
  const own = new Set(wanted.customObjects.map(({ name }) => name));
  const nameOf = (object: string): string | null => (own.has(object) ? typeIdOf(object, customObjects) : object);
  const objects = new Map<string, ActualObject>();
  for (const { object } of wanted.objects) {
    const name = nameOf(object);
    if (name !== null) objects.set(object, await port.object(tenant, name));
  }
  const labels = new Map<string, readonly ActualLabel[]>();
  for (const { from, to } of wanted.labels) {
    const [a, b] = [nameOf(from), nameOf(to)];
    if (a !== null && b !== null) labels.set(`${from} ${to}`, await port.labels(tenant, a, b));
  }
  return { objects, customObjects, labels };
}

/** Only Enterprise accounts have them, and a token may lack their scope: they are asked for only where they are declared. */
function needsCustomObjects({ customObjects }: WantedSchema): boolean {
  return customObjects.length > 0;
}

async function attempt(
  port: SchemaPort,
  tenant: Tenant,
  action: SchemaAction,
  customObjects: readonly ActualCustomObject[],
): Promise<AppliedAction> {
  try {
    await perform(port, tenant, action, customObjects);
    return { action, outcome: "done" };
  } catch (error) {
    if (error instanceof HubSpotConflictError) return { action, outcome: "existing" };
    // What concerns the whole run, such as a revoked token, ends it.
    if (!isHubspokeError(error) || error.category === "auth" || error.retryable) {
      if (!isHubspokeError(error, "AUTH_SCOPE_MISSING")) throw error;
    }
    return { action, outcome: "failed", code: error.code };
  }
}

async function perform(
  port: SchemaPort,
  tenant: Tenant,
  action: SchemaAction,
  customObjects: readonly ActualCustomObject[],
): Promise<void> {
  /** As HubSpot takes it: standard objects by name, others by id. */
  const idOf = (object: string): string => customObjects.find(({ name }) => name === object)?.typeId ?? object;
  const typeId = (object: string): string => typeIdOf(object, customObjects) ?? object;
  switch (action.do) {
    case "create-group":
      return port.createGroup(tenant, idOf(action.object), action.group);
    case "rename-group":
      return port.renameGroup(tenant, idOf(action.object), action.group);
    case "create-object": {
      const { declaration, properties } = action;
      return port.createCustomObject(tenant, {
        name: declaration.name,
        labels: declaration.labels,
        primaryDisplayProperty: declaration.primaryDisplayProperty,
        secondaryDisplayProperties: declaration.secondaryDisplayProperties ?? [],
        requiredProperties: declaration.requiredProperties ?? [],
        searchableProperties: declaration.searchableProperties ?? [],
        properties,
        associatedObjects: (declaration.associatedObjects ?? []).map(typeId).filter((id) => /^\d+-\d+$/.test(id)),
      });
    }
    case "update-object":
      return port.updateCustomObject(tenant, idOf(action.object), action.changes);
    case "associate-object":
      return port.associate(tenant, idOf(action.object), typeId(action.to), `${action.object}_to_${action.to}`);
    case "create-property":
      return port.createProperty(tenant, idOf(action.object), action.property);
    case "update-property":
      return port.updateProperty(tenant, idOf(action.object), action.name, action.changes);
    case "archive-property":
      return port.archiveProperty(tenant, idOf(action.object), action.name);
    case "create-label":
      return port.createLabel(tenant, { ...action.label, from: idOf(action.label.from), to: idOf(action.label.to) });
  }
}
