const base = "/api/integrations/hubspot";
const $ = (id) => document.getElementById(id);

/** Every value on this page is somebody's text: it is set as text, never as HTML. */
function element(tag, text, attributes = {}) {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  for (const [name, value] of Object.entries(attributes)) made[name] = value;
  return made;
}
const row = (...cells) => {
  const made = element("tr");
  made.append(...cells.map((cell) => (cell instanceof Node ? wrap(cell) : element("td", cell ?? ""))));
  return made;
};
const wrap = (node) => {
  const cell = element("td");
  cell.append(node);
  return cell;
};

async function call(method, path, body) {
  const init = { method, headers: { accept: "application/json", "content-type": "application/json" } };
  if (body !== undefined) init.body = JSON.stringify(body);
  const response = await fetch(path.startsWith("/api") ? path : base + path, init);
  const text = await response.text();
  const answer = text === "" ? null : JSON.parse(text);
  const { code = response.status, message = "failed" } = answer?.error ?? {};
  if (!response.ok)
    throw Object.assign(new Error(message.startsWith(code) ? message : `${code}: ${message}`), { code });
  return answer;
}

/** Says what happened, and what went wrong in the words of the error. */
async function act(what, work) {
  try {
    await work();
    $("message").textContent = what;
  } catch (error) {
    $("message").textContent = error.message;
  }
  await show();
}

let revision = 0;
let choices = { fields: [], properties: [], transforms: {} };

/** For a request that ColdCopy itself did not answer. */
const silent = "silent";
let shownAt = null;
let reached = true;

/** One part of the page after the other stays as it was when it cannot be known now; the mark above says since when. */
async function show() {
  const failures = [];
  const part = async (work) => {
    try {
      return await work();
    } catch (error) {
      failures.push(error.code ?? silent);
    }
  };
  const config = await part(showConfig);
  await part(showLeads);
  const codes = (await part(showStatus)) ?? [];
  if (config?.connected) for (const work of [showConflicts, showMappings, showTriggers]) await part(work);
  if (config?.trouble) codes.push(config.trouble);
  mark(config === undefined || config.connected ? [...failures, ...codes] : failures);
}

/** Says that what is shown may be old, and why; nothing when it is not. */
function mark(why) {
  reached = why.length === 0;
  if (reached) shownAt = new Date();
  const since = shownAt === null ? "" : ` What is shown may be as old as ${shownAt.toLocaleTimeString()}.`;
  const what = why.includes(silent)
    ? `ColdCopy does not answer.${since}`
    : `HubSpot cannot be asked now (${why[0]}).${since} Changes wait, and nothing is lost.`;
  const text = reached ? "" : what;
  $("stale").hidden = reached;
  if ($("stale").textContent !== text) $("stale").textContent = text;
}

async function showConfig() {
  const { workspace, connection, enabled, trouble } = await call("GET", "/config");
  $("workspace").value = workspace;
  const connected = connection?.connected === true;
  $("connection").textContent = connected
    ? `Connected to HubSpot account ${connection.portalId}.${enabled ? "" : " Switched off."}`
    : "Not connected. Messages and campaigns go on without HubSpot.";
  $("connection").className = connected ? "" : "off";
  $("connect").disabled = connected;
  for (const id of ["start", "disconnect", "sync-contacts"]) $(id).disabled = !connected;
  if (!connected) mappingsKnown(false);
  return { connected, trouble };
}

async function showLeads() {
  const leads = await call("GET", "/api/leads");
  $("leads").replaceChildren(...leads.map((lead) => row(lead.email, lead.first_name, lead.last_name, lead.title)));
}

/** Why HubSpot cannot be asked, as far as the syncs know. */
async function showStatus() {
  const status = await call("GET", "/sync/status");
  $("status").replaceChildren(...["contact", "company", "activity"].map((name) => statusRow(name, status[name])));
  showSetup(status.setup);
  return status.trouble === null ? [] : [status.trouble];
}

