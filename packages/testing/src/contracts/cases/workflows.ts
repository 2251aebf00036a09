import type { Storage } from "@hubspoke/core/ports";
import { holds, refused, same } from "../check.ts";
import type { ContractCase } from "../contract.ts";
import { executionRow, triggerRow } from "../later-rows.ts";
import { race, times } from "../race.ts";

const ids = (rows: readonly { readonly id: string }[]): string[] => rows.map((row) => row.id);

export const workflowCases: readonly ContractCase<Pick<Storage, "workflows">>[] = [
  {
    id: "workflows.triggers",
    async run(t) {
      const { workflows } = await t.open();
      const row = triggerRow("t1", { description: "For new leads", enabled: false, createdAt: t.now });
      same(await workflows.putTrigger({ ...row, version: 1 }), "stale", "nothing updates what is not there");
      same(await workflows.putTrigger(row), "written", "0 inserts");
      same(await workflows.putTrigger(row), "stale", "once");
      same(await workflows.getTrigger("a", "t1"), { ...row, version: 1 }, "a row comes back as it was put");
      await workflows.putTrigger(triggerRow("t0", { createdAt: t.now - 1, eventType: "deal.won" }));
      same(ids(await workflows.listTriggers("a")), ["t0", "t1"], "in the order of their creation");
      same(ids(await workflows.listTriggers("a", "deal.won")), ["t0"], "by event type");
      const next = triggerRow("t1", { version: 1, name: "Other", enabled: true, actions: "[]", eventType: "e" });
      same(await workflows.putTrigger(next), "written", "the read version moves");
      same(await workflows.getTrigger("a", "t1"), { ...next, version: 2 }, "every field is replaced");
      same(await workflows.deleteTrigger("a", "t1"), true, "removed");
      same(await workflows.deleteTrigger("a", "t1"), false, "once");
      same(await workflows.getTrigger("a", "t1"), null, "and gone");
    },
  },
  {
    id: "workflows.triggers.race.one-edit",
    async run(t) {
      await (await t.open()).workflows.putTrigger(triggerRow("t1"));
      const outcomes = await race(t, ({ workflows }, i) =>
        workflows.putTrigger(triggerRow("t1", { version: 1, name: `racer-${i}` })),
      );
      same(outcomes.filter((outcome) => outcome === "written").length, 1, "one of many editors writes");
      const stored = await (await t.open()).workflows.getTrigger("a", "t1");
      same(stored?.name, `racer-${outcomes.indexOf("written")}`, "and the row is its");
    },
  },
  {
    id: "workflows.begin.race.one-new",
    async run(t) {
      const outcomes = await race(t, ({ workflows }, i) => workflows.begin(executionRow("e1", { id: `row-${i}` })));
      same(outcomes.filter((outcome) => outcome === "new").length, 1, "one of many racers begins");
      const { workflows } = await t.open();
      same(
        (await workflows.execution("a", "t1", "e1"))?.id,
        `row-${outcomes.indexOf("new")}`,
        "and the execution is its",
      );
      same(await workflows.begin(executionRow("e1", { id: "other", triggerId: "t2" })), "new", "triggers are apart");
    },
  },
  {
    id: "workflows.executions",
    async run(t) {
      const { workflows } = await t.open();
      const bare = executionRow("e0", { portalId: null, contactId: null, localId: null, at: t.now });
      same(await workflows.begin(bare), "new", "an event without a record");
      same(await workflows.execution("a", "t1", "e0"), bare, "comes back as it began");
      await workflows.finish("a", bare.id, { status: "pending", errorCode: null, actionsDone: 2 });
      same((await workflows.execution("a", "t1", "e0"))?.actionsDone, 2, "how far it is");
      await workflows.finish("a", bare.id, { status: "failed", errorCode: "TIMEOUT", actionsDone: 3 });
      const over = { ...bare, status: "failed", errorCode: "TIMEOUT", actionsDone: 3 } as const;
      same(await workflows.execution("a", "t1", "e0"), over, "and how it ended");
      same(await workflows.begin({ ...bare, id: "again" }), "seen", "an event is not run twice");
      for (const row of times(3, (i) => executionRow(`e${i + 1}`, { at: t.now + i + 1 }))) await workflows.begin(row);
      await workflows.begin(executionRow("other", { triggerId: "t2", at: t.now + 9 }));
      const first = await workflows.executions("a", "t1", null, 3);
      same(ids(first.items), ["row-e3", "row-e2", "row-e1"], "newest first");
      const rest = await workflows.executions("a", "t1", first.next ?? null, 3);
      same([rest.items, "next" in rest], [[over], false], "and the next page, the last");
      same((await workflows.executions("a", null, null, 9)).items.length, 5, "of every trigger");
      await refused("INPUT_INVALID", workflows.executions("a", null, "nowhere", 9), "a made-up cursor");
    },
  },
  {
    id: "workflows.erasure",
    async run(t) {
      const { workflows } = await t.open();
      for (const row of [
        executionRow("e1"),
        executionRow("e2", { contactId: "502" }),
        executionRow("e3", { portalId: "200" }),
      ]) {
        await workflows.begin(row);
      }
      same(await workflows.forgetContact("a", "100", "501"), 1, "executions about the contact");
      same(await workflows.forgetContact("a", "100", "501"), 0, "once");
      same(
        await workflows.execution("a", "t1", "e1"),
        executionRow("e1", { contactId: null, localId: null }),
        "that something ran is kept",
      );
      same((await workflows.execution("a", "t1", "e2"))?.contactId, "502", "others stay");
      same((await workflows.execution("a", "t1", "e3"))?.contactId, "501", "and so do other portals'");
      same(await workflows.begin(executionRow("e1", { id: "again" })), "seen", "an erased one is not run again");
    },
  },
  {
    id: "workflows.retention",
    async run(t) {
      const { workflows } = await t.open();
      for (const row of times(5, (i) => executionRow(`e${i}`, { at: i }))) await workflows.begin(row);
      same(await workflows.deleteBefore("a", 4, 2), 2, "no more than the limit");
      same(await workflows.deleteBefore("a", 4, 9), 2, "the rest of what is older");
      same(ids((await workflows.executions("a", null, null, 9)).items), ["row-e4"], "what is not older stays");
    },
  },
  {
    id: "workflows.tenants",
    async run(t) {
      const { workflows } = await t.open();
      for (const tenant of ["a", "b"]) {
        await workflows.putTrigger(triggerRow("t1", { tenant, name: tenant }));
        same(await workflows.begin(executionRow("e1", { tenant })), "new", "two tenants' events never meet");
      }
      await workflows.finish("a", "row-e1", { status: "done", errorCode: null, actionsDone: 1 });
      await workflows.forgetContact("a", "100", "501");
      await workflows.deleteTrigger("a", "t1");
      await workflows.deleteBefore("a", t.now, 9);
      same((await workflows.getTrigger("b", "t1"))?.name, "b", "another tenant's trigger stays");
      same(await workflows.execution("b", "t1", "e1"), executionRow("e1", { tenant: "b" }), "and its execution");
      same(await workflows.listTriggers("a"), [], "and neither is seen");
    },
  },
  {
    id: "workflows.peer",
    needs: ["shared"],
    async run(t) {
      await (await t.open()).workflows.putTrigger(triggerRow("t1"));
      const { workflows } = await t.peer();
      holds((await workflows.listTriggers("a", "call.ended")).length === 1, "another process sees a trigger at once");
    },
  },
];
