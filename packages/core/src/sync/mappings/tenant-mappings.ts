import { HubspokeError, isHubspokeError } from "../../errors/hubspoke-error.ts";
import type { EpochMs, Tenant } from "../../ports/ids.ts";
import type { MappingRow } from "../../ports/mapping-store.ts";
import { stableJson } from "../../util/stable-json.ts";
import { bindSync } from "../declare/bind.ts";
import { checkLocalFields } from "../declare/check-local-fields.ts";
import type { DeclaredSync } from "../declare/definition.ts";
import type { SyncDeps } from "../scope.ts";
import { checkedRows, type MappingInput } from "./checked-rows.ts";
import { effectiveSync } from "./effective.ts";
import { uncoveredOption } from "./uncovered-option.ts";

/** One field mapping that somebody made. */
export type StoredMapping = Omit<MappingRow, "tenant" | "sync">;

/** A tenant's own field mappings, with the revision they are. */
export interface MappingSet {
  /** Hand it back to `replace`: it says which set was edited. 0 before the first. */
  readonly revision: number;
  /** In the order of local fields; empty where everything is as declared. */
  readonly mappings: readonly StoredMapping[];
}

/** Why a set of mappings cannot be. */
export interface MappingProblem {
  /** Null where the problem is of the whole. */
  readonly localField: string | null;
  /** What `replace` would throw: INPUT_INVALID or SYNC_DECLARATION_INVALID. */
  readonly code: string;
  /** For people: names the field and what to change, no values. */
  readonly message: string;
}

/** A tenant's field mappings, edited while everything runs. */
export interface TenantMappings {
  /** INPUT_INVALID for a sync that was declared without `mappings`. */
  list(): Promise<MappingSet>;
  /** What `replace` would refuse, without storing anything; an empty list for a set that can be. */
  validate(mappings: readonly MappingInput[]): Promise<readonly MappingProblem[]>;
  /**
   * Replaces the whole set; the next plan follows it, in every process. What both sides had agreed on is forgotten for
   * fields whose property or transform changed: they are compared anew, where two different values are a conflict for
   * the field's rule and never an overwriting. Records follow when they are looked at next; `reconcile()` looks at all.
   * Throws as a declaration does; CONFLICT when somebody stored a set since `expectedRevision`.
   */
  replace(mappings: readonly MappingInput[], options: { readonly expectedRevision: number }): Promise<MappingSet>;
  /** The transforms a mapping can name, with a description for people. */
  transforms(): Readonly<Record<string, { readonly properties: number; readonly description: string }>>;
}

export interface TenantMappingsDeps {
  readonly deps: SyncDeps;
  readonly declared: DeclaredSync;
  readonly tenant: Tenant;
}

export function tenantMappings({ deps, declared, tenant }: TenantMappingsDeps): TenantMappings {
  const { name, object } = declared;
  const { mappings: store } = deps.storage;

  function transforms(): NonNullable<DeclaredSync["mappings"]>["transforms"] {
    if (declared.mappings !== null) return declared.mappings.transforms;
    throw new HubspokeError(
      "INPUT_INVALID",
      `sync "${name}" takes no stored mappings: declare it with mappings: true`,
      {
        details: { sync: name },
      },
    );
  }

  /** Throws what is wrong with a set, as a declaration does. */
  async function check(rows: readonly MappingRow[]): Promise<void> {
    const effective = effectiveSync(declared, { rows, revision: 0 });
    await checkLocalFields(effective.declared);
    const portal = await deps.remote.properties({ tenant, object });
    bindSync(effective.declared, portal);
    for (const row of rows) {
      const uncovered = uncoveredOption(row, portal);
      if (uncovered !== null)
        throw invalid(
          row.localField,
          `property "${row.hubspotProperties[0]}" may hold "${uncovered}", which its values do not map: add it, or map only to HubSpot`,
        );
    }
  }

  async function problemsOf(inputs: readonly MappingInput[]): Promise<readonly MappingProblem[]> {
    const problems: MappingProblem[] = [];
    const attempt = async (localField: string | null, work: () => unknown): Promise<boolean> => {
      try {
        await work();
        return true;
      } catch (error) {
        if (!isHubspokeError(error) || error.retryable) throw error;
        const field = typeof error.details.field === "string" ? error.details.field : localField;
        problems.push({ localField: field, code: error.code, message: error.message });
        return false;
      }
    };
    if (!(await attempt(null, () => checkedRows(inputs, placeOf(deps.clock.now()))))) return problems;
    const rows = checkedRows(inputs, placeOf(deps.clock.now()));
    // Each alone first: a page of mappings shows every field's own problem at once.
    for (const row of rows) await attempt(row.localField, () => check([row]));
    if (problems.length === 0) await attempt(null, () => check(rows));
    return problems;
  }

  const placeOf = (updatedAt: EpochMs) => ({ tenant, sync: name, updatedAt });

  async function stored(): Promise<MappingSet> {
    const { rows, revision } = await store.list(tenant, name);
    return { revision, mappings: rows.map(({ tenant: _tenant, sync: _sync, ...mapping }) => mapping) };
  }

  return {
    list: stored,
    transforms: () =>
      Object.fromEntries(
        Object.entries(transforms()).map(([key, { properties, description }]) => [key, { properties, description }]),
      ),
    async validate(mappings) {
      transforms();
      return problemsOf(mappings);
    },
    async replace(mappings, { expectedRevision }) {
      transforms();
      const rows = checkedRows(mappings, placeOf(deps.clock.now()));
      await check(rows);
      const before = await store.list(tenant, name);
      if (
        before.revision !== expectedRevision ||
        (await store.replace(tenant, name, rows, expectedRevision)) === "stale"
      )
        throw new HubspokeError(
          "CONFLICT",
          `sync "${name}": its mappings were changed since revision ${expectedRevision}; list() them and try again`,
          { details: { sync: name, expectedRevision } },
        );
      await closeOutdated(deps, { tenant, name, fields: changedFields(before.rows, rows) });
      deps.logger?.info("sync.mappings_replaced", { sync: name, tenant, revision: expectedRevision + 1 });
      return stored();
    },
  };
}

/** Fields that mean something else now, those that lost or got a mapping among them. */
function changedFields(before: readonly MappingRow[], after: readonly MappingRow[]): ReadonlySet<string> {
  const meaning = ({ hubspotProperties, transform, options }: MappingRow) =>
    stableJson({ hubspotProperties, transform, options });
  const was = new Map(before.map((row) => [row.localField, meaning(row)]));
  const is = new Map(after.map((row) => [row.localField, meaning(row)]));
  return new Set([...was.keys(), ...is.keys()].filter((field) => was.get(field) !== is.get(field)));
}

/** What waits for review about another property's values is no question any more. It is asked anew where one is left. */
async function closeOutdated(
  { storage: { conflicts } }: SyncDeps,
  { tenant, name, fields }: { readonly tenant: Tenant; readonly name: string; readonly fields: ReadonlySet<string> },
): Promise<void> {
  if (fields.size === 0) return;
  let after: string | undefined;
  do {
    const page = await conflicts.list({ tenant, sync: name, status: "open", limit: 100, ...(after && { after }) });
    for (const { id, field } of page.items) if (fields.has(field)) await conflicts.resolve(tenant, id, "parked");
    after = page.next;
  } while (after !== undefined);
}

function invalid(field: string, what: string): HubspokeError {
  return new HubspokeError("SYNC_DECLARATION_INVALID", `mapping of "${field}": ${what}`, { details: { field } });
}
