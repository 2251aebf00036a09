import { validationError } from "../../base/api-error.ts";
import { malformed, textOf } from "../../base/text-of.ts";
import type { ObjectStore } from "../../state/object-store.ts";
import type { Portal } from "../../state/portal.ts";
import type { SimRecord } from "../../state/record.ts";
import { notSimulated } from "../not-simulated.ts";
import { compileOperation } from "./operation.ts";

export type RecordTest = (record: SimRecord) => boolean;

export interface FilterWorld {
  readonly portal: Portal;
  /** Whether a record is on a list; refuses an unknown list. */
  readonly inList: (listId: string) => (record: SimRecord) => boolean;
  /** Whether it was accepted before: then what is gone since is no reason to refuse it. */
  readonly isKnown: boolean;
}

/** The outermost branch is an OR of ANDs: HubSpot takes no other. */
export function compileRoot(raw: unknown, store: ObjectStore, world: FilterWorld): RecordTest {
  const root = branchOf(raw);
  if (root.type !== "OR") throw validationError("The root filterBranch must be of type OR");
  if (root.filters.length > 0) throw validationError("The root filterBranch cannot have filters of its own");
  const strange = root.branches.map(branchOf).find(({ type }) => type !== "AND");
  if (strange !== undefined) throw validationError(`The root filterBranch holds AND branches, not ${strange.type}`);
  return compileBranch(raw, store, world);
}

function compileBranch(raw: unknown, store: ObjectStore, world: FilterWorld): RecordTest {
  const { type, filters, branches, fields } = branchOf(raw);
  if (type === "ASSOCIATION") return associated(fields, store, world);
  if (type !== "OR" && type !== "AND") throw notSimulated(`The list filter branch ${type}`);
  const tests = [
    ...filters.map((filter) => compileFilter(filter, store, world)),
    ...branches.map((branch) => compileBranch(branch, store, world)),
  ];
  if (type === "AND") return (record) => tests.every((test) => test(record));
  return (record) => tests.some((test) => test(record));
}

/** At least one record associated in the given way meets everything inside. */
function associated(fields: Readonly<Record<string, unknown>>, store: ObjectStore, world: FilterWorld): RecordTest {
  const to = world.portal.store(textOf(fields.objectTypeId));
  if (to === undefined && world.isKnown) return () => false;
  if (to === undefined) throw validationError(`Unknown objectTypeId ${textOf(fields.objectTypeId)}`);
  const inner = compileBranch({ ...fields, filterBranchType: "AND" }, to, world);
  const { graph } = world.portal.associations;
  return (record) => {
    for (const [id, types] of graph.neighbours({ type: store.type.id, id: record.id }, to.type.id)) {
      const other = to.records.find(id);
      const linked = [...types.values()].some(
        ({ typeId, category }) => typeId === fields.associationTypeId && category === fields.associationCategory,
      );
      if (linked && other !== undefined && other.archivedAt === undefined && inner(other)) return true;
    }
    return false;
  };
}

function compileFilter(raw: unknown, store: ObjectStore, world: FilterWorld): RecordTest {
  if (typeof raw !== "object" || raw === null || Array.isArray(raw)) throw malformed("Filter", raw);
  const { filterType, property, operation, operator, listId } = raw as Record<string, unknown>;
  if (filterType === "IN_LIST") {
    const inside = world.inList(textOf(listId));
    return (record) => inside(record) === (operator !== "NOT_IN_LIST");
  }
  if (filterType !== "PROPERTY") throw notSimulated(`The list filter ${textOf(filterType)}`);
  const name = textOf(property);
  if (!world.isKnown && store.properties.find(name) === undefined) {
    throw validationError(`Property "${name}" does not exist for ${store.type.name}`);
  }
  const test = compileOperation(operation);
  return (record) => test(store.records.read(record, record.snapshot, name));
}

interface Branch {
  readonly type: string;
  readonly filters: readonly unknown[];
  readonly branches: readonly unknown[];
  readonly fields: Readonly<Record<string, unknown>>;
}

function branchOf(raw: unknown): Branch {
  if (typeof raw !== "object" || raw === null) throw validationError("filterBranch must be an object");
  const fields = raw as Record<string, unknown>;
  return {
    type: textOf(fields.filterBranchType),
    filters: arrayOf(fields.filters),
    branches: arrayOf(fields.filterBranches),
    fields,
  };
}

function arrayOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  throw malformed("java.util.List", value);
}
