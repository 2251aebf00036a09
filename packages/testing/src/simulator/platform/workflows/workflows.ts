import { ApiError, objectNotFound, SimulatorError, validationError } from "../../base/api-error.ts";
import type { RandomStream } from "../../base/random.ts";
import type { ObjectStore } from "../../state/object-store.ts";
import type { Portal } from "../../state/portal.ts";
import type { SimRecord } from "../../state/record.ts";
import { periodMs } from "../period.ts";
import type { PlatformWorld } from "../world.ts";
import { callAction } from "./action-call.ts";
import type { ActionDefinition, ActionRegistry } from "./action-registry.ts";
import { type Asking, type CustomStep, payloadOf, type Visit } from "./visit.ts";
import type { ActionExecution, WorkflowAccess, WorkflowDraft } from "./workflow.ts";

export interface Workflow extends WorkflowDraft {
  readonly id: number;
  readonly objectType: string;
  readonly createdAt: number;
}

export interface SavedWorkflows {
  readonly workflows: readonly Workflow[];
  readonly visits: readonly Visit[];
  readonly executions: readonly ActionExecution[];
  readonly lastEnrollment: number;
}

type Outputs = ActionExecution["outputFields"];

const DEFAULT_BLOCK_MS = 7 * 86_400_000;
const FIRST_RETRY_MS = 60_000;
const LONGEST_RETRY_MS = 8 * 3_600_000;
const RETRY_FOR_MS = 3 * 86_400_000;

/** The workflows of one account, and everybody's way through them. */
export class Workflows implements WorkflowAccess {
  readonly #portal: Portal;
  readonly #world: PlatformWorld;
  readonly #actions: ActionRegistry;
  readonly #random: RandomStream;
  readonly #workflows: Map<number, Workflow> = new Map();
  readonly #visits: Set<Visit> = new Set();
  readonly #executions: Map<string, ActionExecution> = new Map();
  /** Ends the wait of a blocked execution. */
  readonly #blocked: Map<string, (outputs: Outputs) => void> = new Map();
  #lastEnrollment = 400_000_000_000;

  constructor(portal: Portal, world: PlatformWorld, actions: ActionRegistry, random: RandomStream) {
    this.#portal = portal;
    this.#world = world;
    this.#actions = actions;
    this.#random = random;
  }

