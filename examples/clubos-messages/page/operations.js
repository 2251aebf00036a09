import { $, act, call, element } from "./dom.js";

/** Whom each week of the rollout takes in; an empty list is everybody, and what happens by itself. */
const weeks = [
  ["Off", { enabled: false }],
  ["Week 1: admins", { enabled: true, roles: ["admin"] }],
  ["Week 2: operators too", { enabled: true, roles: ["admin", "operator"] }],
  ["Week 3: support too", { enabled: true, roles: ["admin", "operator", "support"] }],
  ["Week 4: everybody", { enabled: true, roles: [] }],
];
let users = {};

export async function showOperations() {
  const { alerts, calls, quota, ...rest } = await call("GET", "/operations");
  users = rest.users;
  const well = [element("li", "Nothing is wrong.")];
  const told = alerts.map(({ at, message }) =>
    element("li", `${new Date(at).toLocaleString()}: ${message}`, { className: "mark" }),
  );
  $("alerts").replaceChildren(...(told.length === 0 ? well : told));
  const { retries, rateLimited, failed } = calls;
  const quotas = quota.length === 0 ? "" : ` ${quota.length} quotas in use.`;
  $("calls").textContent =
    `${calls.calls} calls, ${retries} retries, ${rateLimited} limited, ${failed} unanswered.${quotas}`;
  await showFlags();
  await showCache();
  await showAudit();
}

async function showFlags() {
  const flags = await call("GET", "/flags");
  $("weeks").replaceChildren(
    ...weeks.map(([name, whom]) =>
      element("button", name, {
        type: "button",
        className: whom.enabled ? "" : "danger",
        onclick: () => change(() => call("PUT", "/flags/master", { percentage: 100, ...whom }), "The rollout changed."),
      }),
    ),
  );
  $("flags").replaceChildren(...Object.entries(flags).map(flagRow));
}

function flagRow([name, { enabled, roles, percentage }]) {
  const on = element("input", null, { type: "checkbox", checked: enabled, ariaLabel: `${name} on` });
  const who = element("input", null, { value: roles.join(", "), ariaLabel: `roles of ${name}; empty: every role` });
  const share = element("input", null, {
    type: "number",
    min: 0,
    max: 100,
    value: percentage,
    ariaLabel: `share of ${name}`,
  });
  const save = () =>
    call("PUT", `/flags/${name}`, {
      enabled: on.checked,
      roles: who.value
        .split(",")
        .map((role) => role.trim())
        .filter(Boolean),
      percentage: Number(share.value),
    });
  const buttons = [
    element("button", "Save", {
      type: "button",
      ariaLabel: `Save ${name}`,
      onclick: () => change(save, `${name} changed.`),
    }),
    element("button", "Default", {
      type: "button",
      className: "quiet",
      ariaLabel: `${name} back to default`,
      onclick: () => change(() => call("DELETE", `/flags/${name}`), `${name} is as configured.`),
    }),
  ];
  const cell = (...children) => element("td", null, {}, ...children);
  const heading = element("th", name, { scope: "row" });
  return element("tr", null, {}, heading, cell(on), cell(who), cell(share), cell(...buttons));
}

const change = (work, done) =>
  act(async () => {
    await work();
    await showFlags();
  }, done);

async function showCache() {
  const { positive, negative, stale, inMemory, hits, misses } = await call("GET", "/contacts/cache/stats");
  const asked = hits + misses;
  const rate = asked === 0 ? "nothing asked yet" : `${Math.round((100 * hits) / asked)} % of ${asked}`;
  const facts = {
    "Known people": positive,
    "Known nobodies": negative,
    Stale: stale,
    "In memory": inMemory,
    "Hit rate": rate,
  };
  $("cache").replaceChildren(
    ...Object.entries(facts).flatMap(([name, value]) => [element("dt", name), element("dd", String(value))]),
  );
  const { state, seen, found } = await call("GET", "/contacts/unknown");
  $("unknown").textContent = state === "never" ? "" : `Unknown numbers: ${state}, ${found} of ${seen} named.`;
}

async function showAudit(phone = "") {
  const query = { limit: 100, ...(phone === "" ? {} : { phone }) };
  const { items } = await call("POST", "/audit/query", query);
  $("audit").replaceChildren(
    ...items.map(({ at, actor, action, contactId, purpose, outcome, errorCode, ip }) => {
      const facts = [new Date(at).toLocaleString(), users[actor.id] ?? actor.id, actor.role, action, contactId];
      const cells = [...facts, purpose, errorCode === null ? outcome : `${outcome} (${errorCode})`, ip];
      return element("tr", null, {}, ...cells.map((value) => element("td", value ?? "–")));
    }),
  );
}

$("clear-cache").onclick = () =>
  act(async () => {
    await call("POST", "/contacts/cache/clear", {});
    await showCache();
  }, "The cache is empty.");
$("name-unknown").onclick = () =>
  act(async () => {
    await call("POST", "/contacts/unknown/sync", {});
    await showCache();
  }, "Unknown numbers are being named.");
$("audit-form").onsubmit = (event) => {
  event.preventDefault();
  act(() => showAudit(new FormData(event.target).get("phone").trim()));
};
$("gdpr").onsubmit = (event) => {
  event.preventDefault();
  const phone = new FormData(event.target).get("phone");
  if (event.submitter.value === "export") return act(() => download(phone), "Exported.");
  if (confirm(`Forget ${phone}, with every message?`)) act(() => call("POST", "/gdpr/erase", { phone }), "Forgotten.");
};

async function download(phone) {
  const data = await call("POST", "/gdpr/export", { phone });
  const url = URL.createObjectURL(new Blob([JSON.stringify(data, null, 2)], { type: "application/json" }));
  element("a", null, { href: url, download: "export.json" }).click();
  URL.revokeObjectURL(url);
}
