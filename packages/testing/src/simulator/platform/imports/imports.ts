import { objectNotFound, validationError } from "../../base/api-error.ts";
import type { RandomStream } from "../../base/random.ts";
import { AccountDay, type SavedDay } from "../../limits/account-day.ts";
import type { UploadedFile } from "../../routing/form.ts";
import type { Portal } from "../../state/portal.ts";
import type { ListRegistry } from "../lists/list-registry.ts";
import { DEFAULT_IMPORT_LIMITS } from "../options.ts";
import { restoreTask, resumeTask, runTask, type SavedTask, saveTask, Task } from "../task.ts";
import { type PlatformWorld, taskTime } from "../world.ts";
import type { ImportRequest } from "./request.ts";
import { type ImportOutcome, runImport } from "./run.ts";

export interface ImportRun {
  readonly id: string;
  /** Its rows are forgotten once they are imported. */
  request: ImportRequest;
  readonly task: Task<ImportResult>;
  readonly fileIds: readonly string[];
}

export interface ImportResult extends ImportOutcome {
  /** The list of its contacts, if one was asked for. */
  readonly listId: string | undefined;
}

export interface SavedImports {
  readonly runs: readonly (Omit<ImportRun, "task"> & { readonly task: SavedTask<ImportResult> })[];
  readonly day: SavedDay;
  readonly rowsToday: number;
  readonly lastFileId: number;
}

/** The imports of one account. */
export class Imports {
  readonly #portal: Portal;
  readonly #world: PlatformWorld;
  readonly #lists: ListRegistry;
  readonly #random: RandomStream;
  readonly #day: AccountDay;
  readonly #runs: Map<string, ImportRun> = new Map();
  #rowsToday = 0;
  #lastFileId = 160_000_000_000;

  constructor(portal: Portal, world: PlatformWorld, lists: ListRegistry, random: RandomStream) {
    this.#portal = portal;
    this.#world = world;
    this.#lists = lists;
    this.#random = random;
    this.#day = new AccountDay(portal.timeZone);
  }

  /** Oldest first. */
  all(): ImportRun[] {
    return [...this.#runs.values()];
  }

  get(id: string): ImportRun {
    const run = this.#runs.get(id);
    if (run === undefined) throw objectNotFound(`Import ${id} does not exist`);
    return run;
  }

  start(request: ImportRequest, uploads: readonly UploadedFile[]): ImportRun {
    this.#count(request, uploads);
    const id = String(this.#runs.size + 1);
    const task = new Task<ImportResult>(id, this.#world.clock.now(), taskTime(this.#world, this.#random));
    const fileIds = request.files.map(() => String(++this.#lastFileId));
    const run: ImportRun = { id, request, task, fileIds };
    this.#runs.set(id, run);
    runTask(task, this.#world.agenda, () => this.#import(run));
    return run;
  }

  cancel(id: string): ImportRun {
    const run = this.get(id);
    if (!run.task.cancel(this.#world.clock.now())) {
      throw validationError(`Import ${id} is over and cannot be cancelled`);
    }
    forgetRows(run);
    return run;
  }

  save(): SavedImports {
    const runs = this.all().map(({ task, ...run }) => ({ ...run, task: saveTask(task) }));
    return { runs, day: this.#day.save(), rowsToday: this.#rowsToday, lastFileId: this.#lastFileId };
  }

  load({ runs, day, rowsToday, lastFileId }: SavedImports): void {
    this.#day.load(day);
    this.#rowsToday = rowsToday;
    this.#lastFileId = lastFileId;
    for (const { task, ...before } of runs) {
      const run: ImportRun = { ...before, task: restoreTask(task) };
      this.#runs.set(run.id, run);
      resumeTask(run.task, this.#world.agenda, () => this.#import(run));
    }
  }

  #import(run: ImportRun): ImportResult {
    const { id, request } = run;
    const outcome = runImport(this.#portal, request, { type: "IMPORT", id });
    forgetRows(run);
    const listId = request.listOfContacts ? this.#listOf(request.name, outcome.contacts) : undefined;
    return { ...outcome, listId };
  }

  #listOf(name: string, contacts: Iterable<string>): string {
    const { id } = this.#lists.create({
      name: `${name} ${this.#world.clock.now()}`,
      objectTypeId: this.#portal.contacts.type.id,
      processingType: "MANUAL",
      filterBranch: undefined,
      customProperties: {},
    });
    for (const contact of contacts) this.#lists.put(id, contact, true);
    return id;
  }

  /** What is too much is refused before anything of it is taken (hubspot-facts §2.3). */
  #count({ files }: ImportRequest, uploads: readonly UploadedFile[]): void {
    const limits = { ...DEFAULT_IMPORT_LIMITS, ...this.#world.options().importLimits };
    const large = uploads.find(({ bytes }) => bytes.length > limits.bytes);
    if (large !== undefined) throw validationError(`File ${large.name} is larger than ${limits.bytes} bytes`);
    const long = files.find(({ rows }) => rows.length > limits.rows);
    if (long !== undefined) throw validationError(`File ${long.name} has more than ${limits.rows} rows`);
    const now = this.#world.clock.now();
    if (this.#day.used(now) === 0) this.#rowsToday = 0;
    const rows = files.reduce((sum, file) => sum + file.rows.length, 0);
    if (this.#rowsToday + rows > limits.rowsPerDay) {
      throw validationError(`No more than ${limits.rowsPerDay} rows can be imported in a day`);
    }
    this.#day.add(now);
    this.#rowsToday += rows;
  }
}

function forgetRows(run: ImportRun): void {
  run.request = { ...run.request, files: run.request.files.map((file) => ({ ...file, rows: [] })) };
}
