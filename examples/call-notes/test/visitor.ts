import { signatureOf } from "../lib/report.ts";
import type { CallNotes } from "../lib/start.ts";

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: answers of many routes, looked into by the assertions
  readonly body: any;
  readonly location: string | null;
}

/** Somebody's browser: keeps cookies, says where it comes from, does not follow. */
export interface Visitor {
  ask(method: string, path: string, body?: unknown): Promise<Answer>;
  /** Connects HubSpot as the page does, and approves on HubSpot's own page. */
  connect(portalId: number): Promise<Answer>;
  /** The address and the secret of the webhook. */
  webhook(): Promise<Webhook>;
}

export interface Webhook {
  readonly url: string;
  readonly secret: string;
}

export async function signedIn(product: CallNotes, workspace: string, name: string): Promise<Visitor> {
  const jar = new Map<string, string>();
  async function ask(method: string, path: string, body?: unknown): Promise<Answer> {
    const response = await fetch(path.startsWith("http") ? path : `${product.url}/api${path}`, {
      method,
      redirect: "manual",
      headers: {
        accept: "application/json",
        "content-type": "application/json",
        "sec-fetch-site": "same-origin",
        cookie: [...jar].map(([key, value]) => `${key}=${value}`).join("; "),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [key = "", value = ""] = cookie.split(";")[0]!.split("=");
      jar.set(key, value);
    }
    const text = await response.text();
    const location = response.headers.get("location");
    return { status: response.status, body: text.startsWith("{") ? JSON.parse(text) : text, location };
  }
  await ask("POST", "/login", { workspace, name });
  return {
    ask,
    async connect(portalId) {
      const { authUrl } = (await ask("GET", "/hubspot/oauth/initiate?mode=popup&returnTo=/")).body;
      const consent = await (await fetch(authUrl)).text();
      const [, href = ""] = /id="approve" href="([^"]+)"/.exec(consent) ?? [];
      const approve = new URL(href.replaceAll("&amp;", "&"), authUrl);
      approve.pathname = `/oauth/${portalId}/authorize`;
      const back = (await fetch(approve, { redirect: "manual" })).headers.get("location");
      return ask("GET", back ?? "nowhere");
    },
    async webhook() {
      const url = (await ask("GET", "/me")).body.webhook;
      return { url, secret: (await ask("GET", "/webhook-secret")).body.secret };
    },
  };
}

export interface Call {
  readonly id: string;
  readonly phone?: string;
  readonly summary?: string;
  readonly recordingUrl?: string;
}

export function reportOf({ id, phone, summary, recordingUrl }: Call): string {
  const call = { id, customer: { number: phone } };
  const message = { type: "end-of-call-report", call, analysis: { summary }, artifact: { recordingUrl } };
  return JSON.stringify({ message });
}

/** What Vapi sends: `body`, signed at `at`. */
export async function tell({ url, secret }: Webhook, body: string, at: number = Date.now()): Promise<Answer> {
  const raw = new TextEncoder().encode(body);
  const headers = await signatureOf(raw.buffer, secret, at);
  const response = await fetch(url, { method: "POST", headers, body: raw });
  const text = await response.text();
  return { status: response.status, body: text.startsWith("{") ? JSON.parse(text) : text, location: null };
}

/** Looks again until what is looked for is there. */
export async function until<T>(look: () => Promise<T>, is: (found: T) => boolean): Promise<T> {
  for (;;) {
    const found = await look();
    if (is(found)) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