const stepNames = { schema: "properties", "sync:companies": "companies", "sync:leads": "leads" };

/** How far the first contact is; nothing before it was begun in this process of the server. */
function showSetup(setup) {
  const at = setup?.steps.find(({ state }) => state !== "done");
  const left = setup?.steps.filter(({ state }) => state === "done").length ?? 0;
  const why = at?.errorCode ? `; it waits: ${at.errorCode}, and is tried again` : "";
  $("setup").textContent = at
    ? `Starting: ${stepNames[at.name] ?? at.name} (${left} of ${setup.steps.length} steps done${why}).`
    : setup
      ? "Both sides have met; changes travel from now on."
      : "";
}

function statusRow(name, { synced, pending, error, on, paused, running, lastSyncedAt }) {
  const state = paused
    ? `paused: ${paused.reason}`
    : running
      ? `running${shareOf(running)}`
      : on === false
        ? "off"
        : "on";
  const when = lastSyncedAt ? `, ${new Date(lastSyncedAt).toLocaleTimeString()}` : "";
  return row(name, String(synced), String(pending), String(error), state + when);
}

const shareOf = ({ done, total }) => (total === null ? ` (${done})` : ` (${done} of ${total})`);

let conflictsShown = "";
async function showConflicts() {
  const { items } = await call("GET", "/conflicts?status=open");
  // Made anew only when they changed, so that a focused button stays focused.
  const text = JSON.stringify(items);
  if (text === conflictsShown) return;
  conflictsShown = text;
  $("conflicts").replaceChildren(
    ...items.map((conflict) => {
      const item = element(
        "li",
        `${conflict.field}: ColdCopy has “${conflict.values?.local ?? ""}”, HubSpot has “${conflict.values?.hubspot ?? ""}” `,
      );
      for (const take of ["local", "hubspot"]) {
        const label = take === "local" ? "Keep ColdCopy's" : "Keep HubSpot's";
        const resolve = () => call("POST", `/conflicts/resolve?id=${encodeURIComponent(conflict.id)}`, { take });
        item.append(element("button", label, { onclick: () => act("Settled.", resolve) }), " ");
      }
      item.append(element("button", "Why?", { className: "quiet", onclick: () => explain(conflict.localId) }));
      return item;
    }),
  );
  if (items.length > 0) return;
  $("conflicts").append(element("li", "Nothing waits."));
  $("explanation").hidden = true;
}

async function explain(localId) {
  const why = await call("POST", "/explain", { localId, values: true });
  $("explanation").hidden = false;
  $("explanation").textContent = why.fields
    .map(
      (field) =>
        `${field.name} (${field.rule}): ColdCopy ${field.localChanged ? "changed" : "as agreed"}, HubSpot ${field.hubspotChanged ? "changed" : "as agreed"}${field.waitsForReview ? ", waits for review" : ""}`,
    )
    .join("\n");
}

/** A list that is not known cannot be added to or saved: what is not shown of it would be gone. */
function mappingsKnown(known) {
  for (const id of ["add-mapping", "save-mappings"]) $(id).disabled = !known;
}

async function showMappings() {
  mappingsKnown(false);
  if (choices.fields.length === 0) choices = await call("GET", "/properties");
  const set = await call("GET", "/mappings");
  revision = set.revision;
  $("mappings").replaceChildren(...set.mappings.map(mappingRow));
  mappingsKnown(true);
}

function select(values, chosen, label) {
  const made = element("select", undefined, { ariaLabel: label });
  made.append(...values.map((value) => element("option", value, { value, selected: value === chosen })));
  return made;
}

