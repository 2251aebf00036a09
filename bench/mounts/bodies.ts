import { createHmac, randomBytes } from "node:crypto";

export const publicUrl = "https://app.example.com/hubspot/webhooks";
export const secret = "the-secret-of-an-app";
export const portalId = 62515;

const changes = [
  ["contact.propertyChange", "lifecyclestage", "customer"],
  ["contact.propertyChange", "phone", "+1 902 555 0134"],
  ["company.propertyChange", "name", "Fernandes & Sons"],
  ["deal.propertyChange", "dealstage", "closedwon"],
] as const;

/**
 * A signed request as HubSpot sends it, whole: head and body. Every event is one nobody has seen, so that each is
 * stored; `from` numbers them.
 */
export function signedRequest(events: number, from: number, now: number): Buffer {
  const body = JSON.stringify(Array.from({ length: events }, (_, i) => event(from + i, now)));
  const timestamp = String(now);
  const signature = createHmac("sha256", secret).update(`POST${publicUrl}${body}${timestamp}`).digest("base64");
  const head = [
    "POST /hubspot/webhooks HTTP/1.1",
    "Host: app.example.com",
    "User-Agent: HubSpot Connect 2.0 (http://dev.hubspot.com/)",
    "Content-Type: application/json",
    "Accept: */*",
    `X-HubSpot-Signature-v3: ${signature}`,
    `X-HubSpot-Request-Timestamp: ${timestamp}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${randomBytes(8).toString("hex")}`,
  ];
  return Buffer.from(`${head.join("\r\n")}\r\n\r\n${body}`);
}

function event(number: number, now: number): object {
  const [subscriptionType, propertyName, propertyValue] = changes[number % changes.length] ?? changes[0];
  return {
    appId: 1160452,
    eventId: number,
    subscriptionId: 2_000_000 + (number % changes.length),
    portalId,
    occurredAt: now - 100,
    subscriptionType,
    attemptNumber: 0,
    objectId: 100_000_000 + number,
    propertyName,
    propertyValue,
    changeSource: "CRM_UI",
    sourceId: "userId:9586504",
  };
}
