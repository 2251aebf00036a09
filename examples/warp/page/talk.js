import { $, element } from "../../kit/page/elements.js";

export const remembered = "warp-key";
const fromLink = new URLSearchParams(location.hash.slice(1)).get("key");
if (fromLink !== null) {
  sessionStorage.setItem(remembered, fromLink);
  // A key in the address would be copied with it.
  history.replaceState(null, "", location.pathname);
}
export async function call(method, path, body) {
  const headers = { authorization: `Bearer ${sessionStorage.getItem(remembered)}`, "content-type": "application/json" };
  const response = await fetch(`/api/v1${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const answer = text.startsWith("{") ? JSON.parse(text) : null;
  if (!response.ok)
    throw Object.assign(new Error(answer?.error?.message ?? `WARP answered ${response.status}.`), {
      status: response.status,
    });
  return answer;
}

/** "1 change", "2 changes". */
export const many = (count, one, more = `${one}s`) => `${count} ${count === 1 ? one : more}`;
export const time = (at) => (at === null ? "–" : new Date(at).toLocaleTimeString());
export const cells = (...values) => values.map((value) => element("td", value ?? "–"));
export const button = (text, onclick, more = {}) => element("button", text, { type: "button", onclick, ...more });
/** Changes what is shown only when it changed, so that a focused button stays focused. */
export const drawn = new Map();
export function draw(id, value, make) {
  const text = JSON.stringify(value);
  if (drawn.get(id) === text) return;
  drawn.set(id, text);
  $(id).replaceChildren(...[make(value)].flat());
}