  get executions(): readonly ActionExecution[] {
    return [...this.#executions.values()];
  }

  all(): Workflow[] {
    return [...this.#workflows.values()];
  }

  get(id: number): Workflow {
    const found = this.#workflows.get(id);
    if (found === undefined) throw objectNotFound(`Workflow ${id} does not exist`);
    return found;
  }

  create(draft: WorkflowDraft): number {
    const { objectType = "contacts" } = draft;
    const store = this.#portal.store(objectType);
    if (store === undefined)
      throw new SimulatorError("UNKNOWN_TYPE", `Portal ${this.#portal.id} has no type ${objectType}`);
    for (const step of draft.steps) if ("definitionId" in step) this.#requireUsable(step, store);
    const id = 1_000_001 + this.#workflows.size;
    this.#workflows.set(id, { ...draft, id, objectType: store.type.name, createdAt: this.#world.clock.now() });
    return id;
  }

  /** A record that is in a workflow does not enter it again. */
  enroll(workflowId: number, recordId: string): void {
    this.get(workflowId);
    if (this.#visitOf(workflowId, recordId) !== undefined) return;
    this.#lastEnrollment += 1 + this.#random.int(1_000);
    const enrollment = this.#lastEnrollment;
    const visit = { workflowId, recordId, enrollment, index: 0, isLeaving: false, asking: undefined };
    this.#visits.add(visit);
    void this.#walk(visit);
  }

  /** What it is at is finished; nothing follows. */
  unenroll(workflowId: number, recordId: string): void {
    this.get(workflowId);
    const visit = this.#visitOf(workflowId, recordId);
    if (visit !== undefined) visit.isLeaving = true;
  }

  /** A callback of an action that had asked to wait. */
  complete(appId: number, callbackId: string, outputFields: Outputs): void {
    this.requireBlocked(appId, callbackId);
    this.#blocked.get(callbackId)?.(outputFields);
  }

  requireBlocked(appId: number, callbackId: string): void {
    const execution = this.#executions.get(callbackId);
    if (execution?.appId !== appId) throw objectNotFound(`Callback ${callbackId} does not exist`);
    if (execution.state !== "BLOCKED") throw validationError(`Callback ${callbackId} is not waiting`);
  }

  save(): SavedWorkflows {
    const visits = [...this.#visits].map((visit) => ({ ...visit, asking: visit.asking && { ...visit.asking } }));
    return { workflows: this.all(), visits, executions: this.executions, lastEnrollment: this.#lastEnrollment };
  }

  load({ workflows, visits, executions, lastEnrollment }: SavedWorkflows): void {
    this.#lastEnrollment = lastEnrollment;
    for (const one of workflows) this.#workflows.set(one.id, one);
    for (const one of executions) this.#executions.set(one.callbackId, one);
    for (const { asking, ...saved } of visits) {
      const visit: Visit = { ...saved, asking: asking && { ...asking } };
      this.#visits.add(visit);
      this.#world.agenda.resume(visit.asking?.due, () => void this.#walk(visit));
    }
  }

  #visitOf(workflowId: number, recordId: string): Visit | undefined {
    return [...this.#visits].find(
      (visit) => visit.workflowId === workflowId && visit.recordId === recordId && !visit.isLeaving,
    );
  }

  async #walk(visit: Visit): Promise<void> {
    const { steps, objectType } = this.get(visit.workflowId);
    const store = this.#portal.store(objectType)!;
    for (let step = steps[visit.index]; step !== undefined; step = steps[++visit.index]) {
      if (visit.asking === undefined) {
        const record = store.records.resolve(visit.recordId);
        if (visit.isLeaving || record === undefined || record.archivedAt !== undefined) break;
        if ("set" in step) setValues(store, record, step.set, visit.enrollment);
        else visit.asking = this.#begin(visit, step, store, record);
      }
      if (visit.asking !== undefined) await this.#carryOut(visit.asking);
      if (this.#world.agenda.isStopped) return;
      visit.asking = undefined;
    }
    this.#visits.delete(visit);
  }

  #begin(visit: Visit, step: CustomStep, store: ObjectStore, record: SimRecord): Asking {
    const definition = this.#requireUsable(step, store);
    const callbackId = `ap-${this.#portal.id}-${visit.enrollment}-${visit.index + 1}-0`;
    const { appId, definitionId } = step;
    const common = { callbackId, workflowId: visit.workflowId, appId, definitionId, objectId: record.id };
    this.#executions.set(callbackId, { ...common, state: "PENDING", attempts: 0, outputFields: {} });
    const payload = payloadOf(this.#portal.id, visit, step, callbackId, definition, store, record);
    const startedAt = this.#world.clock.now();
    return { callbackId, appId, url: definition.actionUrl, payload, startedAt, due: undefined };
  }

  /** From wherever it is to its end. */
  async #carryOut(asking: Asking): Promise<void> {
    if (this.#execution(asking).state !== "BLOCKED") {
      const outputs = await this.#ask(asking);
      if (outputs === undefined) return this.#change(asking, { state: "FAILED" });
      const state = outputs.hs_execution_state ?? "SUCCESS";
      if (state !== "BLOCK" && state !== "ASYNC") return this.#finish(asking, outputs);
      this.#change(asking, { state: "BLOCKED", outputFields: outputs });
      asking.due = this.#world.agenda.next(periodMs(outputs.hs_expiration_duration ?? "") ?? DEFAULT_BLOCK_MS);
    }
    const answer = await this.#callback(asking);
    if (answer === undefined) this.#change(asking, { state: "EXPIRED" });
    else this.#finish(asking, answer);
  }

  /** Asks until there is an answer: `undefined` when it was a refusal, or when it took too long. */
  async #ask(asking: Asking): Promise<Outputs | undefined> {
    const { agenda } = this.#world;
    const secret = this.#world.secretOf(asking.appId);
    for (;;) {
      if (asking.due !== undefined) await agenda.until(asking.due);
      const attempts = this.#execution(asking).attempts + 1;
      this.#change(asking, { attempts });
      const asked = callAction(this.#world, asking.url, secret, asking.payload);
      agenda.hold(asked);
      const answer = await asked;
      if (answer.kind === "done") return answer.outputFields;
      if (answer.kind === "refused") return undefined;
      const wait = answer.after ?? Math.min(FIRST_RETRY_MS * 2 ** (attempts - 1), LONGEST_RETRY_MS);
      if (agenda.now() + wait - asking.startedAt > RETRY_FOR_MS) return undefined;
      this.#change(asking, { state: "RETRYING" });
      asking.due = agenda.next(wait);
    }
  }

  #callback({ callbackId, due }: Asking): Promise<Outputs | undefined> {
    return new Promise<Outputs | undefined>((resolve) => {
      this.#blocked.set(callbackId, resolve);
      if (due !== undefined) void this.#world.agenda.until(due).then(() => resolve(undefined));
    }).finally(() => this.#blocked.delete(callbackId));
  }

  #finish(asking: Asking, outputFields: Outputs): void {
    const failed = outputFields.hs_execution_state === "FAIL_CONTINUE";
    this.#change(asking, { state: failed ? "FAIL_CONTINUE" : "SUCCESS", outputFields });
  }

  #execution({ callbackId }: Asking): ActionExecution {
    return this.#executions.get(callbackId)!;
  }

  #change(asking: Asking, changes: Partial<ActionExecution>): void {
    this.#executions.set(asking.callbackId, { ...this.#execution(asking), ...changes });
  }

  /** What people cannot put into a workflow, or what the simulator would have to run somebody's code for. */
  #requireUsable({ appId, definitionId }: CustomStep, store: ObjectStore): ActionDefinition {
    const definition = this.#actions.get(appId, definitionId, true);
    const types = definition.objectTypes.map((name) => this.#portal.store(name)?.type.id);
    if (!definition.published || (types.length > 0 && !types.includes(store.type.id))) {
      throw new SimulatorError("ACTION_UNUSABLE", `Action ${definitionId} is not published for ${store.type.name}`);
    }
    const code = this.#actions
      .functions(appId, definitionId)
      .find(({ functionType }) => /EXECUTION$/.test(functionType));
    if (code === undefined) return definition;
    throw new SimulatorError(
      "NOT_SIMULATED",
      `Functions are kept and not run: ${code.functionType} of ${definitionId}`,
    );
  }
}

/** A value that HubSpot refuses stays what it was, and the workflow goes on. */
function setValues(
  store: ObjectStore,
  record: SimRecord,
  values: Readonly<Record<string, string>>,
  enrollment: number,
): void {
  try {
    store.update(record, values, { type: "AUTOMATION_PLATFORM", id: `enrollmentId:${enrollment}` });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
}
