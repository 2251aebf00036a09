import type { Storage } from "@hubspoke/core/ports";
import { same } from "../check.ts";
import type { ContractCase } from "../contract.ts";
import { race, times } from "../race.ts";
import { alertOf } from "../rows.ts";

const hour = 3_600_000;

export const alertCases: readonly ContractCase<Pick<Storage, "openAlerts">>[] = [
  {
    id: "alerts.once",
    async run(t) {
      const { openAlerts } = await t.open();
      const alert = alertOf("down", { at: t.now });
      same(await openAlerts.open(alert, hour), "new", "the first");
      same(await openAlerts.open(alertOf("down", { at: t.now + 9, message: "again" }), hour), "open", "the second");
      same(await openAlerts.list("a", 9), [alert], "is the first still");
      same(await openAlerts.clear("a", "down", t.now + 10), true, "closed");
      same(await openAlerts.clear("a", "down", t.now + 11), false, "once");
      same(await openAlerts.list("a", 9), [], "and no longer listed");
      const next = alertOf("down", { at: t.now + 12, message: "a new outage" });
      same(await openAlerts.open(next, hour), "new", "the next outage is told");
      same(await openAlerts.list("a", 9), [next], "in its own words");
    },
  },
  {
    id: "alerts.race.one-new",
    async run(t) {
      const outcomes = await race(t, ({ openAlerts }) => openAlerts.open(alertOf("down", { at: t.now }), hour));
      same(outcomes.filter((outcome) => outcome === "new").length, 1, "one of many racers tells people");
    },
  },
  {
    id: "alerts.race.one-clear",
    async run(t) {
      await (await t.open()).openAlerts.open(alertOf("down", { at: t.now }), hour);
      const outcomes = await race(t, ({ openAlerts }) => openAlerts.clear("a", "down", t.now + 1));
      same(outcomes.filter(Boolean).length, 1, "one of many racers closes it");
    },
  },
  {
    id: "alerts.lapse",
    async run(t) {
      const { openAlerts } = await t.open();
      const at = async (ms: number) => openAlerts.open(alertOf("down", { at: t.now + ms }), hour);
      await at(0);
      same(await at(hour - 1), "open", "within the time");
      same(await at(2 * hour - 2), "open", "which counts from when it was last raised");
      same(await at(3 * hour), "new", "what nobody raised for longer was left open by a process that is no more");
    },
  },
  {
    id: "alerts.tenants",
    async run(t) {
      const { openAlerts } = await t.open();
      const { tenant: _, ...ofNobody } = alertOf("down", { at: t.now });
      same(await openAlerts.open(alertOf("down", { at: t.now }), hour), "new", "one tenant");
      same(await openAlerts.open(alertOf("down", { at: t.now, tenant: "b" }), hour), "new", "another");
      same(await openAlerts.open(ofNobody, hour), "new", "and none");
      same(await openAlerts.list(null, 9), [ofNobody], "what concerns no tenant names none");
      same(await openAlerts.clear("b", "down", t.now), true, "closed for one");
      same((await openAlerts.list("a", 9)).length, 1, "open for the other");
    },
  },
  {
    id: "alerts.retention",
    async run(t) {
      const { openAlerts } = await t.open();
      for (const alert of times(5, (i) => alertOf(`k${i}`, { at: i }))) await openAlerts.open(alert, hour);
      same(await openAlerts.deleteBefore(4, 2), 2, "no more than the limit");
      same(await openAlerts.deleteBefore(4, 9), 2, "the rest of what is older");
      same(
        (await openAlerts.list("a", 9)).map(({ key }) => key),
        ["k4"],
        "what is not older stays",
      );
    },
  },
];
