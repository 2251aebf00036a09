import type { FieldOf } from "../../crypto/field-hash.ts";
import type { EpochMs } from "../../ports/ids.ts";
import type { IntentField, IntentRow } from "../../ports/intent-store.ts";
import type { LocalValue } from "../../ports/local-source.ts";
import type { BoundField } from "../declare/bind.ts";
import type { HubspotValues } from "../declare/definition.ts";
import { elementHashes, hashesOf, hashOf } from "../observe/fields.ts";
import type { SyncScope } from "../scope.ts";

interface IntentOf {
  readonly direction: IntentRow["direction"];
  readonly kind: IntentRow["kind"];
  readonly localId: string | null;
  readonly hubspotId: string | null;
  readonly createKey?: string;
  /** For HubSpot: its own modified time of the record as it was read. For the local side: our clock's. */
  readonly readAt: EpochMs;
  readonly fence: number;
  readonly fields?: Readonly<Record<string, IntentField>>;
}

export function intentRow(scope: SyncScope, of: IntentOf): IntentRow {
  return {
    id: scope.deps.newId(),
    tenant: scope.tenant,
    sync: scope.name,
    portalId: scope.portalId,
    direction: of.direction,
    kind: of.kind,
    localId: of.localId,
    hubspotId: of.hubspotId,
    fields: of.fields ?? {},
    createKey: of.createKey ?? null,
    readAt: of.readAt,
    attempt: 1,
    state: "stored",
    createdAt: scope.deps.clock.now(),
    fence: of.fence,
  };
}

/** The record id that hashes are bound to before the local record exists. */
export function unbornId(hubspotId: string): string {
  return `hubspot:${hubspotId}`;
}

/** Hashes of sending `value` to HubSpot, where `values` were read. */
export async function pushHashes(
  scope: SyncScope,
  recordId: string,
  field: BoundField,
  value: LocalValue,
  values: HubspotValues,
): Promise<IntentField> {
  const of = hashOf(scope, recordId, field.name);
  const encoded = field.encode(value);
  const [read, sent, baseLocal, baseRemote] = await hashesOf(scope, of, [
    field.canonicalRemote(values),
    // Loosely: after a crash the answer is lost, and what HubSpot stored may be what it made of this.
    field.looseRemote(encoded),
    field.canonicalLocal(value),
    field.canonicalRemote(encoded),
  ]);
  return { read, sent, baseLocal, baseRemote, ...(await elementsSent(scope, of, field, value)), mapping: field.spec };
}

/** Hashes of writing `value` locally, where `was` was read, because HubSpot holds `values`. */
export async function pullHashes(
  scope: SyncScope,
  recordId: string,
  field: BoundField,
  value: LocalValue,
  was: LocalValue,
  values: HubspotValues,
): Promise<IntentField> {
  const of = hashOf(scope, recordId, field.name);
  const [read, sent, remote] = await hashesOf(scope, of, [
    field.canonicalLocal(was),
    field.canonicalLocal(value),
    field.canonicalRemote(values),
  ]);
  return {
    read,
    sent,
    baseLocal: sent,
    baseRemote: remote,
    ...(await elementsSent(scope, of, field, value)),
    mapping: field.spec,
  };
}

async function elementsSent(
  scope: SyncScope,
  of: FieldOf,
  { rule }: BoundField,
  value: LocalValue,
): Promise<Pick<IntentField, "elements">> {
  return rule === "union" ? { elements: await elementHashes(scope, of, value) } : {};
}
