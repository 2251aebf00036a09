export const $ = (id) => document.getElementById(id);

/** Every value on this page is somebody's text: it is set as text, never as HTML. */
export function element(tag, text, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  if (text !== undefined && text !== null) made.textContent = text;
  made.append(...children);
  return made;
}

export async function call(method, path, body, signal) {
  const init = { method, headers: { accept: "application/json", "content-type": "application/json" }, signal };
  if (body !== undefined) init.body = JSON.stringify(body);
  const response = await fetch(`/api${path}`, init);
  const text = await response.text();
  const answer = text.startsWith("{") ? JSON.parse(text) : null;
  if (!response.ok) throw new Error(answer?.error?.message ?? `The server answered ${response.status}.`);
  return answer;
}

/** Says what happened, and what went wrong in the words of the error. */
export async function act(work, done = "") {
  try {
    await work();
    $("notice").textContent = done;
  } catch (error) {
    $("notice").textContent = error.message;
  }
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
