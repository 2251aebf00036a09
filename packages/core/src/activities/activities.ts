import { type MadeOnce, makeOnce } from "../keyed-records/make-once.ts";
import type { RecordKeys } from "../keyed-records/record-keys.ts";
import { type ContactResolver, peopleOf, resolveTargets, type SkipReason } from "../keyed-records/targets.ts";
import { checkedInput, type JobResult, type OutboxJob, type OutboxKind } from "../outbox/kind.ts";
import type { Clock } from "../ports/clock.ts";
import type { CrmPort, CrmScope } from "../ports/crm.ts";
import type { Tenant } from "../ports/ids.ts";
import type { ActivityData, ActivityInputs, ActivityKind } from "./input-types.ts";
import { activityInputs } from "./inputs.ts";
import { keepRecording, type RecordingPort } from "./recording.ts";
import { wireActivity } from "./wire.ts";

/** Whose account an activity goes to, and the key that makes a repeat harmless. */
export interface ActivityOptions {
  /** Whose HubSpot account it goes to. Default `default`. */
  readonly tenant?: Tenant;
  /** Yours, such as the id of the call: the same kind and key again is the same activity. */
  readonly idempotencyKey: string;
  /** Aborts waiting and calls; a write already on its way is not taken back. Error: ABORTED. */
  readonly signal?: AbortSignal;
}

/** What became of an activity: its id, or why there is none. */
export type LoggedActivity =
  | {
      readonly outcome: "created" | "existing";
      /** HubSpot's id of the note, call, … */
      readonly id: string;
      /** The contact it belongs to, the first where there are several. */
      readonly contactId: string | null;
      readonly recording: "none" | "linked" | "uploaded";
      /** Why a recording is a link only though it was to be uploaded, or not even that: an error code. */
      readonly recordingProblem: string | null;
    }
  /** No contact has the number or address, or the person was erased: nothing was written. */
  | { readonly outcome: "skipped"; readonly reason: SkipReason };

/**
 * Notes, calls, e-mails, tasks and meetings in HubSpot, each made once per key: repeat a call whose outcome you do not
 * know. These write now and reject when HubSpot cannot be written to; `outbox.enqueue("note", input, …)` with the same
 * input and key answers at once and never loses it.
 *
 * Errors: INPUT_INVALID, UNKNOWN_OUTCOME, OUTBOUND_REFUSED, those of a call to HubSpot.
 */
export type Activities = {
  readonly [K in ActivityKind]: (input: ActivityInputs[K], options: ActivityOptions) => Promise<LoggedActivity>;
};

export interface ActivitiesDeps {
  readonly crm: CrmPort;
  readonly keys: RecordKeys;
  readonly resolver: ContactResolver;
  readonly recordings: RecordingPort;
  readonly clock: Pick<Clock, "now">;
  readonly toE164: (phone: string) => string | null;
}

export interface ActivitiesService {
  readonly activities: Activities;
  /** What the outbox does of them. */
  readonly kinds: readonly OutboxKind<never>[];
}

const kindNames = Object.keys(activityInputs) as readonly ActivityKind[];

/** What an activity needs to know of the attempt at it. */
type Attempt = Pick<OutboxJob, "tenant" | "idempotencyKey" | "createdAt" | "signal" | "tries"> & {
  readonly known: "first" | "again" | "unknown";
  readonly confirm?: () => Promise<void>;
};

export function createActivities(deps: ActivitiesDeps): ActivitiesService {
  const { crm, keys, resolver, recordings } = deps;

  async function write<K extends ActivityKind>(
    kind: K,
    data: ActivityData[K],
    attempt: Attempt,
  ): Promise<LoggedActivity> {
    const { tenant, idempotencyKey: key, signal, tries, known, confirm } = attempt;
    const scope: CrmScope = { tenant, lane: "interactive", signal };
    const targets = await resolveTargets(resolver, tenant, data.to, signal);
    if (typeof targets === "string") return { outcome: "skipped", reason: targets };
    const given = "recording" in data ? data.recording : undefined;
    const fileKey = given?.upload === true ? await keys.valueOf(tenant, "recording", key) : "";
    const stored = given === undefined ? null : await keepRecording(recordings, scope, given, fileKey, tries);
    const attached = "attachmentIds" in data ? (data.attachmentIds ?? []) : [];
    const wire = wireActivity(kind, data, {
      at: data.at ?? new Date(attempt.createdAt),
      recording: stored?.note ?? null,
      attachmentIds: stored?.fileId ? [...attached, stored.fileId] : attached,
    });
    const made: MadeOnce = await makeOnce({ crm, keys }, scope, {
      ...wire,
      kind,
      key,
      to: targets.refs,
      attempt: known,
      ...(confirm === undefined ? {} : { confirm }),
    });
    return {
      outcome: made.created ? "created" : "existing",
      id: made.id,
      contactId: targets.contactIds[0] ?? null,
      recording:
        stored === null ? "none" : stored.fileId !== null ? "uploaded" : stored.note.url === null ? "none" : "linked",
      recordingProblem: stored?.note.problem ?? null,
    };
  }

  function kindOf<K extends ActivityKind>(name: K): OutboxKind<ActivityData[K]> {
    return {
      name,
      input: activityInputs[name] as unknown as OutboxKind<ActivityData[K]>["input"],
      people: (data) => peopleOf(data.to, deps.toE164),
      async run(data, job) {
        const { tries } = job;
        const confirm = () => job.confirm();
        const known = tries === 0 ? "first" : "again";
        return resultOf(await write(name, data, { ...job, tries, known, confirm }));
      },
    };
  }

  const outboxKinds = new Map(kindNames.map((name) => [name, kindOf(name) as OutboxKind<unknown>]));
  const now = (name: ActivityKind) => async (input: unknown, options: ActivityOptions) => {
    const { tenant = "default", idempotencyKey, signal = new AbortController().signal } = options;
    const data = checkedInput(outboxKinds.get(name) as OutboxKind<unknown>, input) as ActivityData[typeof name];
    const createdAt = deps.clock.now();
    return write(name, data, { tenant, idempotencyKey, signal, createdAt, tries: 0, known: "unknown" });
  };
  return {
    activities: Object.fromEntries(kindNames.map((name) => [name, now(name)])) as unknown as Activities,
    kinds: [...outboxKinds.values()] as unknown as readonly OutboxKind<never>[],
  };
}

function resultOf(logged: LoggedActivity): JobResult {
  if (logged.outcome === "skipped") return { skipped: logged.reason };
  const { id, contactId, recording, recordingProblem } = logged;
  return { result: { id, contactId, recording, ...(recordingProblem === null ? {} : { recordingProblem }) } };
}
