import { HubspokeError } from "../../errors/hubspoke-error.ts";
import type { Listing, RangedPage, Reading } from "../../listing/ranged-pages.ts";
import { rangedPages } from "../../listing/ranged-pages.ts";
import type { RemoteRecord } from "../remote-port.ts";
import type { SyncScope } from "../scope.ts";

/**
 * Reading in parallel costs a page more per division and one search: at most this share of the list's own calls in all,
 * for calls are what a portal has a day's quota of.
 */
const extraShare = 0.015;

export interface RemotePagesOptions extends Pick<Reading, "stretches" | "expected" | "onExtent"> {
  readonly signal?: AbortSignal | undefined;
}

/** HubSpot's full list, or stretches of it, by as many readers as the rate limit has room for. In no particular order. */
export function remotePages(
  scope: SyncScope,
  { signal, ...reading }: RemotePagesOptions,
): AsyncGenerator<RangedPage<RemoteRecord>> {
  const { deps, settings, tenant, object } = scope;
  const { pageSize, readers } = settings;
  const query = (stop: AbortSignal) => ({
    tenant,
    object,
    lane: "backfill" as const,
    signal: signal === undefined ? stop : AbortSignal.any([signal, stop]),
  });
  const listing: Listing<RemoteRecord> = {
    page: (after, stop) =>
      deps.remote.list({ ...query(stop), properties: scope.sync.properties, after, limit: pageSize }),
    extent: (stop) => deps.remote.extent(query(stop)),
    refuse: (what) => unusable(scope, what),
  };
  // The search is one of them, and what a pass begins with another.
  const mostExtra = (pages: number) => pages * extraShare - 2;
  return rangedPages(listing, { ...reading, pageSize, readers, mostExtra });
}

function unusable({ name, object }: SyncScope, what: Parameters<Listing<RemoteRecord>["refuse"]>[0]): HubspokeError {
  const how = what === "disorder" ? "out of the order of their ids" : "on a page that leads no further";
  return new HubspokeError(
    "HUBSPOT_RESPONSE_INVALID",
    `HUBSPOT_RESPONSE_INVALID: sync "${name}": HubSpot listed ${object} ${how}, so a full pass would miss records; check baseUrl and proxies`,
    { details: { sync: name, object } },
  );
}
