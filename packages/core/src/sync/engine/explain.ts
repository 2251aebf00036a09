import { ruleName } from "../../conflict/settle.ts";
import type { EpochMs } from "../../ports/ids.ts";
import type { LinkRow, LinkState } from "../../ports/link-store.ts";
import type { LocalValue } from "../../ports/local-source.ts";
import { isWrite } from "../associations/associate.ts";
import { type AssociationLook, lookAtAssociation } from "../associations/look.ts";
import { type FieldView, observeFields } from "../observe/fields.ts";
import type { Pair } from "../observe/pair.ts";
import { countPlan } from "../plan/count-plan.ts";
import { planCandidates } from "../plan/plan-candidates.ts";
import type { SyncScope } from "../scope.ts";
import { type Conflict, shown } from "./conflicts.ts";

/** Why a record is as it is. Ids, names, hash comparisons and times; values only with `{ values: true }`. */
export interface Explanation {
  /** Null: HubSpot's record has none here. */
  readonly localId: string | null;
  /** Null: the local record has none in HubSpot. */
  readonly hubspotId: string | null;
  /** Of the pair, `linked` in the ordinary case. */
  readonly state: LinkState | "not linked";
  /** On which sides there is a record now. */
  readonly found: { readonly local: boolean; readonly hubspot: boolean };
  /** When the pair was last written here; null while it is none. */
  readonly agreedAt: EpochMs | null;
  /** Empty where a side could not be read: then `next` begins with `fails:`. */
  readonly fields: readonly FieldExplanation[];
  /** Of the syncs it refers to, where associations are declared. */
  readonly associations: readonly AssociationExplanation[];
  /** What the next look would do. */
  readonly next: readonly string[];
  /** At most twenty of this record. */
  readonly conflicts: readonly Conflict[];
  /** Writes that are about to happen, or whose outcome is being found out. */
  readonly intents: readonly {
    readonly kind: string;
    readonly direction: string;
    readonly state: string;
    readonly fields: readonly string[];
    readonly createdAt: EpochMs;
  }[];
  /** Set aside on either side: it is not looked at until a change or a replay. */
  readonly quarantined: boolean;
}

/** Why one field is as it is: its rule, what was agreed, and what each side has. */
export interface FieldExplanation {
  /** The local field. */
  readonly name: string;
  /** The HubSpot properties it is made of. */
  readonly properties: readonly string[];
  /** What decides when both sides changed it: an owner, `latest`, `review` … */
  readonly rule: string;
  /** `both`, `to-hubspot` or `from-hubspot`. */
  readonly direction: string;
  /** The two sides were equal once, so that a change since can be told. */
  readonly agreed: boolean;
  /** Otherwise than when they agreed. False while they never did. */
  readonly localChanged: boolean;
  /** Otherwise than when they agreed. False while they never did. */
  readonly hubspotChanged: boolean;
  /** Both sides mean the same now. */
  readonly equal: boolean;
  /** HubSpot stored another spelling than was sent, and that counts as agreed. */
  readonly normalised: boolean;
  /** Why HubSpot refused the value that was sent last; null when it did not. */
  readonly refused: string | null;
  /** An edit of both sides waits in `conflicts`. */
  readonly waitsForReview: boolean;
  /** Only when they were asked for: personal data. */
  readonly values?: { readonly local: LocalValue; readonly hubspot: LocalValue };
}

/** How much an explanation shows. */
/** An association as both sides have it: the other record by its id, which is no personal data. */
export interface AssociationExplanation {
  /** As declared under `associations`. */
  readonly name: string;
  /** The sync of the other record. */
  readonly sync: string;
  /** `hubspot` or `local`: whose word stands where both sides changed it. */
  readonly owner: string;
  /** `both`, `to-hubspot` or `from-hubspot`. */
  readonly direction: string;
  /** The two sides named the same record once, so that a change since can be told. */
  readonly agreed: boolean;
  /** Otherwise than when they agreed. False while they never did. */
  readonly localChanged: boolean;
  /** Otherwise than when they agreed. False while they never did. */
  readonly hubspotChanged: boolean;
  /** The other record's local id as your table has it, and as HubSpot's association says; null: none, or not linked. */
  readonly local: string | null;
  /** As `local`, from HubSpot's association; null also where HubSpot's record is not linked. */
  readonly hubspot: string | null;
  /** The record HubSpot associates it with now. */
  readonly hubspotId: string | null;
  /** What the next look would do, as the planner calls it: `keep`, `push`, `pull`, … */
  readonly next: string;
}

/** How much an explanation shows. */
export interface ExplainOptions {
  /** Shows values, which are personal data. */
  readonly values?: boolean;
}

