import { $, act, element } from "../../kit/page/elements.js";
import { showCustomers, showLists, showQueue, showRefused, showSyncs } from "./parts.js";
import { lasting, minutesOf, plot } from "./plot.js";
import { button, call, cells, draw, drawn, many, remembered, time } from "./talk.js";

let shown = null;
let conflictsOf = "";

const causes = {
  RATE_LIMITED: "HubSpot's limit is used up for the moment",
  AUTH_INVALID: "HubSpot does not accept WARP's token",
  AUTH_SCOPE_MISSING: "WARP's token may not do what is asked of it",
  TIMEOUT: "HubSpot does not answer in time",
  NETWORK_FAILED: "HubSpot cannot be reached",
  HUBSPOT_UNAVAILABLE: "HubSpot is down",
};

function showState({ hubspot, setups, syncs, outbox, inbox, at }) {
  const { trouble, answeredAt } = hubspot;
  const waiting = syncs.reduce((sum, one) => sum + one.waiting.records, 0) + outbox.waiting + inbox.waiting;
  const next = setups[0]?.steps.find(({ state }) => state !== "done");
  const code = trouble?.code ?? next?.errorCode ?? null;
  $("stale").hidden = code === null;
  if (code === null) {
    const going = waiting === 0 ? "Nothing waits." : `${many(waiting, "change is", "changes are")} on the way.`;
    $("state").textContent =
      next === undefined
        ? `HubSpot answers. ${going}`
        : `Setting up HubSpot: ${next.name.replace("sync:", "first contact of ")}.`;
    return;
  }
  const known =
    answeredAt === null
      ? "HubSpot has not answered since WARP started"
      : `HubSpot last answered at ${time(answeredAt)}`;
  const why = causes[code] ?? next?.message ?? "HubSpot cannot be asked";
  $("state").textContent = `${why} (${code}).`;
  $("stale-text").textContent =
    `${why} (${code}${trouble ? `, for ${lasting(at - trouble.since)}` : ""}). ${known}; what is shown of it may be older than that. ` +
    `${many(waiting, "change waits", "changes wait")}, and nothing is lost.`;
}

$("replay").onclick = () =>
  act(async () => {
    for (const { name, quarantine } of shown.syncs)
      if (quarantine.total > 0) await call("POST", `/sync/${name}/quarantine/replay`, {});
    if (shown.outbox.failed > 0) await call("POST", "/outbox/replay", {});
  }, "They are tried again.");

async function showConflicts(syncs) {
  const wanted = JSON.stringify(syncs.map(({ name, conflicts }) => [name, conflicts.open]));
  if (wanted === conflictsOf) return;
  const open = [];
  for (const { name, conflicts } of syncs)
    if (conflicts.open > 0)
      open.push(...(await call("GET", `/conflicts/${name}/values?status=open`)).items.map((one) => ({ ...one, name })));
  conflictsOf = wanted;
  $("no-conflicts").textContent = open.length === 0 ? "No edits wait for a decision." : "";
  $("conflicts").replaceChildren(
    ...open.map(({ name, id, field, values }) => {
      const take = (side, text) =>
        button(
          text,
          () =>
            act(async () => {
              await call("POST", `/conflicts/${name}/${id}/resolve`, { take: side });
              conflictsOf = "";
            }, "Decided."),
          { className: "quiet" },
        );
      return element(
        "li",
        `${field} of ${name}: `,
        {},
        take("local", `WARP: ${values?.local ?? "empty"}`),
        " or ",
        take("hubspot", `HubSpot: ${values?.hubspot ?? "empty"}`),
      );
    }),
  );
}

function drifted(schema) {
  if (schema === null) return "";
  const { drift, conflicts, at } = schema;
  const apart = drift.length === 0 ? "as declared" : `${many(drift.length, "difference")}, made as declared`;
  const left = conflicts.length === 0 ? "" : `; a person must mend ${conflicts.join(", ")}`;
  return `HubSpot's properties and objects were compared at ${time(at)}: ${apart}${left}.`;
}

function show(answer) {
  shown = answer;
  const { alerts, setups, syncs, outbox, customers, totals, minutes, at: now, simulated } = answer;
  showState(answer);
  $("simulated").hidden = !simulated;
  draw("alerts", alerts, (all) =>
    all.length === 0
      ? element("li", "Nothing is wrong.")
      : all.map(({ at, name, message }) =>
          element("li", `${time(at)} ${name}${message === null ? "" : `: ${message}`}`, { className: "mark" }),
        ),
  );
  $("drift").textContent = drifted(setups[0]?.schema ?? null);
  const sixty = minutesOf(minutes, now);
  // What waits now lags as well, though nobody has measured it yet.
  for (const { waiting } of syncs) sixty[59].lag = Math.max(sixty[59].lag, now - (waiting.oldestMarkedAt ?? now));
  if (drawn.get("plot") !== JSON.stringify(sixty)) {
    drawn.set("plot", JSON.stringify(sixty));
    plot($("plot"), sixty);
    $("minutes").replaceChildren(
      ...sixty
        .filter(({ records, failed, lag }) => records + failed + lag > 0)
        .reverse()
        .map(({ at: when, lag, records, failed }) =>
          element("tr", null, {}, ...cells(time(when), lasting(lag), records, failed)),
        ),
    );
  }
  showSyncs(syncs);
  showQueue(syncs, outbox);
  showRefused(syncs, now);
  showCustomers(customers, totals);
  showLists(answer);
}

async function refresh() {
  try {
    const [own, overview] = await Promise.all([call("GET", "/dashboard"), call("GET", "/sync/overview")]);
    const answer = { ...overview, ...own };
    $("login").hidden = true;
    $("main").hidden = false;
    show(answer);
    await showConflicts(answer.syncs);
  } catch (error) {
    if (error.status === 401) {
      $("login").hidden = false;
      $("main").hidden = true;
    } else if (error.status === 403) {
      $("no-conflicts").textContent = "This key does not see the values of conflicts.";
    } else {
      $("state").textContent =
        shown === null ? "WARP does not answer." : `WARP does not answer; this is how it was at ${time(shown.at)}.`;
      $("stale").hidden = shown === null;
      if (shown !== null) $("stale-text").textContent = $("state").textContent;
    }
  }
}

const troubles = {
  well: "HubSpot is well",
  down: "Down (503)",
  limited: "Limited (429)",
  revoked: "Token revoked",
  hanging: "Hangs",
  cut: "Cuts connections",
};
$("troubles").append(
  button("Win a deal", () => act(() => call("POST", "/simulated/deal", {}), "Sales have won a deal.")),
  ...Object.entries(troubles).map(([which, text]) =>
    button(text, () => act(() => call("POST", `/simulated/${which}`, {}), `The simulated HubSpot: ${text}.`), {
      className: "quiet",
    }),
  ),
);
$("login").onsubmit = (event) => {
  event.preventDefault();
  sessionStorage.setItem(remembered, new FormData(event.target).get("key"));
  refresh();
};
addEventListener("resize", () => {
  drawn.delete("plot");
  if (shown !== null) show(shown);
});
if (sessionStorage.getItem(remembered) === null) $("login").hidden = false;
else await refresh();
setInterval(() => {
  if (document.visibilityState === "visible" && sessionStorage.getItem(remembered) !== null) refresh();
}, 2_000);
