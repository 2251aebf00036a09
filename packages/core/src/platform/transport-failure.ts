import { HubspokeError, isHubspokeError } from "../errors/hubspoke-error.ts";

/** Characters or bytes of the largest answer that is taken: HubSpot's largest, a part of the journal, has 5 MB. */
export const largestBody: number = 1 << 26;

/** Failures before a connection stood: nothing can have reached the server, so even a create may be sent again. */
const neverSent = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EADDRNOTAVAIL",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_INVALID_ARG",
  "ERR_INVALID_URL",
  "ERR_MODULE_NOT_FOUND",
  "CERT_HAS_EXPIRED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "ERR_TLS_CERT_ALTNAME_INVALID",
]);

const timeouts = new Set(["UND_ERR_CONNECT_TIMEOUT", "UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT", "ETIMEDOUT"]);

/** What a runtime's failure means for the pipeline: a code, and whether any byte may have reached the server. */
export function transportFailure(error: unknown, signal: AbortSignal | undefined): HubspokeError {
  const code = codeOf(error);
  const sent = !(code !== null && neverSent.has(code));
  const options = { unsafe: error, details: { sent, ...(code === null ? {} : { reason: code }) } };
  if (signal?.aborted !== true && isHubspokeError(error)) return error;
  if (signal?.aborted === true) return new HubspokeError("ABORTED", "ABORTED: the request was aborted", options);
  if (code !== null && timeouts.has(code)) {
    return new HubspokeError("TIMEOUT", `TIMEOUT: no answer in time (${code})`, options);
  }
  return new HubspokeError(
    "NETWORK_FAILED",
    `NETWORK_FAILED: the request failed (${code ?? "no reason given"})`,
    options,
  );
}

export function late(): HubspokeError {
  return new HubspokeError("TIMEOUT", "TIMEOUT: no answer in time", { details: { sent: true } });
}

/** An endless answer, or a small one that is packed a thousandfold, would take the process's memory. */
export function tooLarge(): HubspokeError {
  return new HubspokeError("HUBSPOT_RESPONSE_INVALID", "HUBSPOT_RESPONSE_INVALID: an answer is larger than 64 MiB", {
    details: { sent: true },
  });
}

export function abortedBeforeSend(): HubspokeError {
  return new HubspokeError("ABORTED", "ABORTED: the request was aborted before it was sent", {
    details: { sent: false },
  });
}

/** The first error code in the chain of causes, and in the list that a failed connect to several addresses gives. */
function codeOf(error: unknown, depth = 0): string | null {
  if (typeof error !== "object" || error === null || depth > 4) return null;
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: unknown };
  if (typeof code === "string" && /^[A-Z][A-Z0-9_]{2,60}$/.test(code)) return code;
  const inner = cause ?? (Array.isArray(errors) ? errors[0] : undefined);
  return inner === undefined ? null : codeOf(inner, depth + 1);
}
