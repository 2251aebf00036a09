import type { Storage, SuppressionRow } from "@hubspoke/core/ports";
import { same } from "../check.ts";
import type { ContractCase } from "../contract.ts";
import { times } from "../race.ts";

const row = (index: string, change: Partial<SuppressionRow> = {}): SuppressionRow => ({
  tenant: "a",
  index,
  kind: "phone",
  at: 1_000,
  ...change,
});

export const suppressionCases: readonly ContractCase<Pick<Storage, "suppression">>[] = [
  {
    id: "suppression.match",
    async run(t) {
      const { suppression } = await t.open();
      await suppression.add([row("i1"), row("i2", { kind: "contact" })]);
      await suppression.add([row("i1", { at: t.now }), row("i3", { kind: "email" })]);
      const found = await suppression.match("a", ["i3", "i1", "i9", "i1"]);
      same([...found].sort(), ["i1", "i3"], "those that are there, once each");
      same(await suppression.match("a", []), [], "nobody asked for, nobody found");
      same(
        (
          await suppression.match(
            "a",
            times(1_000, (i) => `i${i}`),
          )
        ).length,
        3,
        "among many",
      );
    },
  },
  {
    id: "suppression.remove",
    async run(t) {
      const { suppression } = await t.open();
      await suppression.add([row("i1"), row("i2")]);
      same(await suppression.remove("a", ["i1", "i9"]), 1, "only what is there");
      same(await suppression.match("a", ["i1", "i2"]), ["i2"], "the other stays");
    },
  },
  {
    id: "suppression.tenants",
    async run(t) {
      const { suppression } = await t.open();
      await suppression.add([row("i1"), row("i1", { tenant: "b" })]);
      await suppression.remove("a", ["i1"]);
      same(await suppression.match("a", ["i1"]), [], "gone for one tenant");
      same(await suppression.match("b", ["i1"]), ["i1"], "not for the other");
    },
  },
  {
    id: "suppression.peer",
    needs: ["shared"],
    async run(t) {
      await (await t.open()).suppression.add([row("i1")]);
      same(await (await t.peer()).suppression.match("a", ["i1"]), ["i1"], "every process knows at once");
    },
  },
  {
    id: "suppression.durable",
    needs: ["durable"],
    async run(t) {
      await (await t.open()).suppression.add([row("i1")]);
      same(await (await t.reopen()).suppression.match("a", ["i1"]), ["i1"], "an erasure outlives its process");
    },
  },
];