export async function explain(
  scope: SyncScope,
  id: { readonly localId: string } | { readonly hubspotId: string },
  { values = false }: ExplainOptions,
): Promise<Explanation> {
  // Asked from HubSpot's side, both sides are read even where nothing changed locally.
  const link = await linkOf(scope, id);
  const candidate =
    "hubspotId" in id || link !== null
      ? { side: "remote" as const, key: link?.hubspotId ?? ("hubspotId" in id ? id.hubspotId : "") }
      : { side: "local" as const, key: id.localId };
  const { plans, failed } = await planCandidates(scope, { lane: "interactive" }, [candidate]);
  const pair: Pair = plans[0]?.plan.pair ??
    failed[0]?.pair ?? { link, local: null, remote: null, readAt: scope.deps.clock.now() };
  const localId = pair.link?.localId ?? pair.local?.id ?? null;
  const hubspotId = pair.link?.hubspotId ?? pair.remote?.id ?? null;
  const next: string[] = failed.map(({ result }) => `fails: ${"code" in result ? result.code : result.status}`);
  for (const { plan } of plans) countPlan(plan, (name) => next.push(name));
  const associations = await associationsOf(scope, pair);
  if (plans[0]?.plan.kind !== "skip")
    for (const { decision } of associations) if (isWrite(decision)) next.push(`associate:${decision.kind}`);
  const views = failed.length > 0 ? [] : await observeFields(scope, pair);
  return {
    localId,
    hubspotId,
    state: pair.link?.state ?? "not linked",
    found: { local: pair.local !== null, hubspot: pair.remote !== null },
    agreedAt: pair.link?.updatedAt ?? null,
    fields: views.map((view) => explained(view, values)),
    associations: associations.map(association),
    next,
    ...(await around(scope, localId, hubspotId, values)),
  };
}

async function linkOf({ deps, tenant, name }: SyncScope, id: Parameters<typeof explain>[1]): Promise<LinkRow | null> {
  const { links } = deps.storage;
  const rows =
    "localId" in id
      ? await links.byLocalIds(tenant, name, [id.localId])
      : await links.byHubspotIds(tenant, name, [id.hubspotId]);
  return rows[0] ?? null;
}

function explained({ field, base, agreed, local, remote, equal }: FieldView, values: boolean): FieldExplanation {
  return {
    name: field.name,
    properties: field.properties,
    rule: ruleName(field.rule),
    direction: field.direction,
    agreed,
    localChanged: agreed && local.changed,
    hubspotChanged: agreed && remote.changed,
    equal,
    normalised: base?.normalised === true,
    refused: base?.refused ?? null,
    waitsForReview: base?.parked !== undefined,
    ...(values && { values: { local: local.value, hubspot: remote.value } }),
  };
}

async function associationsOf(scope: SyncScope, { link, local }: Pair): Promise<readonly AssociationLook[]> {
  const port = scope.deps.associations;
  if (port === undefined || local === null || link?.state !== "linked") return [];
  const record = { link, local, localOnly: false };
  const looks = await Promise.all(
    scope.associations.map((one) => lookAtAssociation(scope, { lane: "interactive" }, port, one, [record])),
  );
  return looks.flat();
}

function association(look: AssociationLook): AssociationExplanation {
  const { name, sync, owner, direction } = look.association;
  const { base, localChanged, remoteChanged, local, remote, currentId, decision } = look;
  const hubspotChanged = remoteChanged;
  const both = { agreed: base !== null, localChanged, hubspotChanged, local, hubspot: remote, hubspotId: currentId };
  return { name, sync, owner, direction, ...both, next: decision.kind };
}

async function around(scope: SyncScope, localId: string | null, hubspotId: string | null, values: boolean) {
  const { tenant, name, deps } = scope;
  const { conflicts, intents, quarantine } = deps.storage;
  const [rows, open, local, remote] = await Promise.all([
    localId === null ? [] : conflicts.byRecord(tenant, name, localId),
    intents.byRecord(tenant, name, localId === null ? [] : [localId], hubspotId === null ? [] : [hubspotId]),
    localId === null ? [] : quarantine.has(tenant, name, "local", [localId]),
    hubspotId === null ? [] : quarantine.has(tenant, name, "remote", [hubspotId]),
  ]);
  return {
    conflicts: await Promise.all(rows.slice(0, 20).map((row) => shown(scope, row, values))),
    intents: open.map(({ kind, direction, state, fields, createdAt }) => ({
      kind,
      direction,
      state,
      fields: Object.keys(fields),
      createdAt,
    })),
    quarantined: local.length + remote.length > 0,
  };
}
