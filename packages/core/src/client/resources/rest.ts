import type { QueryValue } from "../../http/call.ts";
import { object } from "../../http/error-body.ts";
import type { EpochMs } from "../../ports/ids.ts";
import type { Effect } from "../../retry/should-retry.ts";
import { type AccessPolicy, requireAccess } from "../access.ts";
import type { CallScope, Send } from "../object-calls.ts";
import type { UpdateOptions } from "../objects-api.ts";
import { parseRequest } from "../raw-request.ts";
import { leadsNowhere, nextPage } from "../wire.ts";
import { Fields } from "./fields.ts";

export interface RestRequest {
  /** What the call is about, as `allow` names it: an object type, or a resource such as `owners`. */
  readonly about: string;
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, QueryValue>>;
  readonly body?: unknown;
  /** Where the verb does not say it: a POST that only reads, or one that may be repeated. */
  readonly effect?: Effect;
  readonly options?: UpdateOptions | undefined;
}

/** The calls of everything that is not a record: one request, or one page after another, under the client's access and scope. */
export class Rest {
  readonly #send: Send;
  readonly #access: AccessPolicy;
  readonly #scope: (options?: UpdateOptions) => CallScope;
  /** HubSpot's clock at a time of ours. */
  readonly hubspotTime: (at: EpochMs) => EpochMs;

  constructor(
    send: Send,
    access: AccessPolicy,
    scope: (options?: UpdateOptions) => CallScope,
    hubspotTime: (at: EpochMs) => EpochMs,
  ) {
    this.#send = send;
    this.#access = access;
    this.#scope = scope;
    this.hubspotTime = hubspotTime;
  }

  /** `route` is `VERB /template`. Answers the body's fields; none where HubSpot answers nothing. */
  async call(route: string, request: RestRequest): Promise<Fields> {
    return new Fields(await this.body(route, request), route);
  }

  async body(route: string, request: RestRequest): Promise<unknown> {
    const { about, path, query, body, options } = request;
    const parsed = parseRequest(route);
    const effect = request.effect ?? parsed.effect;
    const use = effect === "read" ? "read" : "write";
    requireAccess(this.#access, use, about);
    const answer = await this.#send({
      ...this.#scope(options),
      method: parsed.method,
      template: parsed.template,
      use,
      effect,
      ...(effect === "create" ? { says: saysSomething } : {}),
      ...(path === undefined ? {} : { params: path }),
      ...(query === undefined ? {} : { query }),
      ...(body === undefined ? {} : { body }),
    });
    return answer.body;
  }

  /** The entries of `results`, page by page as they are consumed, by `paging.next.after`. */
  async *pages(route: string, request: RestRequest): AsyncGenerator<Fields> {
    let after: string | null = null;
    do {
      const query: RestRequest["query"] = after === null ? request.query : { ...request.query, after };
      const body: unknown = await this.body(route, query === undefined ? request : { ...request, query });
      yield* new Fields(body, route).objects("results");
      const next = nextPage(body);
      if (next !== null && next === after) throw leadsNowhere(route);
      after = next;
    } while (after !== null);
  }
}

/** Whatever a create of HubSpot makes, its answer describes. */
function saysSomething(body: unknown): boolean {
  return Object.keys(object(body)).length > 0;
}

/** A body without the members that are undefined, as JSON would leave them out; keeps exact types simple. */
export function given<T extends object>(input: T): T {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)) as T;
}
