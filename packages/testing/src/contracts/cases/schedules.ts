import type { ScheduleStore, Storage } from "@hubspoke/core/ports";
import { holds, same } from "../check.ts";
import type { ContractCase } from "../contract.ts";
import { scheduleRow } from "../later-rows.ts";
import { race, times } from "../race.ts";

type Claimed = Awaited<ReturnType<ScheduleStore["claimDue"]>>[number];
const names = (rows: readonly { readonly name: string }[]): string[] => rows.map((row) => row.name);

async function one(schedules: ScheduleStore, now: number): Promise<Claimed> {
  const claimed = await schedules.claimDue(now, 100, 9, ["s1"]);
  same(claimed.length, 1, "what is due is claimed");
  return claimed[0] as Claimed;
}

export const scheduleCases: readonly ContractCase<Pick<Storage, "schedules">>[] = [
  {
    id: "schedules.declare",
    async run(t) {
      const { schedules } = await t.open();
      const row = scheduleRow("s2", { every: { ms: 90_000 }, nextAt: t.now, lastRunAt: t.now - 1, lastOutcome: "ok" });
      same(await schedules.add(row), true, "a schedule is declared");
      same(await schedules.add(scheduleRow("s2", { every: "1h" })), false, "once");
      await schedules.put(scheduleRow("s1"));
      same(await schedules.list("a"), [scheduleRow("s1"), row], "what stands is left, and listed by name");
      const edited = scheduleRow("s2", { every: "1mo", timeZone: "UTC", at: "23:59", day: 31, enabled: false });
      await schedules.put(edited);
      same((await schedules.list("a"))[1], edited, "an edit replaces every field");
      same(await schedules.delete("a", "s1"), true, "removed");
      same(await schedules.delete("a", "s1"), false, "once");
      same(names(await schedules.list("a")), ["s2"], "the other stays");
    },
  },
  {
    id: "schedules.race.one-adds",
    async run(t) {
      const added = await race(t, ({ schedules }, i) => schedules.add(scheduleRow("s1", { day: i + 1 })));
      same(added.filter((won) => won).length, 1, "one of many processes declares it");
      const [row] = await (await t.open()).schedules.list("a");
      same(row?.day, added.indexOf(true) + 1, "and the row is its");
    },
  },
  {
    id: "schedules.race.one-run",
    async run(t) {
      await (await t.open()).schedules.add(scheduleRow("s1"));
      const claims = await race(t, ({ schedules }) => schedules.claimDue(2_000, 100, 9, ["s1"]));
      same(claims.flat().length, 1, "one of many processes runs what is due");
      const again = await race(t, ({ schedules }) => schedules.claimDue(2_100, 100, 9, ["s1"]));
      same(again.flat().length, 1, "and one takes over from a killed one");
    },
  },
  {
    id: "schedules.claim.bounded",
    async run(t) {
      const { schedules } = await t.open();
      const many = times(t.racers * 2, (i) => scheduleRow(`s${i}`, { nextAt: i }));
      for (const row of many) await schedules.add(row);
      const claims = await race(t, (store) => store.schedules.claimDue(2_000, 100, 3, names(many)));
      holds(
        claims.every((rows) => rows.length <= 3),
        "no claim takes more than it asked for",
      );
      const taken = claims.flatMap(names);
      same([taken.length, new Set(taken).size], [many.length, many.length], "the racers take all, and none twice");
    },
  },
  {
    id: "schedules.claim.due",
    async run(t) {
      const { schedules } = await t.open();
      for (const row of [
        scheduleRow("late", { nextAt: 3_000 }),
        scheduleRow("second", { nextAt: 2_000 }),
        scheduleRow("first", { nextAt: 1_500, tenant: "b" }),
        scheduleRow("off", { enabled: false }),
        scheduleRow("unknown"),
      ]) {
        await schedules.add(row);
      }
      same(await schedules.claimDue(2_500, 100, 9, []), [], "no name, no schedule");
      const claimed = await schedules.claimDue(2_500, 100, 9, ["late", "second", "first", "off"]);
      same(names(claimed), ["first", "second"], "enabled ones of the asked names, longest due first");
      const { lease, ...row } = claimed[1] as Claimed;
      same(row, scheduleRow("second", { nextAt: 2_000 }), "as they were declared");
      holds(lease !== "", "under a lease");
      same(
        names(await schedules.claimDue(2_500, 100, 1, ["unknown", "late"])),
        ["unknown"],
        "at most as many as asked",
      );
    },
  },
  {
    id: "schedules.lease",
    async run(t) {
      const { schedules } = await t.open();
      await schedules.add(scheduleRow("s1"));
      const old = await one(schedules, 2_000);
      same(await schedules.claimDue(2_099, 100, 9, ["s1"]), [], "a live lease excludes others");
      same(await schedules.claimDue(1_500, 100, 9, ["s1"]), [], "a clock that goes back frees nothing");
      same(await schedules.renew("a", "s1", old.lease, 2_200), true, "the holder renews");
      same(await schedules.renew("a", "s1", old.lease, 2_000), true, "and never shortens");
      same(await schedules.claimDue(2_199, 100, 9, ["s1"]), [], "it holds that much longer");
      const next = await one(schedules, 2_200);
      same([next.lease === old.lease, next.nextAt], [false, 1_000], "a lapsed one is taken over, the same occurrence");
      same(await schedules.renew("a", "s1", old.lease, 9_000), false, "a lost lease is not renewed");
      same(await schedules.finish("a", "s1", old.lease, 9_000, "ok", 2_210), false, "and finishes nothing");
      same(await schedules.finish("a", "s1", next.lease, 5_000, "failed", 2_250), true, "its holder finishes");
      same(
        await schedules.list("a"),
        [scheduleRow("s1", { nextAt: 5_000, lastRunAt: 2_250, lastOutcome: "failed" })],
        "and says when it ran, how it went, and when it comes back",
      );
      same(await schedules.claimDue(4_999, 100, 9, ["s1"]), [], "not before");
      same((await one(schedules, 5_000)).nextAt, 5_000, "then again");
    },
  },
  {
    id: "schedules.edit.while-running",
    async run(t) {
      const { schedules } = await t.open();
      await schedules.add(scheduleRow("s1"));
      const run = await one(schedules, 2_000);
      await schedules.put(scheduleRow("s1", { every: "5m", nextAt: 1_200 }));
      same(await schedules.claimDue(2_050, 100, 9, ["s1"]), [], "an edit starts no second run beside the first");
      await schedules.put(scheduleRow("s1", { every: "5m", enabled: false }));
      same(await schedules.finish("a", "s1", run.lease, 3_000, "ok", 2_060), true, "which may finish");
      same(await schedules.claimDue(9_000, 100, 9, ["s1"]), [], "what was switched off meanwhile stays off");
      await schedules.put(scheduleRow("s1", { every: "5m", nextAt: 9_000 }));
      same((await one(schedules, 9_000)).every, "5m", "until it is switched on");
    },
  },
  {
    id: "schedules.tenants",
    async run(t) {
      const { schedules } = await t.open();
      for (const tenant of ["a", "b"]) await schedules.add(scheduleRow("s1", { tenant }));
      const claimed = await schedules.claimDue(2_000, 100, 9, ["s1"]);
      same(claimed.length, 2, "two tenants' schedules never meet");
      const mine = claimed.find((row) => row.tenant === "a") as Claimed;
      same(
        await schedules.finish("b", "s1", mine.lease === "" ? "-" : `${mine.lease}x`, 9, "ok", 9),
        false,
        "nor do leases",
      );
      await schedules.finish("a", "s1", mine.lease, 9_000, "ok", 2_010);
      await schedules.delete("a", "s1");
      same(await schedules.list("b"), [scheduleRow("s1", { tenant: "b" })], "another tenant's schedule stays");
    },
  },
  {
    id: "schedules.durable",
    needs: ["durable"],
    async run(t) {
      const { schedules } = await t.open();
      await schedules.add(scheduleRow("s1"));
      await one(schedules, 2_000);
      const store = await t.reopen();
      same(await store.schedules.claimDue(2_099, 100, 9, ["s1"]), [], "a lease outlives its process");
      same((await one(store.schedules, 2_100)).name, "s1", "and so does the schedule");
    },
  },
];
