import { cameBack, check, connectWith, showConnection } from "./connect.js";
import { $, act, call } from "./dom.js";
import { showLog } from "./log.js";

let signedIn = false;
let lastAt = new Date();

async function begin() {
  const { user, settings, webhook, recordingHosts } = await call("GET", "/me");
  signedIn = user !== null;
  $("login").hidden = signedIn;
  $("main").hidden = !signedIn;
  $("who").hidden = !signedIn;
  if (!signedIn) return;
  $("name").textContent = `${user.name}, ${user.workspace}`;
  $("webhook").value = webhook;
  $("settings").uploadRecordings.checked = settings.uploadRecordings;
  $("settings").whenDisconnected.value = settings.whenDisconnected;
  $("hosts").textContent =
    recordingHosts.length === 0
      ? "RECORDING_HOSTS names no host yet: every recording stays a link."
      : `From ${recordingHosts.join(", ")}; any other recording stays a link.`;
  await refresh();
}

async function refresh() {
  showConnection(await call("GET", "/hubspot/status"));
  await showLog();
  lastAt = new Date();
}

$("login").onsubmit = (event) => {
  event.preventDefault();
  act(async () => {
    await call("POST", "/login", Object.fromEntries(new FormData(event.target)));
    await begin();
  });
};
$("sign-out").onclick = () =>
  act(async () => {
    await call("POST", "/logout", {});
    location.reload();
  });
$("connect").onclick = () => connectWith(refresh);
$("check").onclick = () => act(check);
$("disconnect").onclick = () => {
  if (!confirm("Disconnect HubSpot? Its tokens are revoked and removed.")) return;
  act(async () => {
    await call("DELETE", "/hubspot/disconnect", {});
    await refresh();
  }, "HubSpot is disconnected.");
};
$("settings").onsubmit = (event) => {
  event.preventDefault();
  const { uploadRecordings, whenDisconnected } = event.target;
  const settings = { uploadRecordings: uploadRecordings.checked, whenDisconnected: whenDisconnected.value };
  act(() => call("PUT", "/settings", settings).then(() => {}), "Saved; it counts from the next call on.");
};
$("show-secret").onclick = () => act(() => showSecret("GET"));
$("new-secret").onclick = () => {
  if (confirm("Make a new secret? Calls are refused until Vapi has it.")) act(() => showSecret("POST"));
};
async function showSecret(method) {
  const { secret } = await call(method, "/webhook-secret", method === "GET" ? undefined : {});
  $("secret").value = secret;
}
$("try").onsubmit = (event) => {
  event.preventDefault();
  const { phone, summary, recordingUrl } = Object.fromEntries(new FormData(event.target));
  act(async () => {
    await call("POST", "/test-call", { phone, summary, ...(recordingUrl === "" ? {} : { recordingUrl }) });
    event.target.reset();
    await refresh();
  }, "The call was accepted.");
};

cameBack();
await act(async () => {
  await begin();
  return $("notice").textContent;
});

/** What changes by itself. A server that does not answer leaves the page as it was, with a mark. */
setInterval(async () => {
  if (!signedIn || document.visibilityState !== "visible") return;
  try {
    await refresh();
  } catch (error) {
    if (error.code === "ACCESS_DENIED") location.reload();
    $("problem").textContent = `This is from ${lastAt.toLocaleTimeString()}: ${error.message}`;
  }
}, 2_000);
