import { $, act, element } from "../../kit/page/elements.js";
import { lasting } from "./plot.js";
import { button, call, cells, draw, time } from "./talk.js";

export function showSyncs(syncs) {
  draw("syncs", syncs, (all) =>
    all.map(({ name, code, on, paused, linked, waiting, oldest, quarantined, conflicts, run }) => {
      const heading = element("th", name, { scope: "row" });
      if (code !== undefined)
        return element("tr", null, {}, heading, element("td", `cannot be asked (${code})`, { colSpan: 7 }));
      const state = paused ? `paused: ${paused.reason}` : on ? "running" : "not begun";
      const since = oldest === null ? "" : `, since ${time(oldest)}`;
      const passing = run?.state === "running";
      const all = Math.max(linked + waiting, run?.progress.done ?? 0, 1);
      const progress = element("progress", null, {
        max: all,
        value: passing && run.progress.phase === "remote" ? run.progress.done : linked,
        ariaLabel: `${linked} of ${all} ${name} in step`,
      });
      const told = passing
        ? `${run.kind}: ${run.progress.phase}, ${run.progress.done} looked at`
        : run
          ? `${run.kind} ${run.state}`
          : "";
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
        ...cells(state, linked, `${waiting}${since}`, quarantined, conflicts),
        element("td", null, {}, progress, element("small", told)),
        element("td", null, {}, reconcile),
      );
    }),
  );
}

export function showQueue(syncs, { failed, depth }) {
  const rows = [
    ...syncs.flatMap(({ name, queue = [] }) =>
      queue.map(({ side, key, reason, fields, tries, lastAt }) => [
        name,
        `${side === "local" ? "WARP" : "HubSpot"} ${key}`,
        [reason, ...fields].join(", "),
        tries,
        time(lastAt),
      ]),
    ),
    ...failed.map(({ kind, idempotencyKey, errorCode, tries, at }) => [
      kind,
      idempotencyKey,
      errorCode,
      tries,
      time(at),
    ]),
  ];
  $("depth").textContent = rows.length === 0 ? `Nothing has failed. ${depth.waiting} jobs wait for their turn.` : "";
  $("queue-table").hidden = rows.length === 0;
  $("replay").hidden = rows.length === 0;
  draw("queue", rows, (all) => all.map((values) => element("tr", null, {}, ...cells(...values))));
}

export function showRefused(syncs, now) {
  const lately = syncs.flatMap(({ name, refused = [] }) => refused.map((one) => ({ ...one, name })));
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
  $("totals").textContent =
    `${totals.customers} customers, ${totals.users} users, ${totals.trunks} trunks, ${totals.numbers} numbers.`;
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

export function showLists({ onboarding, events, schedules }) {
  $("starting").textContent =
    onboarding.starting > 0
      ? `${onboarding.starting} won deals are on their way.`
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
