import type { Lane } from "../model/lane.ts";
import type { PropertiesOf } from "../model/object-properties.ts";
import type { ObjectType } from "../model/object-type.ts";
import type { PropertyDefinition } from "../model/property-definition.ts";
import type { Tenant } from "../ports/ids.ts";
import { type AccessPolicy, requireAccess } from "./access.ts";
import {
  type AccountInfo,
  accountInfoOf,
  accountInfoPath,
  type TokenInfo,
  tokenInfoOf,
  tokenInfoPath,
} from "./account.ts";
import type { Coalescer } from "./coalescer.ts";
import { either } from "./either.ts";
import { type CallScope, ObjectCalls, type Send } from "./object-calls.ts";
import type { CallOptions, ObjectsApi } from "./objects-api.ts";
import { type PropertyCatalogue, propertyDefinitions } from "./property-catalogue.ts";
import { parseRequest, type RequestOptions } from "./raw-request.ts";
import { typedObjects } from "./typed-objects.ts";

export interface ClientOptions {
  readonly tenant: Tenant;
  /** Default `interactive`. */
  readonly lane?: Lane;
  /** Aborts every call of this client. */
  readonly signal?: AbortSignal;
}

/** HubSpot for one tenant, in one lane. Cheap to make: it holds nothing of its own. */
export interface HubSpotClient {
  readonly tenant: Tenant;
  readonly contacts: ObjectsApi<PropertiesOf<"contacts">>;
  /** Any object by name or type id: `companies`, `2-345`. */
  objects<const O extends ObjectType>(type: O): ObjectsApi<PropertiesOf<O>>;
  properties(object: ObjectType): { list(options?: CallOptions): Promise<readonly PropertyDefinition[]> };
  accountInfo(options?: CallOptions): Promise<AccountInfo>;
  /** Scopes of a private app's token. */
  tokenInfo(options?: CallOptions): Promise<TokenInfo>;
  /**
   * Everything else: `request("GET /crm/owners/{version}", { query: { limit: 100 } })`, under the same limits, retries
   * and errors. `{version}` is filled in and paths are translated for `v3`; `{name}` comes from `path`. Answers JSON,
   * or undefined where HubSpot answers nothing.
   */
  request(template: string, options?: RequestOptions): Promise<unknown>;
}

export interface HubSpotClientDeps {
  readonly send: Send;
  readonly catalogue: PropertyCatalogue;
  readonly coalescer: Coalescer | null;
  readonly access: AccessPolicy;
}

export function hubSpotClient(deps: HubSpotClientDeps, options: ClientOptions): HubSpotClient {
  const { send, access } = deps;
  const { tenant } = options;
  const lane = options.lane ?? "interactive";
  const scope = (call?: CallOptions): CallScope => {
    const signal = either(options.signal, call?.signal);
    return { tenant, lane, ...(signal === undefined ? {} : { signal }) };
  };
  const objects = <M>(type: string): ObjectsApi<M> =>
    typedObjects<M>({
      tenant,
      lane,
      calls: new ObjectCalls(send, scope(), type, access),
      catalogue: deps.catalogue,
      coalescer: deps.coalescer,
      signal: options.signal,
    });
  return {
    tenant,
    contacts: objects("contacts"),
    objects: (type) => objects(type),
    properties: (object) => ({
      async list(call) {
        requireAccess(access, "read", object);
        const template = `/crm/properties/{version}/${object}`;
        return propertyDefinitions(
          (await send({ ...scope(call), method: "GET", template, use: "read", effect: "read" })).body,
        );
      },
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
    async request(template, request) {
      const { object, ...parsed } = parseRequest(template);
      requireAccess(access, parsed.use, object);
      const answer = await send({
        ...scope(request),
        ...parsed,
        ...(request?.path === undefined ? {} : { params: request.path }),
        ...(request?.query === undefined ? {} : { query: request.query }),
        ...(request?.body === undefined ? {} : { body: request.body }),
      });
      return answer.body;
    },
  };
}
