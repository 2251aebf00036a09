import type { SavedAssociations } from "../associations/associations.ts";
import type { SavedDay } from "../limits/account-day.ts";
import type { SavedLimiter } from "../limits/limiter.ts";
import type { SavedWindow } from "../limits/rolling-window.ts";
import type { TokenOptions } from "../options.ts";
import type { AppAccess, Portal } from "./portal.ts";
import { loadStore, type SavedStore, saveStore } from "./saved-store.ts";
import type { SavedSchemas } from "./schemas.ts";

export interface SavedPortal {
  readonly id: number;
  readonly tokens: readonly TokenOptions[];
  readonly day: SavedDay;
  readonly searches: SavedWindow;
  readonly searchArrivals: SavedWindow;
  readonly limiters: readonly (readonly [number, SavedLimiter])[];
  readonly others: number | null;
  readonly associations: SavedAssociations;
  readonly schemas: SavedSchemas;
  readonly stores: readonly (readonly [string, SavedStore])[];
}

export function savePortal(portal: Portal): SavedPortal {
  const { day, searches, searchArrivals } = portal.limits;
  return {
    id: portal.id,
    tokens: [...portal.apps.values()].map(tokenOf),
    day: day.save(),
    searches: searches.save(),
    searchArrivals: searchArrivals.save(),
    limiters: portal.limiters().map(([appId, limiter]) => [appId, limiter.save()]),
    others: portal.others.doneUntil ?? null,
    associations: portal.associations.save(),
    schemas: portal.schemas.save(),
    stores: portal.stores().map((store) => [store.type.id, saveStore(store)]),
  };
}

/** Into a portal as it began. */
export function loadPortal(portal: Portal, saved: SavedPortal): void {
  portal.apps.clear();
  for (const token of saved.tokens) portal.addToken(token);
  portal.limits.day.load(saved.day);
  portal.limits.searches.load(saved.searches);
  portal.limits.searchArrivals.load(saved.searchArrivals);
  for (const [appId, limiter] of saved.limiters) portal.limiterOf(appId).load(limiter);
  portal.others.doneUntil = saved.others ?? undefined;
  // Custom object types have to be there before their records and associations are.
  portal.schemas.load(saved.schemas);
  portal.associations.load(saved.associations);
  for (const [typeId, store] of saved.stores) {
    const found = portal.store(typeId);
    if (found !== undefined) loadStore(found, store);
  }
}

function tokenOf({ token, appId, scopes, kind, editsAssociations, expiresAt }: AppAccess): TokenOptions {
  const expiry = expiresAt === undefined ? {} : { expiresAt };
  return { token, appId, scopes: [...scopes], kind, editsAssociations, ...expiry };
}