function mappingRow({ localField, hubspotProperties, direction, transform } = {}) {
  const properties = choices.properties.filter(({ readOnly }) => !readOnly).map(({ name }) => name);
  const made = row(
    select(choices.fields, localField, "ColdCopy field"),
    select(properties, hubspotProperties?.[0], "HubSpot property"),
    select(["both", "to-hubspot", "from-hubspot"], direction, "Direction"),
    select(["", ...Object.keys(choices.transforms)], transform ?? "", "Transform"),
  );
  made.append(wrap(element("button", "Remove", { className: "quiet", onclick: () => made.remove() })));
  return made;
}

const mappingsOnPage = () =>
  [...$("mappings").rows].map((tr) => {
    const [localField, property, direction, transform] = [...tr.querySelectorAll("select")].map(({ value }) => value);
    return { localField, hubspotProperties: property, direction, ...(transform === "" ? {} : { transform }) };
  });

async function showTriggers() {
  const { triggers } = await call("GET", "/workflows");
  $("triggers").replaceChildren(
    ...triggers.map((trigger) => {
      const item = element("li", `${trigger.name}: on ${trigger.eventType}${trigger.enabled ? "" : " (off)"} `);
      item.dataset.id = trigger.id;
      const change = { enabled: !trigger.enabled, version: trigger.version };
      const toggle = () => call("PUT", `/workflows?id=${trigger.id}`, change);
      const remove = () => call("DELETE", `/workflows?id=${trigger.id}`, {});
      item.append(
        element("button", trigger.enabled ? "Switch off" : "Switch on", { onclick: () => act("Saved.", toggle) }),
        " ",
        element("button", "Delete", { className: "quiet", onclick: () => act("Deleted.", remove) }),
      );
      return item;
    }),
  );
}

$("connect").onclick = async () => {
  try {
    const { authUrl } = await call("GET", "/auth?returnTo=/");
    location.href = authUrl;
  } catch (error) {
    $("message").textContent = error.message;
  }
};
$("disconnect").onclick = () => act("Disconnected.", () => call("POST", "/disconnect", {}));
$("start").onclick = () => act("Begun; “Sync status” says how far it is.", () => call("POST", "/sync/start", {}));
$("sync-contacts").onclick = () => act("The comparison was asked for.", () => call("POST", "/sync/contacts", {}));
$("sync-activities").onclick = () =>
  act("Activities that failed go out again.", () => call("POST", "/sync/activities", {}));
$("add-mapping").onclick = () => $("mappings").append(mappingRow());
$("save-mappings").onclick = () =>
  act("Mappings saved.", () => call("POST", "/mappings", { mappings: mappingsOnPage(), expectedRevision: revision }));
$("new-trigger").onsubmit = (event) => {
  event.preventDefault();
  const { name, eventType, property, value } = Object.fromEntries(new FormData(event.target));
  const actions = [{ do: "set-properties", properties: { [property]: value } }];
  event.target.reset();
  act("Trigger created.", () => call("POST", "/workflows", { name, eventType, conditions: [], actions }));
};
$("try-trigger").onsubmit = async (event) => {
  event.preventDefault();
  const email = new FormData(event.target).get("email");
  const first = $("triggers").querySelector("li")?.dataset.id;
  if (first === undefined) {
    $("message").textContent = "Create a trigger first: there is none to test.";
    return;
  }
  try {
    const tried = await call("POST", "/workflows/test", {
      trigger: first,
      event: { id: crypto.randomUUID(), type: "reply", contact: { email } },
    });
    $("tried").hidden = false;
    $("tried").textContent = JSON.stringify(tried, null, 2);
  } catch (error) {
    $("message").textContent = error.message;
  }
};

await show();
setInterval(() => document.visibilityState === "visible" && !$("mappings").matches(":focus-within") && refresh(), 2000);

/** What changes by itself: leads, status, conflicts. Somebody who edits mappings is left alone. */
async function refresh() {
  // What could not be shown before is shown as soon as it can be.
  if (!reached) return show();
  try {
    await showLeads();
    const codes = await showStatus();
    if ($("start").disabled) return;
    await showConflicts();
    mark(codes);
  } catch (error) {
    mark([error.code ?? silent]);
  }
}
