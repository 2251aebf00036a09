import * as z from "zod/mini";
import { HubspokeError } from "../errors/hubspoke-error.ts";
import {
  type ContactResolver,
  peopleOf,
  resolveTargets,
  type SkipReason,
  type Target,
  targetSchema,
} from "../keyed-records/targets.ts";
import { checkedInput, type OutboxKind } from "../outbox/kind.ts";
import type { Clock } from "../ports/clock.ts";
import type { CrmPort } from "../ports/crm.ts";
import type { EngagementScoreRow, EngagementStore } from "../ports/engagement-store.ts";
import type { EpochMs, PortalId, RowId, Tenant } from "../ports/ids.ts";
import { type Moment, momentSchema } from "../util/moment.ts";
import { countsOf, levelOf, memoryHalfLives, type Scoring, scoreOf } from "./score.ts";

/** Somebody opened, clicked, replied, … */
export interface EngagementInput {
  /** Yours: counted once for each type. */
  readonly eventId: string;
  /** `open`, `click`, `reply`, `bounce`, `unsubscribe`, or a type of your own that has a weight. */
  readonly type: string;
  /** Who, as a contact by id, number or address. */
  readonly contact: Target;
  /** Default: when it was put in. */
  readonly at?: Moment | undefined;
}

interface EngagementData extends Omit<EngagementInput, "at"> {
  readonly at?: Date | undefined;
}

/** A contact's score as it is now. */
export interface EngagementScore {
  /** HubSpot's record id, decimal digits. */
  readonly contactId: string;
  /** Now, not when it was last stored. */
  readonly score: number;
  /** The highest level the score reaches: `engaged` from 5 and `high` from 15 by default; null below the lowest. */
  readonly level: string | null;
  /** Events by type, of the last seven half-lives (210 days by default). */
  readonly counts: Readonly<Record<string, number>>;
  /** When the stored score was last worked out, epoch ms. */
  readonly updatedAt: EpochMs;
}

/** What became of an engagement event, with the score after it. */
export type RecordedEngagement =
  | ({ readonly outcome: "recorded" | "seen" } & EngagementScore)
  | { readonly outcome: "skipped"; readonly reason: SkipReason };

/** A contact reached a higher level. May be told twice for one event. */
export interface LevelReached {
  readonly tenant: Tenant;
  readonly contactId: string;
  readonly level: string;
  readonly score: number;
  readonly counts: Readonly<Record<string, number>>;
  /** The event that did it: names this rise. */
  readonly eventId: string;
}

/**
 * How much contacts react. Scores fade by a half-life and are pushed to a property of the contact, many at a time, by the
 * worker's job `engagement`. Also as the outbox kind `engagement`.
 */
export interface Engagement {
  /**
   * `seen`: the same event and type were counted before. `skipped`: HubSpot has no such contact, or it was erased.
   * Errors: INPUT_INVALID.
   */
  record(
    input: EngagementInput,
    options?: { readonly tenant?: Tenant; readonly signal?: AbortSignal },
  ): Promise<RecordedEngagement>;
  /** Null for a contact of whom nothing was recorded. */
  score(contactId: string, tenant?: Tenant): Promise<EngagementScore | null>;
}

export interface EngagementDeps {
  readonly store: EngagementStore;
  readonly crm: Pick<CrmPort, "portalOf">;
  readonly resolver: ContactResolver;
  readonly scoring: Scoring;
  readonly clock: Pick<Clock, "now">;
  readonly newId: () => RowId;
  readonly toE164: (phone: string) => string | null;
  readonly onLevel: (reached: LevelReached) => Promise<void>;
}

export interface EngagementService {
  readonly engagement: Engagement;
  readonly kinds: readonly OutboxKind<never>[];
  /** Computes a contact's score anew: time has passed. */
  refresh(tenant: Tenant, portalId: PortalId, contactId: string): Promise<void>;
}

/** Events of one contact that are looked at: beyond these, each is worth nothing much. */
const mostEvents = 2_000;

