import type { Simulated } from "@hubspoke/example-kit/simulated-hubspot";
import { signatureOf } from "./openphone.ts";

/** Some of these people write, and somebody HubSpot does not know: through the webhook, as OpenPhone would tell it. */
export async function customersWrite({ simulator }: Simulated, url: string, webhookKey: string): Promise<void> {
  const people = simulator.portal().contacts.list().slice(0, 12);
  const phones = people.flatMap(({ properties: { phone } }) => (phone ? [phone] : []));
  for (const [i, from] of [...phones.slice(0, 5), "+19025550100"].entries()) {
    await textIn(url, webhookKey, { id: `AC${i}`, from, body: "Hi, is the club open today?" });
  }
}

/** A text as OpenPhone tells it; the status of the answer. */
export async function textIn(
  url: string,
  webhookKey: string,
  { id, from, body }: { readonly id: string; readonly from: string; readonly body: string },
): Promise<number> {
  const object = { id, object: "message", from, direction: "incoming", body };
  const event = { id: `EV-${id}`, object: "event", type: "message.received", data: { object } };
  const raw = Buffer.from(JSON.stringify(event));
  const headers = { "openphone-signature": await signatureOf(raw, webhookKey, Date.now()) };
  return (await fetch(`${url}/api/webhooks/openphone`, { method: "POST", headers, body: raw })).status;
}
