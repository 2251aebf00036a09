import { approved } from "../../examples/kit/visitor.ts";

/** An answer, read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Null where it is not JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: answers of many routes, looked into by the attempts
  readonly json: any;
}

/** A browser on a page of the product: keeps cookies, says where it comes from, follows nothing. */
export class Visitor {
  readonly #url: string;
  readonly cookies: Map<string, string>;
  /** Every answer's text, for whoever looks for what must not be in one. */
  readonly seen: string[] = [];

  constructor(url: string, cookies: Readonly<Record<string, string>> = {}) {
    this.#url = url;
    this.cookies = new Map(Object.entries(cookies));
  }

  get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.fetch(path, { headers: { ...this.#usual(), ...headers } });
  }

  send(method: string, path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    return this.fetch(path, { method, body: text, headers: { ...this.#usual(), ...headers } });
  }

  /** With exactly these headers. */
  async fetch(path: string, init: RequestInit): Promise<Answer> {
    const response = await fetch(path.startsWith("http") ? path : this.#url + path, { redirect: "manual", ...init });
    for (const cookie of response.headers.getSetCookie()) {
      const [name = "", value = ""] = cookie.split(";")[0]?.split("=") ?? [];
      this.cookies.set(name, value);
    }
    const text = await response.text();
    this.seen.push(text);
    return { status: response.status, headers: response.headers, text, json: parsed(text) };
  }

  /** Begins a login: the address of HubSpot's page. */
  async begin(): Promise<string> {
    const { json } = await this.get("/api/integrations/hubspot/auth?returnTo=/");
    return json.authUrl;
  }

  /** Agrees on HubSpot's page: where HubSpot sends the browser. */
  async agree(authUrl: string, portal: number): Promise<string> {
    return approved(authUrl, portal);
  }

  async connect(portal: number): Promise<void> {
    const landed = await this.get(await this.agree(await this.begin(), portal));
    const location = landed.headers.get("location") ?? "";
    if (!location.includes("hubspot=connected")) throw new Error(`not connected: ${landed.status} ${location}`);
  }

  #usual(): Record<string, string> {
    return {
      accept: "application/json",
      "content-type": "application/json",
      "sec-fetch-site": "same-origin",
      cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; "),
    };
  }
}

function parsed(text: string): unknown {
  if (!/^[[{]/.test(text)) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null; // a page that begins like JSON
  }
}
