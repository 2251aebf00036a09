import { $, act, call, element } from "./dom.js";
import { why } from "./words.js";

/** Whether HubSpot is connected, to which account and with what missing. */
export function showConnection({ connected, portalId, missingScopes, tokenTrouble }) {
  const missing = missingScopes.length === 0 ? "" : ` It lacks ${missingScopes.join(", ")}: connect again.`;
  $("connection").textContent = connected
    ? `Connected to HubSpot account ${portalId}.${missing}${tokenTrouble ?? ""}`
    : "Not connected. Calls are accepted all the same.";
  $("connection").className = connected && missing === "" ? "" : "mark";
  $("connect").hidden = connected && missing === "";
  for (const id of ["check", "disconnect"]) $(id).hidden = !connected;
  if (!connected) $("checks").replaceChildren();
}

/**
 * HubSpot's consent in a window of its own. It is opened within the click, because browsers let nobody open one later;
 * where they do not let us at all, the page itself goes to HubSpot and comes back.
 */
export function connectWith(refresh) {
  const [width, height] = [600, 700];
  const [left, top] = [(screen.width - width) / 2, (screen.height - height) / 2];
  const popup = window.open("about:blank", "hubspot", `width=${width},height=${height},left=${left},top=${top}`);
  return act(async () => {
    try {
      const mode = popup === null ? "redirect" : "popup";
      const { authUrl } = await call("GET", `/hubspot/oauth/initiate?mode=${mode}&returnTo=/`);
      if (popup === null) return location.assign(authUrl);
      popup.location.href = authUrl;
    } catch (error) {
      popup?.close();
      throw error;
    }
    const told = await answerOf(popup);
    await refresh();
    return told;
  });
}

/** What the window tells before it closes; it may be closed without a word, and the status then says what happened. */
function answerOf(popup) {
  return new Promise((resolve) => {
    const done = (words) => {
      clearInterval(timer);
      removeEventListener("message", hear);
      resolve(words);
    };
    const hear = ({ origin, data }) => {
      if (origin !== location.origin || data?.source !== "hubspoke") return;
      done(data.connected ? "HubSpot is connected." : `HubSpot was not connected (${data.code}).`);
    };
    addEventListener("message", hear);
    const timer = setInterval(async () => {
      if (!popup.closed) return;
      clearInterval(timer);
      // What it told may still be on its way.
      setTimeout(() => done("The window of HubSpot was closed."), 500);
    }, 500);
  });
}

/** A page that went to HubSpot and came back. */
export function cameBack() {
  const query = new URLSearchParams(location.search);
  if (!query.has("hubspot")) return;
  const connected = query.get("hubspot") === "connected";
  $("notice").textContent = connected ? "HubSpot is connected." : `HubSpot was not connected (${query.get("code")}).`;
  history.replaceState({}, "", location.pathname);
}

const names = { schema: "Database", token: "HubSpot takes our token", portal: "Account", keys: "Keys" };

export async function check() {
  const { checks } = await call("GET", "/hubspot/verify");
  $("checks").replaceChildren(
    ...checks.map(({ name, ok, detail, code }) =>
      element("li", `${names[name]}: ${ok ? detail : why(code)}`, { className: ok ? "" : "mark" }),
    ),
  );
}
