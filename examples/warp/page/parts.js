import { $, act, element } from "../../kit/page/elements.js";
import { lasting } from "./plot.js";
import { button, call, cells, draw, many, time } from "./talk.js";

/** How far a pass is, how fast, and how long it will take yet. */
function passed({ kind, state, phase, done, total, ratePerSecond, etaMs }) {
  if (state !== "running") return `${kind} ${state}`;
  const rate = ratePerSecond ? `, ${Math.round(ratePerSecond)} a second` : "";
  const left = etaMs === null ? "" : `, ${lasting(etaMs)} left`;
  return `${kind}: ${phase}, ${done}${total === null ? "" : ` of ${total}`} looked at${rate}${left}`;
}

export function showSyncs(syncs) {
  draw("syncs", syncs, (every) =>
    every.map(({ name, on, paused, linked, waiting, quarantine, conflicts, pass }) => {
      const heading = element("th", name, { scope: "row" });
      const state = paused ? `paused: ${paused.reason}` : on ? "running" : "not begun";
      const since = waiting.oldestMarkedAt === null ? "" : `, since ${time(waiting.oldestMarkedAt)}`;
      const listing = pass?.state === "running" && pass.phase === "remote";
      const all = listing ? Math.max(pass.total ?? 0, pass.done) : linked + waiting.records;
      const progress = element("progress", null, {
        max: Math.max(all, 1),
        value: listing ? pass.done : linked,
        ariaLabel: all === 0 ? `no ${name} yet` : `${listing ? pass.done : linked} of ${all} ${name} in step`,
      });
      const told = pass === null ? "" : passed(pass);
      const reconcile = button(
        "Compare",
        () => act(() => call("POST", `/sync/${name}/reconcile`, {}), `Both sides of ${name} are being compared.`),
        {
          ariaLabel: `Compare both sides of ${name}`,
        },
      );
      return element(
        "tr",
        null,
        {},
        heading,
        ...cells(state, linked, `${waiting.records}${since}`, quarantine.total, conflicts.open),
        element("td", null, {}, progress, element("small", told)),
        element("td", null, {}, reconcile),
      );
    }),
  );
}

export function showQueue(syncs, { waiting, failures }) {
  const rows = [
    ...syncs.flatMap(({ name, quarantine }) =>
      quarantine.items.map(({ side, key, reason, fields, tries, lastAt }) => [
        name,
        `${side === "local" ? "WARP" : "HubSpot"} ${key}`,
        [reason, ...fields].join(", "),
        tries,
        time(lastAt),
      ]),
    ),
    ...failures.map(({ kind, idempotencyKey, errorCode, tries, at }) => [
      kind,
      idempotencyKey,
      errorCode,
      tries,
      time(at),
    ]),
  ];
  $("depth").textContent =
    rows.length === 0 ? `Nothing has failed. ${many(waiting, "job waits", "jobs wait")} for a turn.` : "";
  $("queue-table").hidden = rows.length === 0;
  $("replay").hidden = rows.length === 0;
  draw("queue", rows, (all) => all.map((values) => element("tr", null, {}, ...cells(...values))));
}

export function showRefused(syncs, now) {
  const lately = syncs.flatMap(({ name, errors }) => errors.map((one) => ({ ...one, name })));
  const hour = lately.filter(({ at }) => now - at < 3_600_000).sort((a, b) => b.at - a.at);
  draw("refused", hour, (all) =>
    all.length === 0
      ? element("li", "None in the last hour.")
      : all.map(({ name, at, localId, hubspotId, fields, errorCode }) => {
          const which = fields.length === 0 ? "the record" : fields.join(", ");
          return element("li", `${time(at)} ${name}: ${which} of ${localId ?? hubspotId} (${errorCode})`);
        }),
  );
}

export function showCustomers(customers, totals) {
  $("totals").textContent = `${Object.entries(totals)
    .map(([names, count]) => many(count, names.replace(/s$/, "")))
    .join(", ")}.`;
  draw("customers", customers, (all) =>
    all.map(({ ban, name, status, tier, credit_limit, users, trunks, numbers }) => {
      const add = button(
        "Add a trunk",
        () =>
          act(
            () => call("POST", "/trunks", { customer_id: ban, name: `${name} trunk ${trunks + 1}` }),
            `A trunk for ${name} was made.`,
          ),
        { className: "quiet", ariaLabel: `Add a trunk for ${name}` },
      );
      return element(
        "tr",
        null,
        {},
        element("th", ban, { scope: "row" }),
        ...cells(name, status, tier, credit_limit, users, trunks, numbers),
        element("td", null, {}, add),
      );
    }),
  );
}

const everyOf = (every) => (typeof every === "string" ? every : lasting(every.ms));

export function showLists({ flows: [onboarding], events, schedules }) {
  $("starting").textContent =
    onboarding.starting > 0
      ? `${many(onboarding.starting, "won deal is", "won deals are")} on the way.`
      : onboarding.runs.length === 0
        ? "No deal has been won yet."
        : "";
  draw("runs", onboarding.runs, (all) =>
    all.map(({ key, state, done, next, errorCode }) => {
      const bar = element("progress", null, {
        max: 7,
        value: done.length,
        ariaLabel: `Deal ${key}: ${done.length} of 7 steps`,
      });
      return element(
        "li",
        `Deal ${key} `,
        {},
        bar,
        ` ${state === "done" ? "done" : `${state}: ${next}`}${errorCode ? ` (${errorCode})` : ""}`,
        element("small", done.join(", ")),
      );
    }),
  );
  draw("events", events, (all) =>
    all.map(({ type, ban, at: when, told }) =>
      element(
        "li",
        `${time(when)} ${type.replaceAll("_", " ")}, account ${ban}${told ? "" : " (HubSpot is told soon)"}`,
      ),
    ),
  );
  draw("schedules", schedules, (all) =>
    all.map(({ name, every, lastRunAt, lastOutcome, nextAt }) =>
      element(
        "tr",
        null,
        {},
        element("th", name, { scope: "row" }),
        ...cells(everyOf(every), time(lastRunAt), lastOutcome, new Date(nextAt).toLocaleString()),
      ),
    ),
  );
}
