import type { EventSink } from "../events/sinks.ts";
import type { HubspokeOptions } from "./options.ts";

/** What an instance was told to do besides its syncs, for tools that compare it with an app's settings. No secret. */
export interface Declared {
  /** Event types handlers are registered for, sorted; `*` for one of all types. */
  readonly handles: readonly string[];
  /** The address HubSpot calls; null where no webhooks are received. */
  readonly webhookUrl: string | null;
  /** The OAuth app's address and scopes; null for other credentials. */
  readonly oauth: {
    readonly redirectUri: string;
    readonly scopes: readonly string[];
    readonly optionalScopes: readonly string[];
  } | null;
  /** Objects that usage is pushed to. */
  readonly usage: readonly string[];
  /** The contact property that engagement is pushed to. */
  readonly engagement: string | null;
  /** Whether alerts become tickets. */
  readonly alertTickets: boolean;
  /** Where events of the product go. */
  readonly eventSinks: readonly EventSink[];
  /** Whether the hidden unique property of activities and tickets is made where it lacks. */
  readonly makesRecordKeys: boolean;
}

/** See `Declared`. Pure. */
export function declaredBy(
  options: Pick<HubspokeOptions, "auth" | "webhooks" | "engagement" | "tickets" | "events" | "activities">,
  handles: readonly string[],
  usage: readonly string[],
): Declared {
  const { auth } = options;
  const app = "kind" in auth && auth.kind === "oauth-app" ? auth : null;
  return {
    handles: [...new Set(handles)].sort(),
    webhookUrl: options.webhooks?.publicUrl ?? null,
    oauth:
      app === null ? null : { redirectUri: app.redirectUri, scopes: app.scopes, optionalScopes: app.optionalScopes },
    usage: [...new Set(usage)].sort(),
    engagement: options.engagement?.property ?? null,
    alertTickets: options.tickets !== undefined,
    eventSinks: options.events?.sinks ?? ["note"],
    makesRecordKeys: options.activities?.provisionKey ?? true,
  };
}
