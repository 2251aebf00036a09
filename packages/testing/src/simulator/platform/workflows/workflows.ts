import { objectNotFound, SimulatorError, validationError } from "../../base/api-error.ts";
import type { RandomStream } from "../../base/random.ts";
import type { ObjectStore } from "../../state/object-store.ts";
import type { Portal } from "../../state/portal.ts";
import type { SimRecord } from "../../state/record.ts";
import { periodMs } from "../period.ts";
import type { PlatformWorld } from "../world.ts";
import { callAction } from "./action-call.ts";
import type { ActionDefinition, ActionRegistry } from "./action-registry.ts";
import type { ActionExecution, WorkflowAccess, WorkflowDraft, WorkflowStep } from "./workflow.ts";

export interface Workflow extends WorkflowDraft {
  readonly id: number;
  readonly objectType: string;
  readonly createdAt: number;
}

type CustomStep = Exclude<WorkflowStep, { readonly set: unknown }>;
type Outputs = ActionExecution["outputFields"];

interface Running {
  execution: ActionExecution;
  /** Ends the wait of a blocked execution. */
  resume: ((outputs: Outputs | undefined) => void) | undefined;
}

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
  readonly #enrolled: Set<string> = new Set();
  readonly #running: Map<string, Running> = new Map();
  #lastEnrollment = 400_000_000_000;

  constructor(portal: Portal, world: PlatformWorld, actions: ActionRegistry, random: RandomStream) {
    this.#portal = portal;
    this.#world = world;
    this.#actions = actions;
    this.#random = random;
  }

  get executions(): readonly ActionExecution[] {
    return [...this.#running.values()].map(({ execution }) => execution);
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
    const workflow = this.get(workflowId);
    const key = `${workflowId}/${recordId}`;
    if (this.#enrolled.has(key)) return;
    this.#enrolled.add(key);
    this.#lastEnrollment += 1 + this.#random.int(1_000);
    void this.#walk(workflow, recordId, this.#lastEnrollment).finally(() => this.#enrolled.delete(key));
  }

  /** What it is at is finished; nothing follows. */
  unenroll(workflowId: number, recordId: string): void {
    this.get(workflowId);
    this.#enrolled.delete(`${workflowId}/${recordId}`);
  }

  /** A callback of an action that had asked to wait. */
  complete(appId: number, callbackId: string, outputFields: Outputs): void {
    this.blocked(appId, callbackId).resume?.(outputFields);
  }

  blocked(appId: number, callbackId: string): Running {
    const running = this.#running.get(callbackId);
    if (running?.execution.appId !== appId) throw objectNotFound(`Callback ${callbackId} does not exist`);
    if (running.execution.state !== "BLOCKED") throw validationError(`Callback ${callbackId} is not waiting`);
    return running;
  }

  async #walk(workflow: Workflow, recordId: string, enrollment: number): Promise<void> {
    const store = this.#portal.store(workflow.objectType)!;
    for (const [index, step] of workflow.steps.entries()) {
      const record = store.records.resolve(recordId);
      const isIn = this.#enrolled.has(`${workflow.id}/${recordId}`);
      if (!isIn || record === undefined || record.archivedAt !== undefined) return;
      if ("set" in step)
        store.update(record, step.set, { type: "AUTOMATION_PLATFORM", id: `enrollmentId:${enrollment}` });
      else await this.#execute(workflow, step, store, record, enrollment, index);
    }
  }

  async #execute(
    workflow: Workflow,
    step: CustomStep,
    store: ObjectStore,
    record: SimRecord,
    enrollment: number,
    index: number,
  ): Promise<void> {
    const definition = this.#requireUsable(step, store);
    const callbackId = `ap-${this.#portal.id}-${enrollment}-${index + 1}-0`;
    const { appId, definitionId } = step;
    const common = { callbackId, workflowId: workflow.id, appId, definitionId, objectId: record.id };
    const running: Running = {
      execution: { ...common, state: "PENDING", attempts: 0, outputFields: {} },
      resume: undefined,
    };
    this.#running.set(callbackId, running);
    const payload = this.#payload(definition, callbackId, workflow.id, step, store, record, enrollment, index);
    const outputs = await this.#ask(definition, payload, running);
    if (outputs === undefined) return;
    const state = outputs.hs_execution_state ?? "SUCCESS";
    if (state !== "BLOCK" && state !== "ASYNC") {
      change(running, { state: state === "FAIL_CONTINUE" ? state : "SUCCESS", outputFields: outputs });
      return;
    }
    change(running, { state: "BLOCKED", outputFields: outputs });
    const wait = periodMs(outputs.hs_expiration_duration ?? "") ?? DEFAULT_BLOCK_MS;
    const answer = await this.#callback(running, wait);
    if (answer === undefined) change(running, { state: "EXPIRED" });
    else {
      const failed = answer.hs_execution_state === "FAIL_CONTINUE";
      change(running, { state: failed ? "FAIL_CONTINUE" : "SUCCESS", outputFields: answer });
    }
  }

  /** Asks until there is an answer: `undefined` when it was a refusal, or when it took too long. */
  async #ask(definition: ActionDefinition, payload: unknown, running: Running): Promise<Outputs | undefined> {
    const { clock } = this.#world;
    const startedAt = clock.now();
    const secret = this.#world.secretOf(definition.appId);
    for (let attempt = 1; ; attempt++) {
      change(running, { attempts: attempt });
      const asked = callAction(this.#world, definition.actionUrl, secret, payload);
      clock.hold?.(asked);
      const answer = await asked;
      if (answer.kind === "done") return answer.outputFields;
      const wait =
        answer.kind === "refused"
          ? undefined
          : (answer.after ?? Math.min(FIRST_RETRY_MS * 2 ** (attempt - 1), LONGEST_RETRY_MS));
      if (wait === undefined || clock.now() + wait - startedAt > RETRY_FOR_MS) {
        change(running, { state: "FAILED" });
        return undefined;
      }
      change(running, { state: "RETRYING" });
      await clock.sleep(wait);
    }
  }

  #callback(running: Running, wait: number): Promise<Outputs | undefined> {
    return new Promise((resolve) => {
      running.resume = resolve;
      void this.#world.clock.sleep(wait).then(() => resolve(undefined));
    });
  }

  #payload(
    definition: ActionDefinition,
    callbackId: string,
    workflowId: number,
    { inputFields = {} }: CustomStep,
    store: ObjectStore,
    record: SimRecord,
    enrollmentId: number,
    actionExecutionIndex: number,
  ): Record<string, unknown> {
    const read = (name: string) => store.records.read(record, record.snapshot, name) ?? null;
    const fields = Object.fromEntries(
      Object.entries(inputFields).map(([name, value]) => [
        name,
        typeof value === "string" ? value : read(value.property),
      ]),
    );
    const { requestedProperties: names } = definition;
    const properties =
      names.length === 0 ? {} : { properties: Object.fromEntries(names.map((name) => [name, read(name)])) };
    const [id, version] = [Number(definition.id), definition.revision];
    return {
      callbackId,
      origin: {
        portalId: this.#portal.id,
        actionDefinitionId: id,
        actionDefinitionVersion: version,
        actionExecutionIndexIdentifier: { enrollmentId, actionExecutionIndex },
        extensionDefinitionId: id,
        extensionDefinitionVersionId: version,
      },
      context: { source: "WORKFLOWS", workflowId },
      object: { objectId: Number(record.id), objectType: store.type.singular.toUpperCase(), ...properties },
      fields,
      inputFields: fields,
    };
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

function change(running: Running, changes: Partial<ActionExecution>): void {
  running.execution = { ...running.execution, ...changes };
}
