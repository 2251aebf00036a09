import type { CallOptions } from "../objects-api.ts";
import type { Fields } from "./fields.ts";
import type { Rest } from "./rest.ts";

/** How much of the account's calls of the day its private apps have used (hubspot-facts §2.1). */
export interface ApiUsage {
  /** HubSpot's name of the row, such as `private-apps-api-calls-daily`: the figures are of all private apps together, not of one. */
  readonly name: string;
  /** Calls a day; null where HubSpot did not say. */
  readonly usageLimit: number | null;
  /** Calls since midnight of the account's time zone. */
  readonly currentUsage: number | null;
  /** When HubSpot counted. */
  readonly collectedAt: Date | null;
  /** Midnight of the account's time zone. */
  readonly resetsAt: Date | null;
}

/** How much of what the account may have is in use. Entries are HubSpot's own: they differ from one limit to the next. */
export interface LimitsApi {
  records(options?: CallOptions): Promise<Readonly<Record<string, unknown>>>;
  customProperties(options?: CallOptions): Promise<Readonly<Record<string, unknown>>>;
  calculatedProperties(options?: CallOptions): Promise<Readonly<Record<string, unknown>>>;
  customObjectTypes(options?: CallOptions): Promise<Readonly<Record<string, unknown>>>;
  pipelines(options?: CallOptions): Promise<Readonly<Record<string, unknown>>>;
  associationLabels(options?: CallOptions): Promise<Readonly<Record<string, unknown>>>;
  /** Calls of the day, by HubSpot's count. */
  apiUsage(options?: CallOptions): Promise<readonly ApiUsage[]>;
}

const about = "limits";

export function limitsApi(rest: Rest): LimitsApi {
  const limit = (name: string) => async (options?: CallOptions) =>
    (await rest.call(`GET /crm/limits/{version}/${name}`, { about, options })).raw;
  return {
    records: limit("records"),
    customProperties: limit("custom-properties"),
    calculatedProperties: limit("calculated-properties"),
    customObjectTypes: limit("custom-object-types"),
    pipelines: limit("pipelines"),
    associationLabels: limit("associations/labels"),
    async apiUsage(options) {
      const answer = await rest.call("GET /account-info/{version}/api-usage/daily/private-apps", { about, options });
      return answer.objects("results").map(usage);
    },
  };
}

function usage(from: Fields): ApiUsage {
  return {
    name: from.text("name"),
    usageLimit: from.number("usageLimit"),
    currentUsage: from.number("currentUsage"),
    collectedAt: from.date("collectedAt"),
    resetsAt: from.date("resetsAt"),
  };
}
