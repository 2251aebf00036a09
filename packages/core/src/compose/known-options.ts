import { HubspokeError } from "../errors/hubspoke-error.ts";
import { aFunction, aNumber, anything, aSwitch, checkOptions, type Shape } from "../util/shape.ts";
import type { HubspokeOptions } from "./options.ts";

/** A shape for every option there is, so that a new one is not forgotten here. */
type Shapes<O> = { readonly [K in keyof O]-?: Exclude<Shape, { options: unknown }> | Group<NonNullable<O[K]>> };
interface Group<O> {
  readonly options: Shapes<O>;
}

/** `anything` where the part itself says what is wrong with it. */
const known: Shapes<HubspokeOptions> = {
  auth: anything,
  storage: anything,
  keys: anything,
  portalId: anything,
  baseUrl: anything,
  apiVersion: anything,
  defaultRegion: anything,
  readOnly: aSwitch,
  allow: anything,
  guard: anything,
  rateLimit: aNumber,
  timeouts: { options: { connectMs: aNumber, headersMs: aNumber, bodyMs: aNumber } },
  maxAttempts: aNumber,
  maxWaitMs: aNumber,
  coalesce: aSwitch,
  http: { options: { connectMs: aNumber, connections: aNumber, proxy: anything } },
  directory: {
    options: {
      fields: anything,
      access: {
        options: {
          roles: anything,
          purposes: anything,
          visible: anything,
          limits: { options: { lookupsPerMinute: anything, searchesPerMinute: anything } },
        },
      },
      hasActiveConversation: aFunction,
      unknownNumbers: anything,
      cache: {
        options: { freshMs: anything, staleMs: anything, negativeMs: anything, memoryMs: anything, settleMs: anything },
      },
      memoryEntries: anything,
      memorySpellings: anything,
      recipeCap: anything,
      answerWithinMs: anything,
      webhookAnswerWithinMs: anything,
      batchAnswerWithinMs: anything,
      searchAnswerWithinMs: anything,
      authPauseMs: anything,
      refreshPauseMs: anything,
    },
  },
  activities: { options: { provisionKey: aSwitch } },
  tickets: { options: { fromAlert: aFunction, tenant: anything } },
  events: { options: { sinks: anything, appTypes: anything, templates: anything } },
  engagement: { options: { weights: anything, halfLifeMs: anything, levels: anything, property: anything } },
  workflows: { options: { sentiment: aFunction, optOutProperty: anything } },
  emailEvents: { options: { timeline: anything } },
  servicesRetention: {
    options: { failedJobsMs: aNumber, executionsMs: aNumber, flowsMs: aNumber, engagementMs: aNumber },
  },
  downloads: { options: { hosts: anything, ports: anything, maxBytes: anything, timeoutMs: anything } },
  syncSettings: {
    options: {
      leaseMs: aNumber,
      marginMs: aNumber,
      maxTries: aNumber,
      lookBackMs: aNumber,
      pageSize: aNumber,
      readers: aNumber,
    },
  },
  audit: { oneOf: ["batched", "strict"] },
  retention: {
    options: {
      auditMs: aNumber,
      historyMs: aNumber,
      syncLogMs: aNumber,
      conflictsMs: aNumber,
      runsMs: aNumber,
      alertsMs: aNumber,
    },
  },
  webhooks: {
    options: {
      publicUrl: anything,
      secrets: anything,
      signatureVersions: anything,
      maxBodyBytes: anything,
      bodyTimeoutMs: anything,
    },
  },
  journal: { options: { source: aFunction, everyMs: aNumber } },
  flags: anything,
  logger: anything,
  metrics: anything,
  telemetry: anything,
  alerts: anything,
  onSend: aFunction,
  onCall: aFunction,
  waitUntil: aFunction,
  transport: anything,
  clock: anything,
  random: anything,
};

/** An option that is misspelt would be one that was never given: `readonly: true` would write. Errors: CONFIG_INVALID. */
export function checkKnown(options: object): void {
  checkOptions("createHubSpoke: ", { ...options }, known as Readonly<Record<string, Shape>>, (what) => {
    throw new HubspokeError("CONFIG_INVALID", what);
  });
}
