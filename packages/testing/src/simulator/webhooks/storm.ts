import type { RandomStream } from "../base/random.ts";
import { isSensitive } from "../properties/definition.ts";
import { UI_USER } from "../record-access.ts";
import type { ObjectStore } from "../state/object-store.ts";
import type { Portal } from "../state/portal.ts";

/** Property changes that repeat what records hold already: load for a receiver, and news to nobody. */
export function stormOf(
  portal: Portal,
  { records, type, properties }: ObjectStore,
  count: number,
  random: RandomStream,
): void {
  if (records.size === 0) return;
  for (let i = 0; i < count; i++) {
    const record = records.at(random.int(records.size))!;
    const [propertyName, propertyValue] = random.pick(Object.entries(record.snapshot.values)) ?? [
      "hs_object_id",
      record.id,
    ];
    portal.rumour({
      kind: "propertyChange",
      type,
      objectId: record.id,
      at: record.snapshot.updatedAt,
      source: UI_USER,
      propertyName,
      propertyValue,
      isSensitive: isSensitive(properties.find(propertyName)),
    });
  }
}
