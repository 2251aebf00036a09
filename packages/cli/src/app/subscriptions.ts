import { eventWordOf, objectOfEvent } from "../needs/event-objects.ts";
import type { SetUp } from "../needs/needed-scopes.ts";

/**
 * One entry of the webhooks component. `objectType` stands with `object.*` types only. HubSpot's page on the file shows
 * `contact`; its API reference names ids of custom objects, and its page on generic webhooks allows these for private apps
 * only. What it takes of an OAuth app is not verified, so the commands say so.
 */
export interface Subscription {
  readonly subscriptionType: string;
  readonly objectType?: string;
  readonly propertyName?: string;
}

/** The lists of HubSpot's webhooks component: generic, by the object's own word, and what concerns no record. */
export const groups = ["crmObjects", "legacyCrmObjects", "hubEvents"] as const;
export type Group = (typeof groups)[number];
export type Subscriptions = Readonly<Record<Group, readonly Subscription[]>>;

/** Properties that change with everything, and that HubSpot refuses to be subscribed to (hubspot-facts §5.2). */
const unsubscribable = new Set(["hs_lastmodifieddate", "num_unique_conversion_events"]);
const lifeOfRecord = ["creation", "deletion", "merge", "restore"] as const;

/**
 * What HubSpot has to tell so that declared syncs are hinted and handlers run: each synced object's life and the
 * properties that travel from HubSpot, its associations where some are synced, what handlers are registered for, and
 * the privacy deletion of contacts, which has to be followed in any case. In a stable order.
 *
 * A handler of `propertyChange` alone names no property: `properties` of the set-up's `app` adds them by object.
 */
export function wantedSubscriptions(
  { syncs, declared }: Pick<SetUp, "syncs" | "declared">,
  properties: Readonly<Record<string, readonly string[]>> = {},
): Subscriptions {
  const wanted = new Map<string, readonly [Group, Subscription]>();
  const add = (group: Group, one: Subscription) => wanted.set(`${group} ${keyOf(one)}`, [group, one]);
  const addFor = (object: string, kind: string, propertyName?: string) => {
    const word = eventWordOf(object);
    const more = propertyName === undefined ? {} : { propertyName };
    if (word === null) add("crmObjects", { subscriptionType: `object.${kind}`, objectType: object, ...more });
    else add("legacyCrmObjects", { subscriptionType: `${word}.${kind}`, ...more });
  };

  for (const sync of syncs) {
    for (const kind of lifeOfRecord) addFor(sync.object, kind);
    if (Object.keys(sync.associations).length > 0) addFor(sync.object, "associationChange");
    const told = Object.values(sync.fields).filter(({ direction }) => direction !== "to-hubspot");
    const filtered = sync.filters.hubspot?.properties ?? [];
    for (const property of [...told.flatMap((field) => field.properties), ...filtered]) {
      if (!unsubscribable.has(property)) addFor(sync.object, "propertyChange", property);
    }
  }
  for (const [object, names] of Object.entries(properties))
    for (const name of names) addFor(object, "propertyChange", name);
  for (const type of declared.handles) {
    const object = objectOfEvent(type);
    const kind = type.split(".")[1] ?? "";
    if (type.endsWith(".privacyDeletion") || type.startsWith("conversation."))
      add("hubEvents", { subscriptionType: type });
    else if (object !== null && kind !== "propertyChange") addFor(object, kind);
  }
  add("hubEvents", { subscriptionType: "contact.privacyDeletion" });

  const of = (group: Group): readonly Subscription[] =>
    [...wanted.values()]
      .filter(([its]) => its === group)
      .map(([, one]) => one)
      .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  return { crmObjects: of("crmObjects"), legacyCrmObjects: of("legacyCrmObjects"), hubEvents: of("hubEvents") };
}

/** `contact.propertyChange:email`, `object.creation(2-345)`: for comparing and for reading. */
export function keyOf({ subscriptionType, objectType, propertyName }: Subscription): string {
  const where = objectType === undefined ? "" : `(${objectType})`;
  return `${subscriptionType}${where}${propertyName === undefined ? "" : `:${propertyName}`}`;
}
