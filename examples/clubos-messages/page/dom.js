export { $, act, element } from "../../kit/page/elements.js";

export async function call(method, path, body, signal) {
  const init = { method, headers: { accept: "application/json", "content-type": "application/json" }, signal };
  if (body !== undefined) init.body = JSON.stringify(body);
  const response = await fetch(`/api${path}`, init);
  const text = await response.text();
  const answer = text.startsWith("{") ? JSON.parse(text) : null;
  if (!response.ok) throw new Error(answer?.error?.message ?? `The server answered ${response.status}.`);
  return answer;
}

const causes = {
  FEATURE_OFF: "HubSpot is not switched on for you.",
  RATE_LIMITED: "HubSpot's limit is used up for the moment.",
  DAILY_LIMIT_REACHED: "HubSpot's limit for today is used up.",
  TIMEOUT: "HubSpot is slow just now.",
};

/** What a degraded answer means for whoever reads it. */
export function why(code) {
  if (code.startsWith("AUTH_")) return `HubSpot does not accept our credentials (${code}).`;
  return causes[code] ?? `HubSpot cannot be asked just now (${code}).`;
}
