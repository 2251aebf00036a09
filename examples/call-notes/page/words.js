const codes = {
  "contact-not-found": "no contact has this number",
  "not-connected": "HubSpot was not connected",
  erased: "this person asked to be forgotten",
  AUTH_DISCONNECTED: "HubSpot is not connected",
  AUTH_SCOPE_MISSING: "the connection lacks a permission; connect again",
  RATE_LIMITED: "HubSpot's limit is used up for the moment",
  DAILY_LIMIT_REACHED: "HubSpot's limit for today is used up",
  HUBSPOT_UNAVAILABLE: "HubSpot does not answer",
  NETWORK_FAILED: "HubSpot cannot be reached",
  TIMEOUT: "HubSpot is slow to answer",
  UNKNOWN_OUTCOME: "HubSpot's answer was lost; it is looked up before anything is repeated",
  OUTBOUND_REFUSED: "it holds a password, a key or a card number, which never leave",
  PORTAL_MISMATCH: "it was told for another HubSpot account",
  PHONE_INVALID: "the number has no country code",
};

/** What a code means for whoever reads it. */
export function why(code) {
  if (codes[code] !== undefined) return codes[code];
  return code.startsWith("AUTH_") ? `HubSpot does not accept our credentials (${code})` : `it did not work (${code})`;
}

const alerts = {
  "auth.disconnected": () => "HubSpot ended our access: connect it again.",
  "outbox.failed": ({ code }) =>
    `Notes could not be written: ${why(code)}. They are under “failed”, to be tried again.`,
  "portal.mismatch": () => "Another HubSpot account was refused: these calls belong to the first one.",
};

/** A trouble that is not over, for people. */
export function alertWords({ name, details = {} }) {
  return alerts[name]?.(details) ?? `Something is wrong with HubSpot (${details.code ?? name}).`;
}

const downloads = {
  host: "its host is not allowed",
  private_address: "its address is not public",
  redirect: "its host sent elsewhere",
  type: "it is no sound",
  too_large: "it is too large",
  too_slow: "it took too long",
  address: "its address is no https address",
};

/** What became of a recording, and why it is a link only. */
export function recordingWords({ recording, recording_problem: problem }) {
  if (recording === null || recording === "none") return "–";
  if (recording === "uploaded") return "in HubSpot";
  if (problem === null) return "a link";
  const [code, reason] = problem.split(", ");
  return `a link: ${downloads[reason] ?? (reason === undefined ? why(code) : `not copied (${reason})`)}`;
}

const statuses = { waiting: "Waiting", success: "Written", skipped: "Skipped", error: "Failed" };

export function statusWords({ status, error_message: code }) {
  if (code !== null) return `${statuses[status]}: ${why(code)}`;
  return status === "waiting" ? "Being written" : statuses[status];
}
