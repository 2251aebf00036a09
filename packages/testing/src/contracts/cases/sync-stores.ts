import type { Storage } from "@hubspoke/core/ports";
import { refused, same, sorted } from "../check.ts";
import type { ContractCase } from "../contract.ts";
import { batchSizes, race, times } from "../race.ts";
import { bytes, conflictRow, logRow, quarantineRow, runRow } from "../rows.ts";

/** What a conflict store must do. */
export const conflictCases: readonly ContractCase<Pick<Storage, "conflicts">>[] = [
  {
    id: "conflicts.round-trip",
    async run(t) {
      const { conflicts } = await t.open();
      const row = conflictRow("c1", { at: t.now, remoteAt: [t.now - 1, t.now] });
      await conflicts.add([row]);
      await conflicts.add([row, conflictRow("c2", { localAt: null, sealed: null })]);
      same(await conflicts.get("a", ["c1"]), [row], "a conflict comes back as it was added");
      const listed = (await conflicts.list({ tenant: "a", limit: 9 })).items.map((one) => one.id);
      same(listed, ["c1", "c2"], "newest first, nothing twice");
      same((await conflicts.byRecord("a", "leads", "l1")).length, 2, "by record");
    },
  },
  {
    id: "conflicts.list",
    async run(t) {
      const { conflicts } = await t.open();
      await conflicts.add(times(6, (i) => conflictRow(`c${i}`, { status: i < 3 ? "open" : "resolved" })));
      await conflicts.add([conflictRow("d1", { sync: "deals" })]);
      const open = { tenant: "a", sync: "leads", status: "open", limit: 2 } as const;
      const first = await conflicts.list(open);
      const second = await conflicts.list({ ...open, after: first.next as string });
      const seen = [first, second].flatMap((page) => page.items.map((row) => row.id));
      same([seen, second.next], [["c2", "c1", "c0"], undefined], "filters and pages");
    },
  },
  {
    id: "conflicts.get.sizes",
    async run(t) {
      const { conflicts } = await t.open();
      for (const size of batchSizes) {
        const ids = times(size, (i) => `${size}-${i}`);
        await conflicts.add(ids.flatMap((id) => [conflictRow(id), conflictRow(id, { tenant: "b" })]));
        const got = await conflicts.get("a", [...ids, ...ids, "gone"]);
        same(
          sorted(got, ({ id }) => id).map(({ tenant, id }) => `${tenant} ${id}`),
          ids.map((id) => `a ${id}`).sort(),
          `${size} ids`,
        );
      }
      await conflicts.add([conflictRow("other", { tenant: "b" })]);
      same(await conflicts.get("a", ["other"]), [], "another tenant's is not found");
    },
  },
  {
    id: "conflicts.reseal",
    async run(t) {
      const { conflicts } = await t.open();
      await conflicts.add([conflictRow("c1"), conflictRow("c2", { sealed: null }), conflictRow("c1", { tenant: "b" })]);
      same(await conflicts.reseal("a", "c1", bytes(5), bytes(3)), false, "not over what was sealed meanwhile");
      same(await conflicts.reseal("a", "c2", bytes(5), bytes(16)), false, "nor where there is nothing");
      same(await conflicts.reseal("a", "gone", bytes(5), bytes(16)), false, "nor where there is no row");
      const outcomes = await race(t, (store, i) => store.conflicts.reseal("a", "c1", bytes(5, i + 1), bytes(16)));
      same(outcomes.filter(Boolean).length, 1, "one of many racers seals it again");
      same((await conflicts.get("a", ["c1"]))[0]?.sealed, bytes(5, outcomes.indexOf(true) + 1), "and the value is its");
      same((await conflicts.get("b", ["c1"]))[0]?.sealed, bytes(16), "another tenant's row stays as it was");
    },
  },
  {
    id: "conflicts.race.one-resolves",
    async run(t) {
      const { conflicts } = await t.open();
      await conflicts.add([conflictRow("c1")]);
      const closed = await race(t, (store, i) => store.conflicts.resolve("a", "c1", i % 2 ? "local" : "hubspot"));
      same(closed.filter(Boolean).length, 1, "one of many racers resolves");
      const [row] = await conflicts.get("a", ["c1"]);
      same([row?.status, row?.winner], ["resolved", closed.indexOf(true) % 2 ? "local" : "hubspot"], "as it said");
    },
  },
  {
    id: "conflicts.tenants",
    async run(t) {
      const { conflicts } = await t.open();
      await conflicts.add([conflictRow("c1")]);
      same(await conflicts.get("b", ["c1"]), [], "b reads nothing");
      same(await conflicts.resolve("b", "c1", "local"), false, "b resolves nothing");
      same(await conflicts.byRecord("b", "leads", "l1"), [], "b finds nothing");
      same((await conflicts.list({ tenant: "b", limit: 9 })).items, [], "b lists nothing");
    },
  },
];

