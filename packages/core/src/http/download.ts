import { HubspokeError } from "../errors/hubspoke-error.ts";
import { HubSpotUnavailableError } from "../errors/hubspot-errors.ts";
import type { Transport, TransportRequest } from "../ports/transport.ts";
import { parseJson } from "./error-body.ts";

export interface DownloadOptions {
  readonly transport: Transport;
  readonly timeouts: TransportRequest["timeouts"];
  /** Where HubSpot is: http is refused unless that is on this machine too. */
  readonly baseUrl: string;
}

/**
 * JSON from an address that HubSpot gave, which is somebody else's storage: without the token, outside the limits,
 * redirects refused. Errors: INPUT_INVALID for an address that is not https; HUBSPOT_UNAVAILABLE,
 * HUBSPOT_RESPONSE_INVALID; what the transport gives. The address is a secret of its own and appears in none.
 */
export function downloadJson(options: DownloadOptions): (url: string, signal?: AbortSignal) => Promise<unknown> {
  const { transport, timeouts, baseUrl } = options;
  return async (url, signal) => {
    const target = URL.canParse(url) ? new URL(url) : null;
    const local = baseUrl.startsWith("http:") && target?.host === new URL(baseUrl).host;
    if (target === null || (target.protocol !== "https:" && !local)) {
      throw new HubspokeError("INPUT_INVALID", "INPUT_INVALID: a download is an https address that HubSpot gave");
    }
    const { status, text } = await transport.send({
      method: "GET",
      url: target.href,
      headers: { accept: "application/json" },
      timeouts,
      ...(signal === undefined ? {} : { signal }),
    });
    if (status !== 200) {
      throw new HubSpotUnavailableError(
        "HUBSPOT_UNAVAILABLE",
        `HUBSPOT_UNAVAILABLE: a download answered ${status}; its address may have expired, so ask for it again`,
        { status, unsafe: text },
      );
    }
    const body = parseJson(text);
    if (body !== undefined) return body;
    throw new HubSpotUnavailableError(
      "HUBSPOT_RESPONSE_INVALID",
      "HUBSPOT_RESPONSE_INVALID: a download is not JSON; ask for its address again",
      { status, unsafe: text },
    );
  };
}
