import { type Made, refuseForeign, rememberMade } from "./made.ts";
import { CouldNot } from "./outcome.ts";
import type { Reply } from "./reply.ts";

/** An account that can be asked: the simulator's, or a real one. */
export interface Account {
  /** `call("POST /crm/objects/2026-09/contacts", { … })`; throws `CouldNot` for what says nothing about behaviour. */
  call(route: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>;
  /** A new record, which is gone again afterwards. Returns its id. */
  make(type: string, properties?: Record<string, string>): Promise<string>;
  /** A text that nobody else has, of letters and digits. */
  unique(): string;
  email(): string;
  wait(ms: number): Promise<void>;
  /** Asks again for a minute until the answer is yes: searches lag. Throws `CouldNot` when it never is. */
  eventually(what: string, ask: () => Promise<boolean>): Promise<void>;
}

export interface AccountOptions {
  readonly fetch: (input: string, init: RequestInit) => Promise<Response>;
  readonly baseUrl: string;
  readonly token: string;
  /** Begins every name that is made up, so that leftovers can be told: lower-case letters and digits. */
  readonly tag: string;
  readonly wait: (ms: number) => Promise<void>;
  /** Milliseconds between two calls, to be a small part of what an account may do. */
  readonly pace: number;
}

export interface AskedAccount extends Account {
  /** Removes what was made, newest first. Returns what could not be removed. */
  cleanUp(): Promise<string[]>;
}

/** An id that no record has. */
export const NOBODY = "999999999999";

/** A client that changes nothing it did not make, and prints nothing. */
export function createAccount({ fetch, baseUrl, token, tag, wait, pace }: AccountOptions): AskedAccount {
  const made: Made = new Map();
  let count = 0;

  async function send(route: string, body: unknown, headers: Record<string, string>): Promise<Reply> {
    const [method = "GET", path = ""] = route.split(" ");
    if (pace > 0) await wait(path.endsWith("/search") ? Math.max(pace, 250) : pace);
    const init: RequestInit = {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json", ...headers },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    };
    const response = await fetch(`${baseUrl}${path}`, init).catch(() => {
      throw new CouldNot("there was no answer");
    });
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.includes("json") === true && text !== "";
    return { status: response.status, body: isJson ? JSON.parse(text) : text, headers: response.headers };
  }

  const account: AskedAccount = {
    async call(route, body, headers = {}) {
      refuseForeign(route, body, made, tag);
      const reply = await send(route, body, headers);
      if (reply.status === 429) throw new CouldNot("a limit was met");
      if (reply.status === 403) throw new CouldNot("the token lacks a scope, or the account a feature");
      if (reply.status >= 500) throw new CouldNot(`it answered ${reply.status}`);
      rememberMade(route, reply, made);
      return reply;
    },
    async make(type, properties = {}) {
      const { status, body } = await account.call(`POST /crm/objects/2026-09/${type}`, { properties });
      if (status === 201) return body.id;
      throw new CouldNot(`a record of ${type} could not be made: ${status}`);
    },
    unique: () => `${tag}x${++count}`,
    email: () => `${account.unique()}@example.com`,
    wait,
    async eventually(what, ask) {
      for (let waited = 0; waited <= 60_000; waited += 2_000) {
        if (await ask()) return;
        await wait(2_000);
      }
      throw new CouldNot(`${what} did not come about within a minute`);
    },
    async cleanUp() {
      const left: string[] = [];
      for (const [key, removal] of [...made].reverse()) {
        const { status } = await send(removal, undefined, {}).catch(() => ({ status: 0 }));
        if (status !== 204 && status !== 404) left.push(key);
      }
      made.clear();
      return left;
    },
  };
  return account;
}

/** One record's body, e.g. with the query `properties=city`. */
export async function read(account: Account, type: string, id: string, query: string): Promise<Reply["body"]> {
  return (await account.call(`GET /crm/objects/2026-09/${type}/${id}?${query}`)).body;
}