/** What a quarantine store must do. */
export const quarantineCases: readonly ContractCase<Pick<Storage, "quarantine">>[] = [
  {
    id: "quarantine.first-time",
    async run(t) {
      const { quarantine } = await t.open();
      await quarantine.put([quarantineRow("k1", { firstAt: t.now })]);
      const again = quarantineRow("k1", { firstAt: t.now + 5, lastAt: t.now + 5, tries: 4, reason: "TIMEOUT" });
      await quarantine.put([again]);
      const { items } = await quarantine.list("a", "leads", null, 9);
      same(items, [{ ...again, firstAt: t.now }], "one row per record, with its first time and last reason");
    },
  },
  {
    id: "quarantine.list",
    async run(t) {
      const { quarantine } = await t.open();
      await quarantine.put([
        ...times(4, (i) => quarantineRow(`k.${i}`)),
        quarantineRow("k.0", { side: "remote" }),
        quarantineRow("other", { sync: "deals" }),
      ]);
      const first = await quarantine.list("a", "leads", null, 3);
      const second = await quarantine.list("a", "leads", first.next as string, 3);
      const seen = [first, second].flatMap((page) => page.items.map((row) => `${row.side} ${row.key}`));
      const wanted = ["local k.0", "local k.1", "local k.2", "local k.3", "remote k.0"];
      same([seen, second.next], [wanted, undefined], "pages in a stable order");
      const held = await quarantine.has("a", "leads", "local", ["k.0", "k.3", "none"]);
      same(
        sorted(held, (key) => key),
        ["k.0", "k.3"],
        "which of the keys are held",
      );
      same(await quarantine.remove("a", "leads", "local", ["k.0", "none"]), 1, "removed by side and key");
      same(await quarantine.count("a", "leads"), 4, "the rest stays");
      await refused("INPUT_INVALID", quarantine.list("a", "leads", "nonsense", 3), "a cursor that is none is refused");
    },
  },
  {
    id: "quarantine.batch.sizes",
    async run(t) {
      const { quarantine } = await t.open();
      for (const size of batchSizes) {
        await quarantine.put(times(size, (i) => quarantineRow(`${size}-${i}`)));
        const keys = times(size, (i) => `${size}-${i}`);
        same((await quarantine.has("a", "leads", "local", keys)).length, size, `${size} rows are put`);
        same(await quarantine.remove("a", "leads", "local", keys), size, `${size} rows are removed`);
      }
    },
  },
  {
    id: "quarantine.tenants",
    async run(t) {
      const { quarantine } = await t.open();
      await quarantine.put([quarantineRow("k1")]);
      same(await quarantine.has("b", "leads", "local", ["k1"]), [], "b finds nothing");
      same(await quarantine.remove("b", "leads", "local", ["k1"]), 0, "b removes nothing");
      same((await quarantine.list("b", "leads", null, 9)).items, [], "b lists nothing");
      same(await quarantine.count("b", "leads"), 0, "b counts nothing");
    },
  },
];

