import { type Activities, createActivities } from "../activities/activities.ts";
import type { Clients } from "../client/create-clients.ts";
import type { CrmSchema } from "../crm-schema/declaration.ts";
import { type SchemaHandle, schemaHandle } from "../crm-schema/schema-service.ts";
import { createPhoneFinder } from "../directory/find-by-phone.ts";
import type { Engagement } from "../engagement/engagement.ts";
import { createEvents, type Events } from "../events/events.ts";
import { defineFlow, type FlowDefinition, type FlowHandle } from "../flows/flows.ts";
import { resealFlowsJob } from "../flows/forget.ts";
import { createGuard } from "../guard/guard.ts";
import { RecordKeys } from "../keyed-records/record-keys.ts";
import { resealJob } from "../outbox/forget.ts";
import type { JobPerson, OutboxKind } from "../outbox/kind.ts";
import { createOutbox, type Outbox } from "../outbox/outbox.ts";
import { outboxJob } from "../outbox/outbox-job.ts";
import type { Ctx } from "../ports/context.ts";
import type { Downloader } from "../ports/downloader.ts";
import type { PortalId, Tenant } from "../ports/ids.ts";
import type { Job } from "../ports/job.ts";
import type { PersonalData } from "../privacy/export.ts";
import type { Identity } from "../privacy/subject.ts";
import type { ScheduleHandle, Schedules } from "../schedules/schedules.ts";
import { createTickets, type Tickets } from "../tickets/tickets.ts";
import { pushUsage, type UsageDefinition, type UsageHandle } from "../usage/usage.ts";
import type { WebhookHandlers } from "../webhooks/inbox/handlers.ts";
import type { Workflows } from "../workflows/workflows.ts";
import { alertTickets } from "./alert-tickets.ts";
import { allTenants } from "./all-tenants.ts";
import { contactSearchFor } from "./contact-finder-adapter.ts";
import { contactResolverFor, e164With } from "./contact-resolver.ts";
import { crmPortFor } from "./crm-adapter.ts";
import type { EmailEvents } from "./email-events.ts";
import { engagementPart } from "./engagement-part.ts";
import { type FlowTrigger, startedBy, type TriggeredFlow } from "./flow-starts.ts";
import type { Foundation } from "./foundation.ts";
import { forgetInServices, inServices, servicesRetentionJob } from "./keep-services.ts";
import { onceAnHour } from "./once-an-hour.ts";
import type { HubspokeOptions } from "./options.ts";
import { ownSecrets } from "./own-secrets.ts";
import type { PeoplePart } from "./people-part.ts";
import { personFinderFor } from "./person-finder.ts";
import { recordingsFor } from "./recordings.ts";
import { type RelayDefinition, relay } from "./relay.ts";
import { schemaPortFor } from "./schema-adapter.ts";
import { timelineFor } from "./timeline-adapter.ts";

/** What an instance does for a host beside looking up and syncing. */
export interface Services {
  /** "Do it durably, answer now": the host's own jobs and those of every service. */
  readonly outbox: Outbox;
  /** Notes, calls, e-mails, tasks and meetings, each made once per key. */
  readonly activities: Activities;
  /** Tickets, and one for each outage. */
  readonly tickets: Tickets;
  /** What happened in your product, on HubSpot's timelines. */
  readonly events: Events;
  /** How much contacts react, as a score that fades. */
  readonly engagement: Engagement;
  /** When something happens to a contact and conditions hold, actions run. */
  readonly workflows: Workflows;
  /** What happens to your e-mails: timeline, score and triggers behind one call. */
  readonly emailEvents: EmailEvents;
  /** Steps that happen one after the other and once each, whatever is killed in between. Define at start, in every process. */
  flow<I>(definition: FlowDefinition<I> & { readonly startsWhen: FlowTrigger<I> }): TriggeredFlow<I>;
  flow<I>(definition: FlowDefinition<I>): FlowHandle<I>;
  /** Numbers of yours on HubSpot's records, on a schedule: usage, MRR, what churn is judged by. Define at start. */
  usage(definition: UsageDefinition): UsageHandle<ScheduleHandle>;
  /** Jobs that wait in a table of yours, written in your own transactions, handed to the outbox on a schedule. Define at start. */
  relay(definition: RelayDefinition): ScheduleHandle;
  /** Properties, groups, custom objects and association labels as code: `plan`, `apply`. Errors: CONFIG_INVALID. */
  schema(declaration: CrmSchema): SchemaHandle;
}

export interface ServicesPart {
  readonly surface: Services;
  readonly jobs: readonly Job[];
  /** Objects that usage is pushed to, one for each definition. */
  usage(): readonly string[];
  /** The flows defined so far. */
  flows(): readonly FlowHandle<never>[];
  /** The tenant was connected anew: jobs that waited for that are due. */
  reconnected(tenant: Tenant): Promise<void>;
  /** Erasure: what these services' tables hold of a person. Says how many rows went. */
  forget(tenant: Tenant, portalId: PortalId, person: Identity): Promise<number>;
  /** For exports: jobs about the person, in whatever state. */
  about(tenant: Tenant, person: Identity): Promise<PersonalData["services"]>;
}

