import { type Answer, approved, type Browser, browser } from "@hubspoke/example-kit/visitor";
import { signatureOf } from "../lib/report.ts";
import type { CallNotes } from "../lib/start.ts";

/** Somebody's browser. */
export interface Visitor {
  readonly ask: Browser;
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
  const ask = browser(`${product.url}/api`);
  await ask("POST", "/login", { workspace, name });
  return {
    ask,
    async connect(portalId) {
      const { authUrl } = (await ask("GET", "/hubspot/oauth/initiate?mode=popup&returnTo=/")).body;
      return ask("GET", await approved(authUrl, portalId));
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
export async function tell(
  { url, secret }: Webhook,
  body: string,
  at: number = Date.now(),
): Promise<Pick<Answer, "status" | "body">> {
  const raw = new TextEncoder().encode(body);
  const headers = await signatureOf(raw.buffer, secret, at);
  const response = await fetch(url, { method: "POST", headers, body: raw });
  const text = await response.text();
  return { status: response.status, body: text.startsWith("{") ? JSON.parse(text) : text };
}

/** Looks again until what is looked for is there. */
export async function until<T>(look: () => Promise<T>, is: (found: T) => boolean): Promise<T> {
  for (;;) {
    const found = await look();
    if (is(found)) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
