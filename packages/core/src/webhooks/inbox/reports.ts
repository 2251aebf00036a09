import type { InboxEvent } from "../../ports/inbox-store.ts";
import type { AlertOnce } from "../alert-once.ts";

/** What people are told about events that could not be used. */
export interface InboxReports {
  unknownPortal(event: InboxEvent): void;
  unknownEvent(event: InboxEvent): void;
  handlerFailed(event: InboxEvent, code: string): void;
  handlerGivenUp(event: InboxEvent, code: string): void;
  erasureFailed(event: InboxEvent, code: string): void;
}

export function createReports(alerts: AlertOnce): InboxReports {
  return {
    unknownPortal: ({ portalId }) =>
      alerts.raise({
        name: "webhook.unknown_portal",
        key: `webhook.unknown_portal:${portalId}`,
        severity: "warning",
        message: `webhooks arrive from portal ${portalId}, which no tenant is pinned to; they are kept for three days and write nothing. Connect a tenant to it, or remove the app there`,
        details: { portalId },
      }),
    unknownEvent: ({ subscriptionType, portalId }) =>
      alerts.raise({
        name: "webhook.unknown_event",
        key: `webhook.unknown_event:${subscriptionType}`,
        severity: "warning",
        message: `webhooks of type ${subscriptionType} arrive and nothing knows that type; register a handler for it or remove the subscription`,
        details: { subscriptionType, portalId },
      }),
    handlerFailed: ({ subscriptionType, id }, code) =>
      alerts.raise({
        name: "webhook.handler_failed",
        key: `webhook.handler_failed:${subscriptionType}`,
        severity: "critical",
        message: `a handler of ${subscriptionType} keeps failing with ${code}; its event stays in the inbox and is tried again`,
        details: { subscriptionType, eventId: id, code },
      }),
    handlerGivenUp: ({ subscriptionType, id }, code) =>
      alerts.raise({
        name: "webhook.handler_failed",
        key: `webhook.handler_failed:${subscriptionType}:set-aside`,
        severity: "critical",
        message: `a handler of ${subscriptionType} failed every time with ${code}; its event is in webhooks.quarantine: mend the handler, then replay`,
        details: { subscriptionType, eventId: id, code },
      }),
    erasureFailed: ({ portalId, id }, code) =>
      alerts.raise({
        name: "privacy.erasure_stalled",
        key: `privacy.erasure_stalled:${portalId}`,
        severity: "critical",
        message: `the erasure that HubSpot announced for a contact of portal ${portalId} failed with ${code} and is tried again`,
        details: { portalId, eventId: id, code },
      }),
  };
}
