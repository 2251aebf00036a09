/**
 * HubSpot inside a product. Further entry points: `/client`, `/ports`, `/errors`, `/phone`, `/webhooks`, `/oauth`, `/crypto`,
 * `/memory`, `/sync`.
 */

// Credentials and transport
export { fetchTransport } from "#platform";
// Activities, and what is done durably
export type { Activities, ActivityOptions, LoggedActivity } from "./activities/activities.ts";
export type {
  ActivityInputs,
  ActivityKind,
  Call,
  Email,
  EmailAddress,
  Meeting,
  Note,
  RecordingInput,
  Task,
} from "./activities/input-types.ts";
// The audit trail
export type { AuditPage, AuditQuery, AuditReader, AuditRecord } from "./audit/audit-reader.ts";
// The client
export type { Allow } from "./client/access.ts";
export type { AccountInfo, TokenInfo } from "./client/account.ts";
export { type Auth, privateApp, tokenFor } from "./client/credentials.ts";
export type { ClientOptions, HubSpotClient, HubSpotResponse } from "./client/hubspot-client.ts";
export type { HubSpotRecord, ObjectsApi } from "./client/objects-api.ts";
export type { RequestOptions } from "./client/raw-request.ts";
export type { ApiUsage } from "./client/resources/account.ts";
export type { Resources } from "./client/resources/all.ts";
export type { AppEvent } from "./client/resources/app-events.ts";
export type { Link, LinkedRecord } from "./client/resources/association-wire.ts";
export type { RecordRef } from "./client/resources/associations.ts";
export type { ExportInput } from "./client/resources/exports.ts";
export type { HubSpotFile } from "./client/resources/file-answers.ts";
export type { FileUpload } from "./client/resources/files.ts";
export type { ImportInput, ImportRun } from "./client/resources/imports.ts";
export type { ListInput, ObjectList } from "./client/resources/lists.ts";
export type { Owner } from "./client/resources/owners.ts";
export type { Pipeline, PipelineInput, PipelineStage } from "./client/resources/pipelines.ts";
export type { PropertyInput } from "./client/resources/properties.ts";
export type { ObjectSchema, SchemaInput } from "./client/resources/schemas.ts";
export type { JournalEntry, JournalFile } from "./client/resources/webhook-journal.ts";
export type { WebhookSubscription } from "./client/resources/webhook-settings.ts";
export type { WorkflowAction } from "./client/resources/workflow-actions.ts";
// Tickets and events
export type { AlertTicketOptions } from "./compose/alert-tickets.ts";
// The instance
export { configFromEnv, type EnvConfig } from "./compose/config-from-env.ts";
export type { Declared } from "./compose/declared.ts";
// Files from elsewhere
export { guardedDownloader } from "./compose/downloads.ts";
// Engagement, workflows, flows and usage
export type { EmailEventInput, EmailEventOptions, EmailEvents, EmailEventType } from "./compose/email-events.ts";
export type { FlowTrigger, TriggeredFlow } from "./compose/flow-starts.ts";
export type { JournalOptions, JournalSource } from "./compose/journal-feed.ts";
export type { ServiceRetention } from "./compose/keep-services.ts";
export type { HubspokeOptions } from "./compose/options.ts";
export type { Overview } from "./compose/overview.ts";
export type { RelayDefinition, RelayedJob } from "./compose/relay.ts";
export type { Services } from "./compose/services-part.ts";
// Privacy and tenants
export type { Tenants } from "./compose/tenants.ts";
export { type Check, type CheckName, type Verification, type VerifyOptions, verifyLine } from "./compose/verify.ts";
export { envNames } from "./config/env.ts";
export type { FlagState, FlagStates } from "./config/flag-state.ts";
export type { Flags } from "./config/flags.ts";
export { tenantKey } from "./config/tenant-key.ts";
export { createHubSpoke, type Hubspoke } from "./create-hubspoke.ts";
// Schema as code
export {
  type CrmSchema,
  type CustomObjectDeclaration,
  type GroupDeclaration,
  type LabelDeclaration,
  type ObjectDeclaration,
  type OptionDeclaration,
  type PropertyDeclaration,
  type PropertyDeclarations,
  type PropertyForm,
  type PropertyShorthand,
  properties,
} from "./crm-schema/declaration.ts";
export type { PlanOptions, SchemaAction, SchemaConflict, SchemaPlan } from "./crm-schema/plan.ts";
export type { AppliedAction, AppliedSchema, SchemaHandle } from "./crm-schema/schema-service.ts";
// The directory
export type { AccessOptions, Permission } from "./directory/access-policy.ts";
export type { UnknownNumbers, UnknownProgress } from "./directory/background/unknown-numbers.ts";
export type { Directory } from "./directory/directory.ts";
export type { DirectoryOptions } from "./directory/options.ts";
export type {
  ContactSearch,
  ContactSearchOptions,
  FoundContact,
  HasActiveConversation,
  Recents,
} from "./directory/search/types.ts";
export type {
  BatchLookupOptions,
  BatchResult,
  DirectoryContact,
  DirectoryField,
  InvalidPhone,
  LookupOptions,
  LookupResult,
} from "./directory/types.ts";
export type { DownloadSettings } from "./download/options.ts";
export type { Engagement, EngagementInput, EngagementScore, RecordedEngagement } from "./engagement/engagement.ts";
export type { EngagementOptions, ScoringOptions } from "./engagement/score.ts";
// Errors: their classes and codes are in `/errors`
export { HubspokeError, isHubspokeError } from "./errors/hubspoke-error.ts";
export type { EventOptions, Events, SendOptions, SentEvent } from "./events/events.ts";
export type { EventInput } from "./events/inputs.ts";
export type { EventSink } from "./events/sinks.ts";
export type { FlowDefinition, FlowHandle, FlowRun, FlowStep, FlowSteps, StepContext } from "./flows/flows.ts";
// What never leaves
export type { GuardOptions, GuardRule } from "./guard/options.ts";
export type { Availability, Trouble } from "./http/availability.ts";
export type { QueueEstimate } from "./http/budget-types.ts";
export type { QuotaState } from "./http/budgets.ts";
export type { CallEvent, CallHooks, CallStart } from "./http/call-event.ts";
export type { ClientStats } from "./http/stats.ts";
export type { Target } from "./keyed-records/targets.ts";
export type { ApiVersion } from "./model/api-version.ts";
export {
  type AssociationCategory,
  type AssociationType,
  associationType,
} from "./model/association-types.ts";
export type { Lane } from "./model/lane.ts";
export {
  type ObjectProperties,
  type PulledObjects,
  propertyKnowledge,
  type WritableProperties,
} from "./model/object-properties.ts";
export type { ObjectType } from "./model/object-type.ts";
export type { LineItemProperties, ProductProperties } from "./model/properties/commerce.ts";
export type { CompanyProperties } from "./model/properties/companies.ts";
export type { ContactProperties, ContactProperty } from "./model/properties/contacts.ts";
export type { DealProperties } from "./model/properties/deals.ts";
export type {
  CallProperties,
  EmailProperties,
  MeetingProperties,
  NoteProperties,
  TaskProperties,
} from "./model/properties/engagements.ts";
export type { TicketProperties } from "./model/properties/tickets.ts";
export type { PropertyDefinition } from "./model/property-definition.ts";
export type { PropertyValue } from "./model/property-value.ts";
export type { BatchOutcome, RawRecord } from "./model/record.ts";
export type { Filter, SearchAllQuery, SearchQuery, Sort } from "./model/search-query.ts";
export { Secret } from "./model/secret.ts";
// OAuth: logins, scopes and routes are in `/oauth`
export { type OAuthApp, type OAuthAppOptions, oauthApp } from "./oauth/app.ts";
export type { ConnectionStatus, Disconnected } from "./oauth/connection.ts";
export type { OAuth } from "./oauth/oauth.ts";
export type { JobFacts, JobPerson, JobResult, OutboxJob, OutboxKind } from "./outbox/kind.ts";
export type { Enqueued, EnqueueOptions, Outbox, OutboxQuery, OutboxView } from "./outbox/outbox.ts";
export type { Actor, Ctx } from "./ports/context.ts";
export type { MigrationReport } from "./ports/storage.ts";
export type { ErasedCounts } from "./privacy/erase.ts";
export type { PersonalData } from "./privacy/export.ts";
export type { Erased, Privacy } from "./privacy/privacy.ts";
export type { Retention } from "./privacy/retention.ts";
export type { Person, Subject } from "./privacy/subject.ts";
export { tablesOf } from "./privacy/tables.ts";
// Schedules
export type { ScheduleDefinition, ScheduleRun } from "./schedules/definition.ts";
export type { ScheduleChange, ScheduleHandle, ScheduleState, TenantSchedule } from "./schedules/schedules.ts";
export type { TimingOptions } from "./schedules/timing.ts";
// Setup
export type {
  SetupDefinition,
  SetupHandle,
  SetupSchedule,
  SetupSchema,
  SetupStatus,
  SetupStep,
  SetupStepStatus,
  TenantSetup,
} from "./setup/definition.ts";
export type { PassOverview, SyncOverview } from "./sync/engine/overview.ts";
export type { SyncMinute } from "./sync/run/figures.ts";
export type { CreatedTicket, TicketChanges, TicketInput } from "./tickets/inputs.ts";
export type { OutageTicket } from "./tickets/outages.ts";
export type { OutageReport, Reported } from "./tickets/reports.ts";
export type { TicketOptions, Tickets } from "./tickets/tickets.ts";
export type { Pushed, UsageDefinition, UsageHandle, UsageRow, UsageTiming } from "./usage/usage.ts";
export type { Moment } from "./util/moment.ts";
export type { StartedWorker, TickOptions, TickResult, Worker } from "./worker/create-worker.ts";
export type { ConsumeOptions, QueueDispatch, QueueLike, QueueMessageLike } from "./worker/queue-dispatch.ts";
export type { Condition, JudgedCondition, Operator } from "./workflows/conditions.ts";
export type { HandlerCall, WorkflowHandler } from "./workflows/perform.ts";
export type { Reply, Sentiment } from "./workflows/run-event.ts";
export type { Action, Trigger, TriggerDraft, WorkflowEvent } from "./workflows/trigger.ts";
export type { Execution, TriggerTest, WorkflowOptions, Workflows } from "./workflows/workflows.ts";