export interface ServicesDeps {
  readonly options: HubspokeOptions;
  readonly foundation: Foundation;
  readonly clients: Clients;
  readonly people: Pick<PeoplePart, "suppression" | "audit" | "portals">;
  readonly makeDownloader: () => Downloader;
  /** Throws ACCESS_DENIED for whoever may not change triggers. */
  readonly mayChange: (ctx: Ctx) => Promise<void>;
  readonly schedule: Schedules["define"];
  readonly on: WebhookHandlers["on"];
  /** Whether a setup of the tenant has not come to its syncs yet. */
  readonly preparing: (tenant: Tenant) => boolean;
  readonly tenants: () => Promise<readonly Tenant[]>;
}

/** Does no I/O. Errors: CONFIG_INVALID. */
export function servicesPart(deps: ServicesDeps): ServicesPart {
  const { options, foundation, clients, people, makeDownloader } = deps;
  const { storage } = foundation;
  const { defaultRegion } = options;
  const crm = crmPortFor(clients);
  const keys = new RecordKeys({ ...foundation, crm, provision: options.activities?.provisionKey ?? true });
  const { outbox, kinds, bell, reconnected } = createOutbox({
    ...foundation,
    store: storage.outbox,
    pinned: people.portals.pinned,
  });
  const outboxDeps = { ...foundation, store: storage.outbox, kinds, bell, pinned: people.portals.pinned };
  const anyErased = async (tenant: Tenant, who: readonly JobPerson[]): Promise<boolean> =>
    (await people.suppression.match(tenant, who)).some((erased) => erased);

  const finder = createPhoneFinder({ search: contactSearchFor(clients), defaultRegion });
  const resolver = contactResolverFor({
    ...foundation,
    finder: personFinderFor(clients, finder, defaultRegion),
    crm,
    audit: people.audit,
    suppression: people.suppression,
    defaultRegion,
  });
  const shared = { ...foundation, crm, keys, resolver, cursors: storage.cursors, toE164: e164With(defaultRegion) };
  const { activities, kinds: activityKinds } = createActivities({
    ...shared,
    recordings: recordingsFor(makeDownloader, clients, createGuard(options.guard, ownSecrets(options))),
  });
  const { tickets, kinds: ticketKinds } = createTickets({
    ...shared,
    outbox,
    pipelines: ({ tenant, lane }) => clients.client({ tenant, lane }).pipelines("tickets").list(),
  });
  if (options.tickets !== undefined) foundation.alerts.listen(alertTickets(options.tickets, outbox));
  const { events, kinds: eventKinds } = createEvents({ ...shared, timeline: timelineFor(clients) }, options.events);
  const {
    jobs: engagementJobs,
    kinds: engagementKinds,
    ...reacting
  } = engagementPart({ ...deps, ...shared, outbox, audit: people.audit }, options);
  const all = [...activityKinds, ...ticketKinds, ...eventKinds, ...engagementKinds];
  for (const kind of all as readonly OutboxKind<unknown>[]) kinds.add({ ...kind, portalBound: true });
  const schemaPort = schemaPortFor(clients);
  const usage: string[] = [];
  const flows: FlowHandle<never>[] = [];
  const flowDeps = { ...foundation, store: storage.flows, outbox };
  return {
    surface: {
      outbox,
      activities,
      tickets,
      events,
      ...reacting,
      flow<I>(definition: FlowDefinition<I> & { readonly startsWhen?: FlowTrigger<I> }): TriggeredFlow<I> {
        const flow = defineFlow(flowDeps, definition);
        flows.push(flow as FlowHandle<never>);
        const { startsWhen } = definition;
        // Without a trigger there is no `missed`, and the type a caller sees has none.
        return startsWhen === undefined ? (flow as TriggeredFlow<I>) : startedBy(deps, flow, startsWhen);
      },
      usage(definition) {
        const push = (due: Parameters<typeof pushUsage>[2]) => pushUsage(shared, definition, due);
        usage.push(definition.object);
        const { name, object: _object, idProperty: _idProperty, collect: _collect, ...timing } = definition;
        const schedule = deps.schedule({ ...timing, name: `usage:${name}`, run: push });
        const never = new AbortController().signal;
        return {
          name,
          for: (tenant) => schedule.for(tenant),
          push: (tenant = "default", signal = never) => push({ tenant, dueAt: foundation.clock.now(), signal }),
        };
      },
      relay: (definition) => relay({ outbox, schedule: deps.schedule }, definition),
      schema: (declaration) => schemaHandle(schemaPort, declaration),
    },
    usage: () => usage,
    flows: () => flows,
    reconnected,
    jobs: [
      outboxJob({ ...outboxDeps, anyErased, preparing: deps.preparing }),
      resealJob(outboxDeps),
      resealFlowsJob(flowDeps),
      onceAnHour(
        storage.cursors,
        servicesRetentionJob(
          storage,
          () => allTenants(storage.tenants, { everybody: true }),
          options.servicesRetention,
        ),
      ),
      ...engagementJobs,
    ],
    about: (tenant, person) => inServices({ storage, outbox: outboxDeps, flows: flowDeps }, tenant, person),
    forget: (tenant, portalId, person) =>
      forgetInServices({ storage, outbox: outboxDeps, flows: flowDeps }, tenant, portalId, person),
  };
}
