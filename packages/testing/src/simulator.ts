/**
 * A stateful HubSpot for tests and demonstrations: `createHubSpotSimulator()` gives a `fetch`, a server and MSW
 * handlers over one account in memory, with HubSpot's limits, search, histories, webhooks and failures.
 */
export { type SimulateIo, simulate } from "./bin/simulate-command.ts";
export { ApiError, SimulatorError } from "./simulator/base/api-error.ts";
export { createVirtualClock, realClock, type SimClock, type VirtualClock } from "./simulator/base/clock.ts";
export { type Duration, type LogNormal, parseDuration } from "./simulator/base/duration.ts";
export type { LoggedCall } from "./simulator/call-log.ts";
export { createHubSpotSimulator } from "./simulator/create-simulator.ts";
export type { PlainRequest, PlainResponse } from "./simulator/edges/exchange.ts";
export type { MswRequestHandler } from "./simulator/edges/msw.ts";
export type { Fault, FaultEffect, FaultSubject, Faults } from "./simulator/faults/fault.ts";
export { parseFault } from "./simulator/faults/parse.ts";
export type { SeedOptions } from "./simulator/fixtures/seed-contacts.ts";
export type { SeedRecords } from "./simulator/fixtures/seed-records.ts";
export type { Knobs, LagSpike } from "./simulator/knobs.ts";
export { type LimitSettings, SUBSCRIPTION_LIMITS } from "./simulator/limits/limiter.ts";
export type { OtherProgramOptions } from "./simulator/limits/other-program.ts";
export type { OAuthAppOptions, OAuthSettings } from "./simulator/oauth/app.ts";
export type { PortalOptions, SimulatorOptions, TokenOptions } from "./simulator/options.ts";
export type { AppEventType, ImportLimits, PlatformOptions } from "./simulator/platform/options.ts";
export type { TimelineEvent } from "./simulator/platform/timeline/timeline.ts";
export type {
  ActionExecution,
  WorkflowAccess,
  WorkflowDraft,
  WorkflowStep,
} from "./simulator/platform/workflows/workflow.ts";
export type { NormalisationSettings } from "./simulator/properties/normalise.ts";
export { type RecordAccess, UI_USER } from "./simulator/record-access.ts";
export { type SimulatorState, STATE_FORMAT } from "./simulator/saved-state.ts";
export type {
  HubSpotSimulator,
  ListenOptions,
  PortalAccess,
  RunningServer,
} from "./simulator/simulator-api.ts";
export type { ChangeSource, RecordView } from "./simulator/state/record.ts";
export type { RequiredProperty } from "./simulator/state/required.ts";
export type { SimStats } from "./simulator/stats.ts";
export type { WebhookDelivery, WebhookFaults, WebhookTarget } from "./simulator/webhooks/delivery.ts";
export type { WebhookEvent } from "./simulator/webhooks/event.ts";
export {
  documentedUri,
  type SignedWebhookOptions,
  signedWebhookRequest,
  signV1,
  signV2,
  signV3,
} from "./simulator/webhooks/signatures.ts";
