import { HubspokeError } from "../errors/hubspoke-error.ts";
import type { QueueEstimate } from "../http/budget-types.ts";
import type { Pipeline } from "../http/pipeline.ts";
import type { Lane } from "../model/lane.ts";
import type { PropertiesOf } from "../model/object-properties.ts";
import type { ObjectType } from "../model/object-type.ts";
import type { CredentialUse } from "../ports/credentials.ts";
import type { EpochMs, Tenant } from "../ports/ids.ts";
import type { Logger } from "../ports/logger.ts";
import { type AccessPolicy, requireAccess } from "./access.ts";
import {
  type AccountInfo,
  accountInfoOf,
  accountInfoPath,
  type TokenInfo,
  tokenInfoOf,
  tokenInfoPath,
} from "./account.ts";
import type { LostCreates } from "./batches.ts";
import type { Coalescer } from "./coalescer.ts";
import { either } from "./either.ts";
import type { KnownEndpoint } from "./endpoints/known.ts";
import { resolveLostCreates } from "./lost-creates.ts";
import { type CallScope, ObjectCalls, type Send } from "./object-calls.ts";
import type { CallOptions, ObjectsApi, UpdateOptions } from "./objects-api.ts";
import type { PropertyCatalogue } from "./property-catalogue.ts";
import { effectWith, parseRequest, type RequestArguments, type RequestOptions } from "./raw-request.ts";
import { type Resources, resources } from "./resources/all.ts";
import { type GdprDeletable, gdprDeletable, type Mergeable, mergeable } from "./resources/merge.ts";
import { Rest } from "./resources/rest.ts";
import type { Download } from "./resources/webhook-journal.ts";
import { typedObjects } from "./typed-objects.ts";

/** For whom a client calls, and how urgent its calls are. */
export interface ClientOptions {
  /** Whose credentials are used, and whose budget is spent. The first call pins it to the portal the token is of. */
  readonly tenant: Tenant;
  /** Default `interactive`. */
  readonly lane?: Lane;
  /** Aborts every call of this client. */
  readonly signal?: AbortSignal;
}

/** HubSpot for one tenant, in one lane. Cheap to make: it holds nothing of its own. */
export interface HubSpotClient extends Resources {
  /** For whom every call of this client is made. */
  readonly tenant: Tenant;
  /** Contacts. `email` is unique and serves as `idProperty`; only they can be erased for good (`gdprDelete`). */
  readonly contacts: ObjectsApi<PropertiesOf<"contacts">> & Mergeable & GdprDeletable;
  /** Companies, type `0-2`. When one changed says `hs_lastmodifieddate`, as everywhere but with contacts. */
  readonly companies: ObjectsApi<PropertiesOf<"companies">> & Mergeable;
  /** Deals: type `0-3`. A stage belongs to a pipeline and is written by its id. */
  readonly deals: ObjectsApi<PropertiesOf<"deals">> & Mergeable;
  /** Tickets. Scope `tickets`, or the newer `crm.objects.tickets.*`. */
  readonly tickets: ObjectsApi<PropertiesOf<"tickets">> & Mergeable;
  /** What is sold, type `0-7`. Products have no `associationChange` webhook (hubspot-facts §5.2). */
  readonly products: ObjectsApi<PropertiesOf<"products">>;
  /** Products as they stand on a deal or a quote, type `0-8`. */
  readonly lineItems: ObjectsApi<PropertiesOf<"line_items">>;
  /** Notes, type `0-46`: `hs_timestamp` is required, `hs_note_body` takes HTML of at most 65,536 characters. */
  readonly notes: ObjectsApi<PropertiesOf<"notes">>;
  /** Calls, type `0-48`: `hs_timestamp` is required, `hs_call_duration` is in milliseconds. */
  readonly calls: ObjectsApi<PropertiesOf<"calls">>;
  /** Logged e-mails, type `0-49`. Bodies are read with the scope `sales-email-read` only. */
  readonly emails: ObjectsApi<PropertiesOf<"emails">>;
  /** Meetings, type `0-47`: `hs_timestamp` is required. */
  readonly meetings: ObjectsApi<PropertiesOf<"meetings">>;
  /** Tasks, type `0-27`: `hs_timestamp` is when the task is due. */
  readonly tasks: ObjectsApi<PropertiesOf<"tasks">>;
  /** Any object by name or type id: `2-345`, `p62515_trunk`, `quotes`. */
  objects<const O extends ObjectType>(type: O): ObjectsApi<PropertiesOf<O>> & Mergeable;
  /** The account behind the token: id, time zone, kind. HubSpot tells no subscription tier. */
  accountInfo(options?: CallOptions): Promise<AccountInfo>;
  /** Scopes of a private app's token. */
  tokenInfo(options?: CallOptions): Promise<TokenInfo>;
  /**
   * Where a call of this client would stand if it were made now: whether it would wait for the rate limit, behind how
   * many, and about how long. `search`: in the account's search quota. Sends nothing but, once, what learns the portal.
   */
  queue(options?: { readonly search?: boolean; readonly use?: CredentialUse }): Promise<QueueEstimate>;
  /**
   * Everything else: `request("GET /crm/owners/{version}", { query: { limit: 100 } })`, under the same limits, retries
   * and errors. `{version}` is filled in and paths are translated for `v3`; `{name}` comes from `path`. Known endpoints
   * complete in an editor, any other text is taken. Answers JSON, or undefined where HubSpot answers nothing.
   */
  request<const T extends KnownEndpoint | (string & Record<never, never>)>(
    template: T,
    ...options: RequestArguments<T>
  ): Promise<unknown>;
  /** The same, with status and headers: `x-hubspot-ratelimit-remaining`, a correlation id, a `link`. */
  response<const T extends KnownEndpoint | (string & Record<never, never>)>(
    template: T,
    ...options: RequestArguments<T>
  ): Promise<HubSpotResponse>;
}

