import type { Storage } from "@hubspoke/core/ports";
import { same } from "../check.ts";
import type { ContractCase } from "../contract.ts";
import { race } from "../race.ts";
import { bytes, secretRow } from "../rows.ts";

export const secretCases: readonly ContractCase<Pick<Storage, "secrets">>[] = [
  {
    id: "secrets.keep",
    async run(t) {
      const { secrets } = await t.open();
      same(await secrets.get("a", "s"), null, "none yet");
      same(await secrets.add(secretRow("s")), "added", "the first");
      same(await secrets.add(secretRow("s", { id: "row-2", sealed: bytes(3) })), "taken", "the second");
      same(await secrets.get("a", "s"), secretRow("s"), "leaves the first as it was");
      same(await secrets.add(secretRow("s", { tenant: "b", sealed: bytes(9) })), "added", "another tenant has its own");
      same(await secrets.get("a", "s"), secretRow("s"), "and each its own value");
    },
  },
  {
    id: "secrets.race.one-value",
    async run(t) {
      const outcomes = await race(t, ({ secrets }, i) => secrets.add(secretRow("s", { id: `racer-${i}` })));
      same(outcomes.filter((outcome) => outcome === "added").length, 1, "one of many racers adds");
      const stored = await (await t.open()).secrets.get("a", "s");
      same(stored?.id, `racer-${outcomes.indexOf("added")}`, "and its row is the stored one");
    },
  },
  {
    id: "secrets.reseal",
    async run(t) {
      const { secrets } = await t.open();
      await secrets.add(secretRow("s"));
      await secrets.add(secretRow("s", { tenant: "b", keyId: "k2" }));
      await secrets.add(secretRow("s", { tenant: "c", keyId: "k3" }));
      const others = await secrets.listForReseal("k2", 9);
      same(others.map(({ tenant }) => tenant).sort(), ["a", "c"], "rows under any other key");
      same((await secrets.listForReseal("k2", 1)).length, 1, "at most as many as asked");
      const next = secretRow("s", { id: "row-2", keyId: "k2", sealed: bytes(50) });
      same(await secrets.reseal(next, "row-s"), true, "sealed anew");
      same(await secrets.reseal(secretRow("s", { id: "row-3" }), "row-s"), false, "once from each form");
      same(await secrets.get("a", "s"), next, "the new form is there");
    },
  },
];
