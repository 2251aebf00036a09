import { dropSchemas as drop } from "@hubspoke/example-kit/schema-pool";
import { Client } from "pg";
import { textIn } from "../../lib/simulated.ts";
import type { ClubOS } from "../../lib/start.ts";

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: answers of many routes, looked into by the assertions
  readonly body: any;
  readonly headers: Headers;
}

/** One person's browser: keeps its cookie, says where it comes from. */
export interface Visitor {
  get(path: string): Promise<Answer>;
  send(method: string, path: string, body?: unknown): Promise<Answer>;
}

export function visitor(product: ClubOS): Visitor {
  let cookie = "";
  async function send(method: string, path: string, body?: unknown): Promise<Answer> {
    const response = await fetch(`${product.url}/api${path}`, {
      method,
      headers: { "content-type": "application/json", "sec-fetch-site": "same-origin", cookie },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const [set] = response.headers.getSetCookie();
    if (set !== undefined) cookie = set.split(";")[0]!;
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text.startsWith("{") ? JSON.parse(text) : text };
  }
  return { send, get: (path) => send("GET", path) };
}

export async function signedIn(product: ClubOS, name: string, role: string): Promise<Visitor> {
  const one = visitor(product);
  await one.send("POST", "/login", { name, role });
  return one;
}

/** What OpenPhone would post; answers its status. */
export const textFrom = ({ url, webhookKey }: ClubOS, from: string, body: string, id: string): Promise<number> =>
  textIn(url, webhookKey, { id, from, body });

export async function dropSchemas(url: string, schema: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await drop(client, schema);
  await client.end();
}
