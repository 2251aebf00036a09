import type { LoggedCall } from "./call-log.ts";
import type { PlainRequest, PlainResponse } from "./edges/exchange.ts";
import type { MswRequestHandler } from "./edges/msw.ts";
import type { Faults } from "./faults/fault.ts";
import type { SeedOptions } from "./fixtures/seed-contacts.ts";
import type { SeedRecords } from "./fixtures/seed-records.ts";
import type { Knobs } from "./knobs.ts";
import type { TimelineEvent } from "./platform/timeline/timeline.ts";
import type { WorkflowAccess } from "./platform/workflows/workflow.ts";
import type { RecordAccess } from "./record-access.ts";
import type { SimulatorState } from "./saved-state.ts";
import type { SimStats } from "./stats.ts";
import type { WebhookDelivery, WebhookTarget } from "./webhooks/delivery.ts";
import type { WebhookEvent } from "./webhooks/event.ts";

/** A simulated account from the inside: what its users would do and see. */
export interface PortalAccess {
  /** HubSpot's `portalId`: 62515 unless the options say otherwise. */
  readonly id: number;
  /** The same as `objects("contacts")`. */
  readonly contacts: RecordAccess;
  /** By name or type id, e.g. `companies` or `2-1000001`. */
  objects(type: string): RecordAccess;
  /** What apps told of its records, oldest first. */
  readonly timeline: readonly TimelineEvent[];
  /** Made by tests, as people make them in HubSpot's editor. */
  readonly workflows: WorkflowAccess;
}

/** A HubSpot that lives in memory. */
export interface HubSpotSimulator {
  /** A drop-in `fetch`: any host will do, the path decides. */
  readonly fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>;
  /** The same without a Request and a Response for each call, for tests that make very many. Rejects where `fetch` would. */
  readonly exchange: (request: PlainRequest) => Promise<PlainResponse>;
  /** Serves it to any HubSpot client in any language; loopback unless a host is given. */
  listen(options?: ListenOptions): Promise<RunningServer>;
  /** Handlers for MSW 2 or 3, answering for `baseUrl` (default `https://api.hubapi.com`). */
  mswHandlers(options?: { readonly baseUrl?: string }): Promise<MswRequestHandler[]>;
  /** Back to the beginning: no records, no calls, no faults, the same seed. */
  reset(): void;
  /** What is named changes at once; the rest stays. `reset` goes back to the options. */
  configure(knobs: Knobs): void;
  /** All of it, in JSON. What is under way at that moment, a delivery or an action that is asked, begins again. */
  saveState(): SimulatorState;
  /**
   * Goes on from a saved state, with the same portals and seed. The call log begins anew, the clock stays as it is, and
   * functions among the knobs come from the options.
   */
  restoreState(state: SimulatorState): void;
  /** The clock, milliseconds since the epoch. */
  now(): number;
  /** Moves a virtual clock on; refused for the real one. */
  advanceClock(ms: number): Promise<void>;
  /** The first portal, or the one with this id. */
  portal(id?: number): PortalAccess;
  /** Another program of the same app (or of the same account, for searches) uses up calls of the limits of now. */
  eatQuota(
    calls: number,
    of?: { readonly portalId?: number; readonly appId?: number; readonly search?: boolean },
  ): void;
  /** Tells of many changes that changed nothing: of records that exist, of properties they have. */
  webhookStorm(events: number, of?: { readonly portalId?: number; readonly type?: string }): void;
  /** Fills a portal with plausible people, without webhooks. Returns their ids. */
  seedContacts(count: number, options?: SeedOptions): string[];
  /**
   * Fills a portal with these records, without webhooks: `{ companies: [{ name: "Acme" }] }`. Returns their ids by object,
   * in the order given. Throws for what the API would refuse, and for an object the portal does not have.
   */
  seedRecords(records: SeedRecords, of?: { readonly portalId?: number }): Record<string, string[]>;
  /** Shared by all portals; armed ones of the options are in it from the beginning. */
  readonly faults: Faults;
  /** In the order of arrival, the newest 100,000 unless `keepCalls` says otherwise. */
  readonly calls: readonly LoggedCall[];
  /** Since the beginning or the last `reset`, also of calls that `calls` has dropped. */
  stats(): SimStats;
  /** Events that no delivery has taken, and those that failed and will be tried again. */
  readonly pendingWebhooks: readonly WebhookEvent[];
  /** Default target: the address that each app set by API. */
  deliverWebhooks(target?: WebhookTarget): Promise<WebhookDelivery>;
  /** The secret that webhooks are signed with unless their target names another. */
  readonly appSecret: string;
  /** A token of the first portal. */
  readonly token: string;
}

/** Where a simulator is served, and where it delivers webhooks. */
export interface ListenOptions {
  /** Default: any free one. */
  readonly port?: number;
  /** Default 127.0.0.1. The control API answers only on a loopback address unless `control` says so. */
  readonly host?: string;
  /** Changes are delivered here soon after they happen. */
  readonly webhookUrl?: string;
  /** The address that receiver believes it has, which signatures cover. Default: `webhookUrl`. */
  readonly webhookPublicUrl?: string;
  /**
   * Whether `/_simulator` answers. Default: on a loopback address only, and there neither to other host names nor to
   * pages of other sites; `true` answers anyone.
   */
  readonly control?: boolean;
}

/** A simulator that is being served. */
export interface RunningServer {
  /** E.g. `http://127.0.0.1:4010`. */
  readonly url: string;
  /** Takes no more calls and ends open connections. */
  close(): Promise<void>;
}
