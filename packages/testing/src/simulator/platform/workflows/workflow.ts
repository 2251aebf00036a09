/** What a workflow does to each record that is enrolled: values it sets, or a custom action of an app. */
export type WorkflowStep =
  | { readonly set: Readonly<Record<string, string>> }
  | {
      readonly appId: number;
      readonly definitionId: string;
      /** A value, or the property of the record that has it. */
      readonly inputFields?: Readonly<Record<string, string | { readonly property: string }>>;
    };

/** A workflow to make in the simulated account. */
export interface WorkflowDraft {
  /** For whoever reads the test; nothing goes by it, and two may be equal. */
  readonly name: string;
  /** Default `contacts`. */
  readonly objectType?: string;
  /** In this order for each record; a custom action that blocks holds up only its own record. */
  readonly steps: readonly WorkflowStep[];
}

/**
 * - `RETRYING`: the action's address failed and will be asked again. `BLOCKED`: it waits for a callback.
 * - `SUCCESS`, `FAIL_CONTINUE`: as the action said. `FAILED`: it refused, or was asked too long.
 * - `EXPIRED`: no callback came in time.
 */
export type ExecutionState = "PENDING" | "RETRYING" | "BLOCKED" | "SUCCESS" | "FAIL_CONTINUE" | "FAILED" | "EXPIRED";

/** One record at one custom action. */
export interface ActionExecution {
  /** What `POST /automation/actions/callbacks/{version}/{callbackId}/complete` is called with. */
  readonly callbackId: string;
  /** As `create` answered it. */
  readonly workflowId: number;
  /** Whose action it is. */
  readonly appId: number;
  /** The action's id, decimal digits. */
  readonly definitionId: string;
  /** Of the record that is enrolled. */
  readonly objectId: string;
  /** `BLOCKED` waits for a callback; `ExecutionState` says the others. */
  readonly state: ExecutionState;
  /** How often the address was asked. */
  readonly attempts: number;
  /** As the action answered or its callback said; empty until then. */
  readonly outputFields: Readonly<Record<string, string>>;
}

/** The workflows of one account: made and looked at by tests, as people make them in HubSpot's editor. */
export interface WorkflowAccess {
  /** Answers its id, a whole number. It is on from the beginning, and nobody is enrolled. */
  create(draft: WorkflowDraft): number;
  /** The record starts at the first step; one that is in it already does not enter again. ApiError 404 for an unknown workflow. */
  enroll(workflowId: number, recordId: string): void;
  /** Every execution of a custom action so far, oldest first. */
  readonly executions: readonly ActionExecution[];
}
