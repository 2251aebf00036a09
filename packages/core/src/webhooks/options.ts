import { HubspokeError } from "../errors/hubspoke-error.ts";
import { type SignatureVersion, signatureVersions } from "./signature-claim.ts";

/** How webhooks of one HubSpot app arrive here. */
export interface WebhookOptions {
  /**
   * The address HubSpot calls, exactly as written in the app's settings: https, or a loopback address for tests.
   * It is part of what HubSpot signs, and it comes from here and never from `Host` or `X-Forwarded-*`, which
   * a sender can choose (hubspot-facts §5.4).
   */
  readonly publicUrl: string;
  /** The app's client secret; during a rotation the new one and the old one. */
  readonly secrets: string | readonly string[];
  /** Default `["v3"]`. The older two sign no time, so a captured request can be sent again for ever: opt in where an old app needs it. */
  readonly signatureVersions?: readonly SignatureVersion[];
  /** Default 8 MiB: 100 events with one large value each make 6.6 MB. */
  readonly maxBodyBytes?: number;
  /** How long a sender may take over the body, in ms. Default 10,000; HubSpot itself gives up after 5,000. */
  readonly bodyTimeoutMs?: number;
}

export interface CheckedWebhookOptions {
  readonly publicUrl: string;
  readonly secrets: readonly string[];
  readonly signatureVersions: readonly SignatureVersion[];
  readonly maxBodyBytes: number;
  readonly bodyTimeoutMs: number;
}

/** The options with defaults, or CONFIG_INVALID. A secret is never part of the message. */
export function checkWebhookOptions(options: WebhookOptions): CheckedWebhookOptions {
  const secrets = typeof options.secrets === "string" ? [options.secrets] : [...(options.secrets ?? [])];
  if (secrets.length === 0 || secrets.some((secret) => typeof secret !== "string" || secret.trim() === "")) {
    throw invalid("webhooks.secrets must hold the client secret of the HubSpot app (Auth tab), and none may be empty");
  }
  const versions = options.signatureVersions ?? ["v3"];
  if (versions.length === 0 || versions.some((version) => !signatureVersions.includes(version))) {
    throw invalid(`webhooks.signatureVersions must hold one or more of ${signatureVersions.join(", ")}`);
  }
  return {
    publicUrl: checkPublicUrl(options.publicUrl),
    secrets,
    signatureVersions: versions,
    maxBodyBytes: positive("maxBodyBytes", options.maxBodyBytes ?? 8 * 1024 * 1024),
    bodyTimeoutMs: positive("bodyTimeoutMs", options.bodyTimeoutMs ?? 10_000),
  };
}

function checkPublicUrl(value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const loopback = url !== undefined && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
  if (url === undefined || !(url.protocol === "https:" || (url.protocol === "http:" && loopback))) {
    throw invalid(
      "webhooks.publicUrl must be the https address that HubSpot calls, exactly as in the app's settings (http only for a loopback address)",
    );
  }
  if (url.hash !== "") throw invalid("webhooks.publicUrl must not hold a fragment (#…): HubSpot never sends one");
  return value;
}

function positive(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw invalid(`webhooks.${name} must be a whole number above 0`);
}

function invalid(message: string): HubspokeError<"CONFIG_INVALID"> {
  return new HubspokeError("CONFIG_INVALID", message);
}
