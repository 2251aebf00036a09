import { textOf } from "../../base/text-of.ts";
import { signV2, signV3 } from "../../webhooks/signatures.ts";
import { askOutside, type PlatformWorld } from "../world.ts";

/** What became of asking an action's address once. */
export type ActionAnswer =
  | { readonly kind: "done"; readonly outputFields: Readonly<Record<string, string>> }
  | { readonly kind: "refused" }
  /** @property after milliseconds, if the answer says so */
  | { readonly kind: "again"; readonly after: number | undefined };

const TIMEOUT_MS = 20_000;

/** Asks an action's address, signed as workflow webhooks are (hubspot-facts §5.3, §5.4). */
export async function callAction(
  world: PlatformWorld,
  url: string,
  secret: string,
  payload: unknown,
): Promise<ActionAnswer> {
  const body = JSON.stringify(payload);
  const timestamp = world.clock.now();
  const request = new Request(url, {
    method: "POST",
    body,
    headers: {
      "content-type": "application/json",
      "user-agent": "HubSpot Connect 2.0 (http://dev.hubspot.com/) - workflow-executor",
      "x-hubspot-signature": await signV2(secret, "POST", url, body),
      "x-hubspot-signature-version": "v2",
      "x-hubspot-signature-v3": await signV3(secret, "POST", url, body, timestamp),
      "x-hubspot-request-timestamp": String(timestamp),
    },
    ...(world.options().outbound === undefined ? { signal: AbortSignal.timeout(TIMEOUT_MS) } : {}),
  });
  let response: Response;
  try {
    response = await askOutside(world, request);
  } catch {
    // Nobody answered: HubSpot asks again, and does not care why.
    return { kind: "again", after: undefined };
  }
  const text = await response.text();
  if (response.ok) return { kind: "done", outputFields: outputsOf(text) };
  if (response.status === 429) return { kind: "again", after: retryAfter(response) };
  return response.status >= 500 ? { kind: "again", after: undefined } : { kind: "refused" };
}

/** Milliseconds, unlike everywhere else (hubspot-facts §5.3). */
function retryAfter(response: Response): number | undefined {
  const value = Number(response.headers.get("retry-after") ?? Number.NaN);
  return Number.isFinite(value) ? value : undefined;
}

/** An answer without readable outputs is a success that has none. */
function outputsOf(text: string): Record<string, string> {
  try {
    const { outputFields } = JSON.parse(text) as { outputFields?: Record<string, unknown> };
    return Object.fromEntries(Object.entries(outputFields ?? {}).map(([name, value]) => [name, textOf(value)]));
  } catch {
    return {};
  }
}