/** What a store of runs must do. */
export const runCases: readonly ContractCase<Pick<Storage, "runs">>[] = [
  {
    id: "runs.version",
    async run(t) {
      const { runs } = await t.open();
      same(await runs.current("a", "leads", "backfill"), null, "no run");
      same(await runs.save(runRow("r1", { startedAt: t.now })), "written", "a run begins");
      const next = runRow("r1", { startedAt: t.now, checkpoint: "page 2", counts: { read: 200 }, version: 1 });
      same(await runs.save(next), "written", "the read version moves");
      same(await runs.save(next), "stale", "once");
      same(await runs.current("a", "leads", "backfill"), { ...next, version: 2 }, "and is the current one");
    },
  },
  {
    id: "runs.race.one-runs",
    async run(t) {
      const outcomes = await race(t, ({ runs }, i) => runs.save(runRow(`r${i}`)));
      same(outcomes.filter((outcome) => outcome === "written").length, 1, "one of many starters runs");
      const { runs } = await t.open();
      same(await runs.save(runRow("other", { kind: "reconcile" })), "written", "another kind runs beside it");
      same(await runs.save(runRow("deals", { sync: "deals" })), "written", "another sync too");
    },
  },
  {
    id: "runs.list",
    async run(t) {
      const { runs } = await t.open();
      await runs.save(runRow("r1"));
      same((await runs.current("a", "leads", "backfill"))?.id, "r1", "a run is the one to take up");
      await runs.save(runRow("r1", { state: "done", finishedAt: 15, version: 1 }));
      same(await runs.current("a", "leads", "backfill"), null, "until it is over");
      await runs.save(runRow("r2", { startedAt: 20 }));
      same(await runs.save(runRow("r1", { version: 2 })), "stale", "nor does it run again beside another");
      await runs.save(runRow("r2", { startedAt: 20, state: "failed", finishedAt: 30, version: 1 }));
      same(await runs.current("a", "leads", "backfill"), null, "or failed");
      same(
        (await runs.list("a", null, 9)).map((row) => row.id),
        ["r2", "r1"],
        "runs are listed newest first",
      );
      same((await runs.list("a", "deals", 9)).length, 0, "by sync");
    },
  },
  {
    id: "runs.tenants",
    async run(t) {
      const { runs } = await t.open();
      await runs.save(runRow("r1"));
      same(await runs.current("b", "leads", "backfill"), null, "b has no run");
      same(await runs.list("b", null, 9), [], "b lists nothing");
      same(await runs.save(runRow("r1", { tenant: "b", version: 1 })), "stale", "b saves nothing of a's");
      same(await runs.save(runRow("r1", { tenant: "b" })), "written", "and runs its own");
    },
  },
];

/** What a sync log must do. */
export const syncLogCases: readonly ContractCase<Pick<Storage, "syncLog">>[] = [
  {
    id: "sync-log.list",
    async run(t) {
      const { syncLog } = await t.open();
      const rows = times(5, (i) =>
        logRow(`s${i}`, { at: t.now, status: i === 0 ? "error" : "success", localId: `l${i}` }),
      );
      await syncLog.append(rows);
      await syncLog.append([logRow("s0"), logRow("d1", { sync: "deals", at: t.now - 1, localId: null })]);
      const first = await syncLog.list({ tenant: "a", limit: 4 });
      same([first.items, first.total], [rows.slice(1).reverse(), 6], "newest first, with the number that match");
      const second = await syncLog.list({ tenant: "a", limit: 4, after: first.next as string });
      same([second.items.map((row) => row.id), second.total], [["s0", "d1"], 6], "pages neither repeat nor skip");
      same((await syncLog.list({ tenant: "a", status: "error", limit: 9 })).total, 1, "by status");
      same((await syncLog.list({ tenant: "a", sync: "deals", limit: 9 })).total, 1, "by sync");
      same((await syncLog.list({ tenant: "a", localId: "l3", limit: 9 })).items, [rows[3]], "by record");
    },
  },
  {
    id: "sync-log.retention",
    async run(t) {
      const { syncLog } = await t.open();
      for (const size of batchSizes) await syncLog.append(times(size, (i) => logRow(`${size}-${i}`, { at: i })));
      same((await syncLog.list({ tenant: "a", limit: 1 })).total, 1_202, "batches of any size are appended");
      same(await syncLog.deleteBefore("b", t.now, 9), 0, "another tenant deletes nothing");
      same((await syncLog.list({ tenant: "b", limit: 9 })).items, [], "and reads nothing");
      same(await syncLog.deleteBefore("a", 999, 200), 200, "no more than the limit");
      same(await syncLog.deleteBefore("a", 999, 5_000), 1_001, "the rest of what is older");
    },
  },
];
