import { objectNotFound, validationError } from "../../base/api-error.ts";
import type { RandomStream } from "../../base/random.ts";
import { AccountDay } from "../../limits/account-day.ts";
import type { UploadedFile } from "../../routing/form.ts";
import type { Portal } from "../../state/portal.ts";
import type { ListRegistry } from "../lists/list-registry.ts";
import { DEFAULT_IMPORT_LIMITS } from "../options.ts";
import { startTask, type Task } from "../task.ts";
import { type PlatformWorld, taskTime } from "../world.ts";
import type { ImportRequest } from "./request.ts";
import { type ImportOutcome, runImport } from "./run.ts";

export interface ImportRun {
  readonly id: string;
  readonly request: ImportRequest;
  readonly task: Task<ImportOutcome>;
  readonly fileIds: readonly string[];
  /** The list of its contacts, once there is one. */
  listId: string | undefined;
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
    const source = { type: "IMPORT", id };
    const duration = taskTime(this.#world, this.#random);
    const task = startTask<ImportOutcome>(id, this.#world.clock, duration, () => {
      const outcome = runImport(this.#portal, request, source);
      if (request.listOfContacts) run.listId = this.#listOf(request.name, outcome.contacts);
      return outcome;
    });
    const fileIds = request.files.map(() => String(++this.#lastFileId));
    const run: ImportRun = { id, request, task, fileIds, listId: undefined };
    this.#runs.set(id, run);
    return run;
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
