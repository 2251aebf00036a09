import type { Storage } from "@hubspoke/core/ports";
import { same } from "../check.ts";
import type { ContractCase } from "../contract.ts";
import { mappingRow } from "../later-rows.ts";
import { batchSizes, race, times } from "../race.ts";

export const mappingCases: readonly ContractCase<Pick<Storage, "mappings">>[] = [
  {
    id: "mappings.replace",
    async run(t) {
      const { mappings } = await t.open();
      same(await mappings.list("a", "leads"), { rows: [], revision: 0 }, "nobody has set any");
      same(await mappings.replace("a", "leads", [], 1), "stale", "there is no revision 1 yet");
      const rows = [
        mappingRow("name"),
        mappingRow("email", { transform: null, options: {}, hubspotProperties: ["email"] }),
      ];
      same(await mappings.replace("a", "leads", rows, 0), "written", "the first set");
      same(
        await mappings.list("a", "leads"),
        { rows: [rows[1], rows[0]], revision: 1 },
        "comes back as it was, by local field",
      );
      same(await mappings.replace("a", "leads", [], 0), "stale", "once");
      same(await mappings.replace("a", "leads", [mappingRow("phone")], 1), "written", "the read revision moves");
      same(
        await mappings.list("a", "leads"),
        { rows: [mappingRow("phone")], revision: 2 },
        "and the set is replaced whole",
      );
      same(await mappings.replace("a", "leads", [], 2), "written", "an empty set is a set");
      same(await mappings.list("a", "leads"), { rows: [], revision: 3 }, "and keeps its revision");
      same(await mappings.list("a", "deals"), { rows: [], revision: 0 }, "syncs are apart");
    },
  },
  {
    id: "mappings.race.one-edit",
    async run(t) {
      for (const revision of [0, 1]) {
        const outcomes = await race(t, ({ mappings }, i) =>
          mappings.replace("a", "leads", [mappingRow(`racer-${i}`), mappingRow("both")], revision),
        );
        same(outcomes.filter((outcome) => outcome === "written").length, 1, "one of many editors writes");
        const { rows } = await (await t.open()).mappings.list("a", "leads");
        same(
          rows.map((row) => row.localField),
          ["both", `racer-${outcomes.indexOf("written")}`],
          "and the set is its alone",
        );
      }
    },
  },
  {
    id: "mappings.batch.sizes",
    async run(t) {
      const { mappings } = await t.open();
      for (const [revision, size] of batchSizes.entries()) {
        const rows = times(size, (i) => mappingRow(`field-${String(i).padStart(4, "0")}`));
        same(await mappings.replace("a", "leads", rows, revision), "written", `${size} mappings are set`);
        same((await mappings.list("a", "leads")).rows, rows, `${size} mappings come back`);
      }
    },
  },
  {
    id: "mappings.tenants",
    async run(t) {
      const { mappings } = await t.open();
      const other = mappingRow("phone", { tenant: "b" });
      same(await mappings.replace("b", "leads", [other], 0), "written", "one tenant's set");
      same(await mappings.replace("a", "leads", [mappingRow("name")], 0), "written", "and another's");
      same(await mappings.replace("a", "leads", [], 1), "written", "emptied");
      same(await mappings.list("b", "leads"), { rows: [other], revision: 1 }, "never meet");
    },
  },
  {
    id: "mappings.peer",
    needs: ["shared"],
    async run(t) {
      await (await t.open()).mappings.replace("a", "leads", [mappingRow("name")], 0);
      same((await (await t.peer()).mappings.list("a", "leads")).revision, 1, "another process sees the set at once");
    },
  },
];
