import type { Storage } from "@hubspoke/core/ports";
import { same } from "../check.ts";
import type { ContractCase } from "../contract.ts";
import { flagRow } from "../rows.ts";

export const flagCases: readonly ContractCase<Pick<Storage, "flags">>[] = [
  {
    id: "flags.put",
    async run(t) {
      const { flags } = await t.open();
      const off = flagRow("outbound", {
        enabled: false,
        roles: ["admin", 'a "quoted" role'],
        percentage: 0,
        updatedAt: t.now,
      });
      await flags.put(flagRow("master"));
      await flags.put(off);
      same(await flags.list("a"), [flagRow("master"), off], "rows come back as they were put, by name");
      await flags.put({ ...off, enabled: true, percentage: 50 });
      same((await flags.list("a"))[1], { ...off, enabled: true, percentage: 50 }, "a later row replaces the earlier");
    },
  },
  {
    id: "flags.remove",
    async run(t) {
      const { flags } = await t.open();
      await flags.put(flagRow("cache"));
      same(await flags.remove("a", "cache"), true, "there was one");
      same(await flags.remove("a", "cache"), false, "once");
      same(await flags.list("a"), [], "the default holds again");
    },
  },
  {
    id: "flags.tenants",
    async run(t) {
      const { flags } = await t.open();
      await flags.put(flagRow("audit"));
      await flags.put(flagRow("audit", { tenant: "b", enabled: false }));
      same(await flags.remove("b", "inbound"), false, "another flag");
      await flags.remove("a", "audit");
      same(
        await flags.list("b"),
        [flagRow("audit", { tenant: "b", enabled: false })],
        "one tenant's switch is its own",
      );
    },
  },
  {
    id: "flags.peer",
    needs: ["shared"],
    async run(t) {
      await (await t.open()).flags.put(flagRow("master", { enabled: false }));
      same((await (await t.peer()).flags.list("a"))[0]?.enabled, false, "every process sees a switch at once");
    },
  },
];
