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
  readonly name: string;
  /** Default `contacts`. */
  readonly objectType?: string;
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
  readonly callbackId: string;
  readonly workflowId: number;
  readonly appId: number;
  readonly definitionId: string;
  readonly objectId: string;
  readonly state: ExecutionState;
  /** How often the address was asked. */
  readonly attempts: number;
  readonly outputFields: Readonly<Record<string, string>>;
}

/** The workflows of one account: made and looked at by tests, as people make them in HubSpot's editor. */
export interface WorkflowAccess {
  /** @returns its id */
  create(draft: WorkflowDraft): number;
  enroll(workflowId: number, recordId: string): void;
  /** Every execution of a custom action so far, oldest first. */
  readonly executions: readonly ActionExecution[];
}
