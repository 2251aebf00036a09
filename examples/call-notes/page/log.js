import { $, act, call, element } from "./dom.js";
import { alertWords, recordingWords, statusWords, why } from "./words.js";

/** Where each page before this one began; the first begins at the newest call. */
let pages = [undefined];
let next = null;
let shown = "";

export async function showLog() {
  const status = $("status").value;
  const query = new URLSearchParams({ limit: 20 });
  if (status !== "") query.set("status", status);
  const after = pages.at(-1);
  if (after !== undefined) query.set("after", after);
  const log = await call("GET", `/hubspot/sync-logs?${query}`);
  next = log.next;
  problem(log);
  const state = JSON.stringify([log.logs, log.total, pages.length]);
  // What has not changed is left alone, and with it the focus of whoever is in it.
  if (state === shown) return;
  shown = state;
  const rows = log.logs.map(row);
  const none = element("tr", null, {}, element("td", "No calls.", { colSpan: 6 }));
  $("log").tBodies[0].replaceChildren(...(rows.length === 0 ? [none] : rows));
  const first = (pages.length - 1) * log.limit + 1;
  $("range").textContent = rows.length === 0 ? "" : `${first} to ${first + rows.length - 1} of ${log.total}`;
  $("newer").disabled = pages.length === 1;
  $("older").disabled = next === null;
}

function problem({ waiting, alerts }) {
  const said = [];
  if (waiting.error_message !== null) {
    const calls = waiting.total === 1 ? "One call waits and is" : `${waiting.total} calls wait and are`;
    said.push(`${calls} written later by itself: ${why(waiting.error_message)}. Calls are still accepted.`);
  }
  // A job that is late is said by the line above.
  const told = alerts.filter(({ name, severity }) => name !== "outbox.failed" || severity === "critical");
  said.push(...told.map((alert) => `${new Date(alert.at).toLocaleString()}: ${alertWords(alert)}`));
  const text = said.join(" ");
  if ($("problem").textContent !== text) $("problem").textContent = text;
}

function row(entry) {
  const { created_at: at, call_id: id, phone_number: phone, status, contact_id: contact, engagement_id: note } = entry;
  const accepted = element("time", new Date(at).toLocaleString(), { dateTime: new Date(at).toISOString(), title: id });
  const again = element("button", "Try again", { type: "button", onclick: () => replay([entry.id]) });
  again.ariaLabel = `Try ${id} again`;
  const facts = note === null ? "–" : `note ${note}, contact ${contact ?? "–"}`;
  const cells = [
    ["Accepted", accepted],
    ["Number", phone ?? "–"],
    ["Status", element("span", statusWords(entry), { className: `tag ${status}` })],
    ["In HubSpot", facts],
    ["Recording", recordingWords(entry)],
    ["", status === "error" ? again : ""],
  ];
  return element(
    "tr",
    null,
    {},
    ...cells.map(([label, content]) => {
      const cell = element("td", null, {}, content);
      cell.dataset.label = label;
      return cell;
    }),
  );
}

const replay = (ids) =>
  act(async () => {
    await call("POST", "/hubspot/outbox/replay", { ids });
    await showLog();
  }, "It is tried again.");

$("status").onchange = () => {
  pages = [undefined];
  act(showLog);
};
$("older").onclick = () => {
  pages = [...pages, next];
  act(showLog);
};
$("newer").onclick = () => {
  pages = pages.slice(0, -1);
  act(showLog);
};
