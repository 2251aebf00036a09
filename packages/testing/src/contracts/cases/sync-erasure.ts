import type { Storage } from "@hubspoke/core/ports";
import { same } from "../check.ts";
import type { ContractCase } from "../contract.ts";
import { times } from "../race.ts";
import { conflictRow, logRow, runRow } from "../rows.ts";

/** What goes when a person is erased, and what goes by age. */
export const syncErasureCases: readonly ContractCase<Pick<Storage, "conflicts" | "runs" | "syncLog">>[] = [
  {
    id: "conflicts.erasure",
    async run(t) {
      const { conflicts } = await t.open();
      const record = { tenant: "a", sync: "leads", localId: "l1", hubspotId: "501" };
      await conflicts.add([
        conflictRow("both"),
        conflictRow("local", { hubspotId: "777" }),
        conflictRow("hubspot", { localId: "l7" }),
        conflictRow("neither", { localId: "l2", hubspotId: "502" }),
        conflictRow("another sync", { sync: "deals" }),
        conflictRow("another tenant", { tenant: "b" }),
      ]);
      same(await conflicts.deleteByRecord(record), 3, "rows that hold either id");
      same(await conflicts.deleteByRecord({ ...record, localId: null }), 0, "are gone");
      const left = async (tenant: string) => (await conflicts.list({ tenant, limit: 9 })).items.map(({ id }) => id);
      same([await left("a"), await left("b")], [["neither", "another sync"], ["another tenant"]], "no others");
      same(await conflicts.deleteByRecord({ ...record, sync: "deals", localId: null }), 1, "by HubSpot's id alone");
    },
  },
  {
    id: "conflicts.retention",
    async run(t) {
      const { conflicts } = await t.open();
      await conflicts.add(times(6, (i) => conflictRow(`c${i}`, { at: i, status: i % 2 ? "resolved" : "open" })));
      same(await conflicts.deleteBefore("a", 5, 1), 1, "no more than the limit");
      same(await conflicts.deleteBefore("a", 5, 9), 1, "the rest of what is older and resolved");
      const left = (await conflicts.list({ tenant: "a", limit: 9 })).items.map(({ id }) => id);
      same(left, ["c5", "c4", "c2", "c0"], "what waits for somebody stays");
    },
  },
  {
    id: "sync-log.erasure",
    async run(t) {
      const { syncLog } = await t.open();
      const record = { tenant: "a", sync: "leads", localId: "l1", hubspotId: "501" };
      await syncLog.append([
        logRow("both"),
        logRow("local", { hubspotId: null }),
        logRow("hubspot", { localId: null }),
        logRow("neither", { localId: "l2", hubspotId: "502" }),
        logRow("another sync", { sync: "deals" }),
        logRow("another tenant", { tenant: "b" }),
      ]);
      same(await syncLog.deleteByRecord(record), 3, "rows that hold either id");
      const left = async (tenant: string) => (await syncLog.list({ tenant, limit: 9 })).items.map(({ id }) => id);
      same([await left("a"), await left("b")], [["neither", "another sync"], ["another tenant"]], "no others");
    },
  },
  {
    id: "runs.retention",
    async run(t) {
      const { runs } = await t.open();
      await runs.save(runRow("r1", { state: "running", startedAt: 1 }));
      await runs.save(runRow("r2", { state: "running", startedAt: 2, kind: "reconcile" }));
      for (const [id, startedAt] of [
        ["r3", 3],
        ["r4", 4],
        ["r5", 5],
      ] as const) {
        await runs.save(runRow(id, { state: "done", startedAt, finishedAt: startedAt }));
      }
      same(await runs.deleteBefore("a", 5, 1), 1, "no more than the limit");
      same(await runs.deleteBefore("a", 5, 9), 1, "the rest of what is older and over");
      same(await runs.deleteBefore("b", 9, 9), 0, "of one tenant");
      same(
        (await runs.list("a", null, 9)).map(({ id }) => id),
        ["r5", "r2", "r1"],
        "what goes on stays",
      );
    },
  },
];
