import { objectNotFound, validationError } from "../../base/api-error.ts";
import type { RandomStream } from "../../base/random.ts";
import { malformed, optionalText, textOf } from "../../base/text-of.ts";
import { executeSearch } from "../../search/execute.ts";
import { parseSearch } from "../../search/request.ts";
import type { ObjectStore } from "../../state/object-store.ts";
import type { Portal } from "../../state/portal.ts";
import type { SimRecord } from "../../state/record.ts";
import { unknownType } from "../../types/known-types.ts";
import { toCsv } from "../csv.ts";
import type { ListRegistry } from "../lists/list-registry.ts";
import { notSimulated } from "../not-simulated.ts";
import { restoreTask, resumeTask, runTask, type SavedTask, saveTask, Task } from "../task.ts";
import { type PlatformWorld, taskTime } from "../world.ts";

export interface ExportRun {
  readonly id: string;
  readonly name: string;
  readonly type: "VIEW" | "LIST";
  readonly objectType: string;
  readonly properties: readonly string[];
  /** As it was asked for. */
  readonly body: Fields;
  readonly task: Task<ExportFile>;
}

export type SavedExport = Omit<ExportRun, "task"> & { readonly task: SavedTask<ExportFile> };

export interface ExportFile {
  readonly csv: string;
  readonly records: number;
}

type Fields = Readonly<Record<string, unknown>>;

/** The exports of one account. */
export class Exports {
  readonly #portal: Portal;
  readonly #world: PlatformWorld;
  readonly #lists: ListRegistry;
  readonly #random: RandomStream;
  readonly #runs: Map<string, ExportRun> = new Map();

  constructor(portal: Portal, world: PlatformWorld, lists: ListRegistry, random: RandomStream) {
    this.#portal = portal;
    this.#world = world;
    this.#lists = lists;
    this.#random = random;
  }

  get(id: string): ExportRun {
    const run = this.#runs.get(id);
    if (run === undefined) throw objectNotFound(`Export ${id} does not exist`);
    return run;
  }

  /** Checked now, written from what there is when its time has come. */
  start(body: Fields): ExportRun {
    const store = this.#portal.store(textOf(body.objectType));
    if (store === undefined) throw unknownType(textOf(body.objectType));
    const type = body.exportType;
    if (type !== "VIEW" && type !== "LIST") throw validationError("exportType must be VIEW or LIST");
    if (body.format === "XLS" || body.format === "XLSX") throw notSimulated(`The export format ${body.format}`);
    if (body.format !== "CSV") throw validationError("format must be CSV, XLS or XLSX");
    const properties = propertiesOf(body.objectProperties, store);
    const id = String(this.#runs.size + 1);
    const task = new Task<ExportFile>(id, this.#world.clock.now(), taskTime(this.#world, this.#random));
    const name = textOf(body.exportName);
    const run: ExportRun = { id, name, type, objectType: store.type.id, properties, body, task };
    this.#writer(run, store);
    this.#runs.set(id, run);
    runTask(task, this.#world.agenda, () => this.#write(run));
    return run;
  }

  save(): SavedExport[] {
    return [...this.#runs.values()].map(({ task, ...run }) => ({ ...run, task: saveTask(task) }));
  }

  load(saved: readonly SavedExport[]): void {
    for (const { task, ...before } of saved) {
      const run = { ...before, task: restoreTask(task) };
      this.#runs.set(run.id, run);
      resumeTask(run.task, this.#world.agenda, () => this.#write(run));
    }
  }

  #write(run: ExportRun): ExportFile {
    const store = this.#portal.store(run.objectType);
    if (store === undefined) throw objectNotFound(`There are no objects of type ${run.objectType} any more`);
    return this.#writer(run, store)();
  }

  /** Refuses what cannot be exported; writes nothing yet. */
  #writer({ type, body, properties }: ExportRun, store: ObjectStore): () => ExportFile {
    const select = type === "LIST" ? this.#ofList(body, store) : this.#ofView(body, store);
    const render = this.#renderer(body, store, properties);
    return () => {
      const records = select();
      return { csv: render(records), records: records.length };
    };
  }

  #ofList({ listId }: Fields, store: ObjectStore): () => SimRecord[] {
    const list = this.#lists.get(textOf(listId));
    if (list.objectTypeId !== store.type.id) throw validationError(`List ${list.id} holds other objects`);
    return () => this.#lists.members(list.id).flatMap(({ recordId }) => store.records.find(recordId) ?? []);
  }

  /** As a search has it, without its cap: an export has everything. */
  #ofView({ publicCrmSearchRequest }: Fields, store: ObjectStore): () => readonly SimRecord[] {
    const asked = publicCrmSearchRequest ?? {};
    if (!isObject(asked)) throw malformed("java.util.Map", asked);
    const request = parseSearch({ filters: asked.filters, sorts: asked.sorts, query: asked.query }, store);
    const all = { ...request, limit: Number.MAX_SAFE_INTEGER, after: 0 };
    return () => executeSearch(store, all, this.#world.searchRules(), this.#world.clock.now()).records;
  }

  /** Headings are labels and values are labels, unless internal ones are asked for. */
  #renderer(
    body: Fields,
    store: ObjectStore,
    properties: readonly string[],
  ): (records: readonly SimRecord[]) => string {
    const internal = body.exportInternalValuesOptions ?? [];
    if (!Array.isArray(internal)) throw malformed("java.util.List", internal);
    const associated = optionalText(body.associatedObjectType);
    const to = associated === undefined ? undefined : this.#portal.store(associated)?.type;
    if (associated !== undefined && to === undefined)
      throw validationError(`Unknown associatedObjectType ${associated}`);
    const heading = (name: string) => (internal.includes("NAMES") ? name : store.properties.get(name).label);
    const value = (record: SimRecord, name: string) => {
      const raw = store.records.read(record, record.snapshot, name) ?? "";
      if (internal.includes("VALUES")) return raw;
      return store.properties.get(name).options.find((option) => option.value === raw)?.label ?? raw;
    };
    const links = (record: SimRecord) =>
      to === undefined ? [] : [[...store.associated(record, to.id).keys()].join(";")];
    const headings = [
      "Record ID",
      ...properties.map(heading),
      ...(to === undefined ? [] : [`Associated ${to.singular} IDs`]),
    ];
    return (records) =>
      toCsv([
        headings,
        ...records.map((record) => [record.id, ...properties.map((name) => value(record, name)), ...links(record)]),
      ]);
  }
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function propertiesOf(value: unknown, store: ObjectStore): string[] {
  if (!Array.isArray(value)) throw validationError("objectProperties must be an array");
  return value.map((name: unknown) => {
    const definition = store.properties.find(textOf(name));
    if (definition !== undefined) return definition.name;
    throw validationError(`Property "${textOf(name)}" does not exist for ${store.type.name}`);
  });
}
