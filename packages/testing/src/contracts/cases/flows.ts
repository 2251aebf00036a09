import type { Storage } from "@hubspoke/core/ports";
import { refused, same, sorted } from "../check.ts";
import type { ContractCase } from "../contract.ts";
import { flowRow } from "../later-rows.ts";
import { race, times } from "../race.ts";
import { bytes } from "../rows.ts";

const keys = (rows: readonly { readonly key: string }[]): string[] => rows.map((row) => row.key);

export const flowCases: readonly ContractCase<Pick<Storage, "flows">>[] = [
  {
    id: "flows.save",
    async run(t) {
      const { flows } = await t.open();
      same(await flows.get("a", "onboarding", "k1"), null, "no run");
      const row = flowRow("k1", { sealed: bytes(20_000), updatedAt: t.now });
      same(await flows.save({ ...row, version: 1 }), "stale", "nothing updates what is not there");
      same(await flows.save(row), "written", "0 inserts");
      same(await flows.save(row), "stale", "once");
      same(await flows.get("a", "onboarding", "k1"), { ...row, version: 1 }, "a row comes back as it was saved");
      const next = flowRow("k1", {
        ...{ id: "other", createdAt: 99, version: 1, step: 2, updatedAt: t.now + 1 },
        ...{ state: "failed", sealed: null, keyId: null, errorCode: "TIMEOUT" },
      });
      same(await flows.save(next), "written", "the read version moves");
      same(
        await flows.get("a", "onboarding", "k1"),
        { ...next, id: row.id, createdAt: row.createdAt, version: 2 },
        "every field is replaced, but the id the first value was bound to",
      );
      const large = new Uint8Array(t.capabilities.maxValueBytes + 1);
      await refused("STORE_VALUE_TOO_LARGE", flows.save(flowRow("k2", { sealed: large })), "an oversized value");
    },
  },
  {
    id: "flows.ownership",
    async run(t) {
      const { flows } = await t.open();
      const row = flowRow("k1", { sealed: bytes(4) });
      await flows.save(row);
      row.sealed?.fill(255);
      (await flows.get("a", "onboarding", "k1"))?.sealed?.fill(254);
      same((await flows.get("a", "onboarding", "k1"))?.sealed, bytes(4), "editing a copy changes nothing stored");
    },
  },
  {
    id: "flows.race.one-step",
    async run(t) {
      const begun = await race(t, ({ flows }, i) => flows.save(flowRow("k1", { id: `racer-${i}` })));
      same(begun.filter((outcome) => outcome === "written").length, 1, "one of many racers begins a run");
      const steps = await race(t, ({ flows }, i) => flows.save(flowRow("k1", { version: 1, step: i + 1 })));
      same(steps.filter((outcome) => outcome === "written").length, 1, "and one records a step");
      const stored = await (await t.open()).flows.get("a", "onboarding", "k1");
      same(
        [stored?.id, stored?.step],
        [`racer-${begun.indexOf("written")}`, steps.indexOf("written") + 1],
        "the winner's",
      );
    },
  },
  {
    id: "flows.list",
    async run(t) {
      const { flows } = await t.open();
      for (const row of times(4, (i) => flowRow(`k${i}`, { updatedAt: t.now + i }))) await flows.save(row);
      await flows.save(flowRow("other", { flow: "billing", state: "done", updatedAt: t.now + 9 }));
      const first = await flows.list({ tenant: "a", flow: "onboarding", state: "running", limit: 3 });
      same(keys(first.items), ["k3", "k2", "k1"], "last changed first");
      const rest = await flows.list({
        tenant: "a",
        flow: "onboarding",
        limit: 3,
        ...(first.next && { after: first.next }),
      });
      same([keys(rest.items), "next" in rest], [["k0"], false], "and the next page, the last");
      same(keys((await flows.list({ tenant: "a", state: "done", limit: 9 })).items), ["other"], "by state");
      same((await flows.list({ tenant: "a", limit: 9 })).items.length, 5, "and all");
      await refused("INPUT_INVALID", flows.list({ tenant: "a", limit: 3, after: "nowhere" }), "a made-up cursor");
    },
  },
  {
    id: "flows.erase",
    async run(t) {
      const { flows } = await t.open();
      for (const row of times(3, (i) => flowRow(`k${i}`))) await flows.save(row);
      same(keys(await flows.scan("a", null, 2)), ["k0", "k1"], "every row in the order of ids");
      same(keys(await flows.scan("a", "row-k1", 2)), ["k2"], "from where the last page ended");
      same(await flows.delete("a", ["row-k0", "row-k2", "row-k9"]), 2, "some go by their ids");
      same(await flows.save(flowRow("k0", { version: 1 })), "stale", "a step under way does not bring one back");
      same(keys(await flows.scan("a", null, 9)), ["k1"], "the others stay");
    },
  },
  {
    id: "flows.reseal",
    async run(t) {
      const { flows } = await t.open();
      for (const keyId of ["k1", "k2", "k3"]) await flows.save(flowRow(keyId, { keyId }));
      await flows.save(flowRow("bare", { sealed: null, keyId: null }));
      const under = async (limit: number): Promise<string[]> =>
        sorted(keys(await flows.listForReseal("k2", limit)), (key) => key);
      same(await under(9), ["k1", "k3"], "every row under another key");
      same((await under(1)).length, 1, "at most as many as asked");
      await flows.save(flowRow("k1", { keyId: "k2", version: 1 }));
      same(await under(9), ["k3"], "a row leaves the list once it is under the key");
    },
  },
  {
    id: "flows.retention",
    async run(t) {
      const { flows } = await t.open();
      for (const row of times(4, (i) => flowRow(`k${i}`, { state: "done", updatedAt: i }))) await flows.save(row);
      await flows.save(flowRow("failed", { state: "failed", updatedAt: 0 }));
      await flows.save(flowRow("running", { updatedAt: 0 }));
      same(await flows.deleteBefore("a", 3, 2), 2, "no more than the limit");
      same(await flows.deleteBefore("a", 3, 9), 1, "the rest of what was done before");
      same(keys(await flows.scan("a", null, 9)), ["failed", "k3", "running"], "what is open or newer stays");
    },
  },
  {
    id: "flows.tenants",
    async run(t) {
      const { flows } = await t.open();
      for (const tenant of ["a", "b"]) {
        same(await flows.save(flowRow("k1", { tenant })), "written", "two tenants' runs never meet");
      }
      await flows.save(flowRow("k1", { version: 1, step: 5 }));
      await flows.delete("a", ["row-k1"]);
      same((await flows.get("b", "onboarding", "k1"))?.step, 0, "another tenant's run stays");
      same(await flows.scan("a", null, 9), [], "and is not seen");
    },
  },
  {
    id: "flows.durable",
    needs: ["durable"],
    async run(t) {
      await (await t.open()).flows.save(flowRow("k1", { step: 3 }));
      const { flows } = await t.reopen();
      same((await flows.get("a", "onboarding", "k1"))?.step, 3, "a run outlives its process");
    },
  },
];
