import { ApiError } from "../base/api-error.ts";
import { bodyText, type Call, jsonBody, type Reply, type Route, storeOf } from "../routing/call.ts";
import { executeSearch } from "../search/execute.ts";
import { MAX_BODY, parseSearch } from "../search/request.ts";
import type { SimRecord } from "../state/record.ts";
import { viewRecord } from "./view.ts";

export const SEARCH_ROUTES: readonly Route[] = [
  {
    method: "POST",
    dated: "/crm/objects/{version}/{objectType}/search",
    legacy: ["/crm/v3/objects/{objectType}/search"],
    access: "read",
    isSearch: true,
    handle: search,
  },
];

/** Answers show records as search sees them, which may be older than what reads see, unless told otherwise. */
function search(call: Call): Reply {
  const store = storeOf(call);
  if (bodyText(call.request).length > MAX_BODY) {
    throw new ApiError(400, `The search request is larger than ${MAX_BODY} characters`, {
      category: "VALIDATION_ERROR",
    });
  }
  const request = parseSearch(jsonBody(call.request), store);
  const { services } = call;
  const { total, records } = executeSearch(store, request, services.searchRules(), services.now());
  const projection = { properties: request.properties, propertiesWithHistory: [] };
  const shown = (record: SimRecord) =>
    services.settings().searchShows === "current" ? record.snapshot : record.indexed;
  const results = records.map((record) => viewRecord(call, store, record, projection, shown(record)));
  const next = request.after + records.length;
  const more = records.length > 0 && next < total;
  return { status: 200, body: { total, results, ...(more ? { paging: { next: { after: String(next) } } } : {}) } };
}