/** A successful answer. */
export interface HubSpotResponse {
  /** HTTP status, 200–299: every other answer is thrown as an error. */
  readonly status: number;
  /** Lower-cased names. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON, or undefined where HubSpot answered nothing. */
  readonly body: unknown;
}

export interface HubSpotClientDeps {
  readonly send: Send;
  readonly catalogue: PropertyCatalogue;
  readonly coalescer: Coalescer | null;
  readonly access: AccessPolicy;
  readonly estimate: Pipeline["estimate"];
  readonly download: Download;
  /** HubSpot's clock at a time of ours. */
  readonly hubspotTime: (at: EpochMs) => EpochMs;
  readonly now: () => EpochMs;
  readonly logger?: Logger | undefined;
}

export function hubSpotClient(deps: HubSpotClientDeps, options: ClientOptions): HubSpotClient {
  const { send, access, catalogue, coalescer } = deps;
  const tenant = checkedTenant(options);
  const lane = options.lane ?? "interactive";
  const scope = (call?: UpdateOptions): CallScope => {
    const signal = either(options.signal, call?.signal);
    const unknownOutcome = call?.unknownOutcome;
    return {
      tenant,
      lane,
      ...(signal === undefined ? {} : { signal }),
      ...(unknownOutcome === undefined ? {} : { unknownOutcome }),
    };
  };
  const objects = <M>(type: string): ObjectsApi<M> => {
    const calls = new ObjectCalls(send, scope(), type, access);
    const lostCreates = (given: ObjectCalls): LostCreates => {
      const uniqueNames = () => catalogue.uniqueNames(tenant, type);
      const { now, hubspotTime, logger } = deps;
      return {
        now,
        resolve: (lost, again) => resolveLostCreates({ calls: given, uniqueNames, hubspotTime, logger }, lost, again),
      };
    };
    return typedObjects<M>({ tenant, lane, calls, catalogue, coalescer, lostCreates, signal: options.signal });
  };
  const rest = new Rest(send, access, scope, deps.hubspotTime);
  const merging = <M>(type: string): ObjectsApi<M> & Mergeable => ({ ...objects<M>(type), ...mergeable(rest, type) });
  const response = async (template: string, given?: RequestOptions): Promise<HubSpotResponse> => {
    const { object, ...parsed } = parseRequest(template);
    requireAccess(access, parsed.use, filledIn(object, given));
    const { status, headers, body } = await send({
      ...scope(given),
      ...parsed,
      effect: effectWith(parsed, given?.body),
      ...(given?.path === undefined ? {} : { params: given.path }),
      ...(given?.query === undefined ? {} : { query: given.query }),
      ...(given?.body === undefined ? {} : { body: given.body }),
    });
    return { status, headers, body };
  };
  const request = async (template: string, given?: RequestOptions) => (await response(template, given)).body;
  return {
    tenant,
    contacts: { ...merging("contacts"), ...gdprDeletable(rest) },
    companies: merging("companies"),
    deals: merging("deals"),
    tickets: merging("tickets"),
    products: objects("products"),
    lineItems: objects("line_items"),
    notes: objects("notes"),
    calls: objects("calls"),
    emails: objects("emails"),
    meetings: objects("meetings"),
    tasks: objects("tasks"),
    objects: (type) => merging(type),
    ...resources({
      rest,
      download: deps.download,
      propertiesChanged: (object) => catalogue.forget(tenant, object),
    }),
    async accountInfo(call) {
      return accountInfoOf(
        (await send({ ...scope(call), method: "GET", template: accountInfoPath, use: "read", effect: "read" })).body,
      );
    },
    async tokenInfo(call) {
      const base = { ...scope(call), method: "POST", template: tokenInfoPath, use: "read", effect: "read" } as const;
      return tokenInfoOf((await send({ ...base, tokenAs: "tokenKey" })).body);
    },
    queue: (of = {}) => deps.estimate({ tenant, lane, use: of.use ?? "read", search: of.search ?? false }),
    request: request as HubSpotClient["request"],
    response: response as HubSpotClient["response"],
  };
}

/** The object a template leaves open, as `path` says it. */
function filledIn(object: string | null, request: RequestOptions | undefined): string | null {
  const name = /^\{([a-zA-Z]+)\}$/.exec(object ?? "")?.[1];
  return name === undefined ? object : (request?.path?.[name] ?? object);
}

/** Without a tenant nothing can be pinned, limited or kept apart. */
function checkedTenant(options: Partial<ClientOptions> | undefined): Tenant {
  const tenant: unknown = options?.tenant;
  if (typeof tenant === "string" && tenant !== "") return tenant;
  throw new HubspokeError(
    "INPUT_INVALID",
    'client({ tenant }) needs the name of a tenant, for example client({ tenant: "acme" })',
  );
}
