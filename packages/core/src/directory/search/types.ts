import type { ErrorCode } from "../../errors/codes.ts";
import type { Lane } from "../../model/lane.ts";
import type { EpochMs, Tenant } from "../../ports/ids.ts";
import type { MaybeAsync } from "../../util/maybe-async.ts";

/** Somebody a search found. A copy: change it freely. */
export interface FoundContact {
  /** HubSpot's contact id. */
  readonly id: string;
  /** Empty when HubSpot has none, or when whoever asks may not see it. */
  readonly firstName: string;
  /** Empty when HubSpot has none, or when whoever asks may not see it. */
  readonly lastName: string;
  /** Empty when HubSpot has neither name. */
  readonly fullName: string;
  /** E.164; null when HubSpot has no number that is one. */
  readonly phone: string | null;
  /** For people, seen from the default region. */
  readonly phoneFormatted: string | null;
  /** Behind a shared line; null when there is none. */
  readonly extension: string | null;
  /** Absent unless among `directory.fields`. */
  readonly company?: string;
  /** Absent unless among `directory.fields`, and where the role may not see it. */
  readonly email?: string;
  /** ISO 8601 in UTC. */
  readonly lastInteraction?: string;
  /** The host says that a conversation with this person is open. */
  readonly hasActiveConversation: boolean;
}

/** The answer to a search: whom the actor knows, and whom HubSpot knows. */
export interface ContactSearch {
  /** From HubSpot, in its order; who is in `recent` is not repeated. */
  readonly contacts: readonly FoundContact[];
  /** Whom this actor opened lately and who fits the query, the latest first. */
  readonly recent: readonly FoundContact[];
  /** Nothing was asked of HubSpot for this answer. */
  readonly cached: boolean;
  /** When HubSpot was asked; null when it was not. */
  readonly fetchedAt: EpochMs | null;
  /** Why the answer is less than it should be. What is there is still good. */
  readonly degraded?: { readonly code: ErrorCode };
}

/** How a search is asked. */
export interface ContactSearchOptions {
  /** People from HubSpot, 1 to 100. Default 20. */
  readonly limit?: number;
  /** Default true. */
  readonly includeRecent?: boolean;
  /** Keep the query in the actor's history. Default true. */
  readonly remember?: boolean;
  /** Lane of the rate budget. Default `interactive`. */
  readonly lane?: Lane;
  /** Throw what prevented an answer instead of returning it as `degraded`. Default false. */
  readonly throwOnFailure?: boolean;
}

/** What an actor did lately. */
export interface Recents {
  /** The latest first, as they were when they were opened. */
  readonly contacts: readonly FoundContact[];
  /** The latest first; `at` is epoch ms of the last time the same was searched for. */
  readonly searches: readonly { readonly query: string; readonly at: EpochMs }[];
}

/** Whether conversations with these people are open, in the order asked. Keep it quick: every search waits for it. */
export type HasActiveConversation = (
  tenant: Tenant,
  people: readonly { readonly contactId: string; readonly phone: string | null }[],
) => MaybeAsync<readonly boolean[]>;
