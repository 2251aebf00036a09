import type { Lane } from "../../model/lane.ts";
import type { PhoneCandidate } from "../../phone/candidates.ts";
import type { Tenant } from "../../ports/ids.ts";

/**
 * Contacts by free text or by id: all that a search asks of HubSpot beside finding numbers. `compose` connects it to the
 * client. Duty: rejects with Hubspoke errors only, `ABORTED` when `signal` fired.
 */
export interface ContactQueryPort {
  /** The first page, in HubSpot's order. Free text looks in names, e-mails, numbers and company (hubspot-facts §3). */
  byText(query: {
    readonly tenant: Tenant;
    readonly text: string;
    readonly properties: readonly string[];
    readonly limit: number;
    readonly lane: Lane;
    readonly signal: AbortSignal;
  }): Promise<readonly PhoneCandidate[]>;
  /** Null when there is none. */
  byId(query: {
    readonly tenant: Tenant;
    readonly id: string;
    readonly properties: readonly string[];
    readonly lane: Lane;
    readonly signal: AbortSignal;
  }): Promise<PhoneCandidate | null>;
}
