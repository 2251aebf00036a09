import type { ErrorCode } from "../errors/codes.ts";
import type { EpochMs, Tenant } from "../ports/ids.ts";

/** A part of setup that is the host's own. */
export interface SetupStep {
  /** Unique among the steps of its setup. */
  readonly name: string;
  /**
   * Safe to repeat: it runs once in each start of each process, and again until it succeeds. Here a process declares syncs
   * of custom objects, for example, whose type ids only the account knows. What it throws is tried again.
   */
  run(context: { readonly tenant: Tenant; readonly signal: AbortSignal }): unknown;
}

/** What setup needs of `hubspoke.schema(…)`. */
export interface SetupSchema {
  /** Reads the account and changes nothing. */
  plan(tenant: Tenant): Promise<{
    readonly actions: readonly { readonly do: string; readonly object?: string }[];
    readonly conflicts: readonly { readonly object: string; readonly property: string; readonly what: string }[];
  }>;
  /** Called only where the plan has actions; an outcome of `failed` is tried again. */
  apply(
    tenant: Tenant,
  ): Promise<{ readonly applied: readonly { readonly outcome: string; readonly code?: ErrorCode }[] }>;
}

/** What setup needs of a schedule or a usage push. */
export interface SetupSchedule {
  /** For the log and for what went wrong. */
  readonly name: string;
  /** Its `start` must be safe to repeat: every start of a process calls it. */
  for(tenant: Tenant): { start(): Promise<unknown> };
}

/** What must be so before an account can be worked with, in this order. */
export interface SetupDefinition {
  /** Default `setup`. */
  readonly name?: string;
  /** From `hubspoke.schema(…)`: looked at in each start, applied where the account differs. */
  readonly schema?: SetupSchema;
  /** Done after the schema and before schedules and syncs, in this order. */
  readonly steps?: readonly SetupStep[];
  /** Schedules and usage pushes that are started. A function is asked when its turn has come, so that a step can declare some. */
  readonly schedules?: readonly SetupSchedule[] | (() => readonly SetupSchedule[]);
  /**
   * Syncs by name, in the order of their first contact: those that others name come first. Default: all, in the order
   * they were declared. One that is on already is left alone.
   */
  readonly syncs?: readonly string[];
}

/** One step of a setup, in this process. */
export interface SetupStepStatus {
  /** `schema`, the host's own name, `schedules`, or `sync:` and the sync. */
  readonly name: string;
  /** `failed`: it is tried again. `waiting`: a step before it is not over. */
  readonly state: "waiting" | "running" | "failed" | "done";
  /** Attempts that failed since it last succeeded. */
  readonly tries: number;
  /** Of the last attempt that failed, until one succeeds. */
  readonly errorCode: string | null;
  /** Ours, made of codes and names: no personal data. Null for what the host's own code threw. */
  readonly message: string | null;
  /** When it came into this state; null: it has not begun. */
  readonly at: EpochMs | null;
}

/** How far a tenant's setup is, in this process. */
export interface SetupStatus {
  /** `setup` where the definition has none. */
  readonly name: string;
  /** Every step is done. */
  readonly ready: boolean;
  /** In their order. Syncs that a later step declares are there once they are declared. */
  readonly steps: readonly SetupStepStatus[];
  /** What the schema's step has found; null: it has not looked yet, or there is none. */
  readonly schema: {
    /** What differed from the declaration, and was made as declared: `create-property of contacts`. */
    readonly drift: readonly string[];
    /** What nobody but a person can mend: `type of contacts.warp_role`, or `unique`. */
    readonly conflicts: readonly string[];
    readonly at: EpochMs;
  } | null;
}

/** The setup of one tenant. */
export interface TenantSetup {
  /** Begins it in this process: its worker does the steps, and tries each again until it succeeds. Does no I/O. */
  start(): void;
  /** Null where it was not started in this process. */
  status(): SetupStatus | null;
}

/** A declared setup. */
export interface SetupHandle {
  /** `setup` where the definition has none. */
  readonly name: string;
  /** The setup of one tenant. Does no I/O, and nothing until `start`. */
  for(tenant: Tenant): TenantSetup;
}
