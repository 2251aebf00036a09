import { isHubspokeError } from "../errors/hubspoke-error.ts";
import { HubSpotConflictError, HubSpotNotFoundError } from "../errors/hubspot-errors.ts";
import type { RawRecord } from "../model/record.ts";
import type { CrmPort, CrmRef, CrmScope } from "../ports/crm.ts";
import { keyProperty, type RecordKeys } from "./record-keys.ts";

export interface OnceRecord {
  readonly object: string;
  /** What makes it the same record: a kind and a key of the host's. */
  readonly kind: string;
  readonly key: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly to: readonly CrmRef[];
  /** `first`: certainly nobody has tried, so nothing is looked for. `again`: somebody has. `unknown`: whoever asks cannot say. */
  readonly attempt: "first" | "again" | "unknown";
  /** Where records have no key: whether a record, read with `compare`, is the one that was sent. */
  readonly compare: readonly string[];
  readonly isSame: (candidate: RawRecord) => boolean;
  /** Called before what cannot be taken back. */
  readonly confirm?: () => Promise<void>;
}

export interface MadeOnce {
  readonly id: string;
  /** False: an earlier attempt had made it. */
  readonly created: boolean;
}

/**
 * Makes a record that does not exist twice, whatever was killed or timed out before. Its key is the value of a unique
 * property, so HubSpot itself refuses a second one; where a portal does not allow that property, what is associated
 * with the same record is listed and compared.
 *
 * Rejects with UNKNOWN_OUTCOME when nobody can say yet what became of the create: call it again later, as `again`.
 */
export async function makeOnce(
  { crm, keys }: { readonly crm: CrmPort; readonly keys: RecordKeys },
  scope: CrmScope,
  once: OnceRecord,
): Promise<MadeOnce> {
  const { object, to } = once;
  const value = await keys.valueOf(scope.tenant, once.kind, once.key);
  const keyed = await keys.keyed(scope, object);
  const find = keyed ? () => crm.findBy(scope, object, keyProperty, value, []) : () => findSame(crm, scope, once);
  const adopt = async (found: RawRecord): Promise<MadeOnce> => {
    // Whoever made it may have been killed before these.
    await linkAll(crm, scope, { object, id: found.id }, to);
    return { id: found.id, created: false };
  };

  try {
    const before = once.attempt === "first" ? null : await find();
    if (before !== null) return await adopt(before);
    await once.confirm?.();
    const properties = keyed ? { ...once.properties, [keyProperty]: value } : once.properties;
    const { record, unlinked } = await crm.create(scope, object, properties, to);
    await linkAll(crm, scope, { object, id: record.id }, unlinked);
    return { id: record.id, created: true };
  } catch (error) {
    if (keyed && hasNoKey(error)) {
      keys.lost(scope, object);
      return makeOnce({ crm, keys }, scope, once);
    }
    if (!(error instanceof HubSpotConflictError) && !isHubspokeError(error, "UNKNOWN_OUTCOME")) throw error;
    const found = await find();
    if (found === null) throw error;
    return adopt(found);
  }
}

async function linkAll(crm: CrmPort, scope: CrmScope, from: CrmRef, to: readonly CrmRef[]): Promise<void> {
  for (const target of to) await crm.link(scope, from, target);
}

async function findSame(crm: CrmPort, scope: CrmScope, once: OnceRecord): Promise<RawRecord | null> {
  const [anchor] = once.to;
  if (anchor === undefined) return null;
  const ids = await crm.linked(scope, anchor, once.object);
  const records = ids.length === 0 ? [] : await crm.read(scope, once.object, ids, once.compare);
  return records.find(once.isSame) ?? null;
}

/** Somebody archived the property since it was looked for: reads by it are 404, writes of it 400. */
function hasNoKey(error: unknown): boolean {
  if (error instanceof HubSpotNotFoundError) return error.route?.endsWith("/batch/read") === true;
  return isHubspokeError(error, "PROPERTY_UNKNOWN");
}