const schema = z.strictObject({
  eventId: z.string().check(z.minLength(1), z.maxLength(200)),
  type: z.string().check(z.regex(/^[A-Za-z][\w.:-]{0,63}$/)),
  contact: targetSchema,
  at: z.optional(momentSchema),
}) as unknown as z.ZodMiniType<EngagementData>;

export function createEngagement(deps: EngagementDeps): EngagementService {
  const { store, crm, scoring, clock } = deps;

  /** From the events themselves, so that a process killed between the two loses nothing. */
  async function compute(
    tenant: Tenant,
    portalId: PortalId,
    contactId: string,
    cause: string | null,
  ): Promise<EngagementScoreRow> {
    for (let round = 0; round < 10; round++) {
      const now = clock.now();
      const before = await store.score(tenant, portalId, contactId);
      const since = now - memoryHalfLives * scoring.halfLifeMs;
      const events = await store.events(tenant, portalId, contactId, since, mostEvents);
      const score = scoreOf(events, now, scoring);
      const counts = countsOf(events);
      const level = levelOf(score, scoring);
      // Told before it is stored: a process killed in between tells it again, and the event's id makes that one.
      if (cause !== null && level.name !== null && level.rank > levelOf(before?.score ?? 0, scoring).rank) {
        await deps.onLevel({ tenant, contactId, level: level.name, score, counts, eventId: cause });
      }
      const row = {
        tenant,
        portalId,
        contactId,
        score,
        counts,
        pushedScore: before?.pushedScore ?? null,
        updatedAt: now,
        version: before?.version ?? 0,
      };
      if ((await store.putScore(row)) === "written") return row;
    }
    throw new HubspokeError(
      "STORE_BUSY",
      "STORE_BUSY: the contact's score is being changed by many at once; try again",
    );
  }

  async function record(
    tenant: Tenant,
    data: EngagementData,
    putAt: EpochMs,
    signal: AbortSignal,
  ): Promise<RecordedEngagement> {
    const targets = await resolveTargets(deps.resolver, tenant, [data.contact], signal);
    if (typeof targets === "string") return { outcome: "skipped", reason: targets };
    const contactId = targets.contactIds[0];
    if (contactId === undefined) return { outcome: "skipped", reason: "contact-not-found" };
    const portalId = await crm.portalOf(tenant);
    const at = data.at?.getTime() ?? putAt;
    const { eventId, type } = data;
    const [outcome] = await store.record([{ id: deps.newId(), tenant, portalId, contactId, type, eventId, at }]);
    const row = await compute(tenant, portalId, contactId, `${type}:${eventId}`);
    return { outcome: outcome === "new" ? "recorded" : "seen", ...viewOf(row, scoring) };
  }

  const kind: OutboxKind<EngagementData> = {
    name: "engagement",
    input: schema,
    people: ({ contact }) => peopleOf([contact], deps.toE164),
    async run(data, { tenant, createdAt, signal }) {
      const recorded = await record(tenant, data, createdAt, signal);
      return recorded.outcome === "skipped"
        ? { skipped: recorded.reason }
        : { result: { contactId: recorded.contactId } };
    },
  };
  return {
    kinds: [kind as unknown as OutboxKind<never>],
    async refresh(tenant, portalId, contactId) {
      await compute(tenant, portalId, contactId, null);
    },
    engagement: {
      record: async (input, { tenant = "default", signal = new AbortController().signal } = {}) =>
        record(tenant, checkedInput(kind, input), clock.now(), signal),
      async score(contactId, tenant = "default") {
        const portalId = await crm.portalOf(tenant);
        const row = await store.score(tenant, portalId, contactId);
        if (row === null) return null;
        const since = clock.now() - memoryHalfLives * scoring.halfLifeMs;
        const events = await store.events(tenant, portalId, contactId, since, mostEvents);
        return viewOf({ ...row, score: scoreOf(events, clock.now(), scoring) }, scoring);
      },
    },
  };
}

function viewOf({ contactId, score, counts, updatedAt }: EngagementScoreRow, scoring: Scoring): EngagementScore {
  return { contactId, score, level: levelOf(score, scoring).name, counts, updatedAt };
}
