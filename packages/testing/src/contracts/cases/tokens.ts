import type { Storage } from "@hubspoke/core/ports";
import { holds, same } from "../check.ts";
import type { ContractCase } from "../contract.ts";
import { race } from "../race.ts";
import { bytes, tokenRow } from "../rows.ts";

export const tokenCases: readonly ContractCase<Pick<Storage, "tokens" | "tenants">>[] = [
  {
    id: "tokens.put",
    async run(t) {
      const { tokens } = await t.open();
      same(await tokens.get("a"), null, "no grant");
      const row = tokenRow({ sealed: bytes(20_000), expiresAt: t.now + 1, updatedAt: t.now });
      same(await tokens.put({ ...row, version: 1 }), "stale", "nothing updates what is not there");
      same(await tokens.put(row), "written", "0 inserts");
      same(await tokens.get("a"), { ...row, version: 1 }, "a row comes back as it was put, one version on");
      same(await tokens.put(row), "stale", "0 inserts once");
      const next = tokenRow({ ...row, id: "row-2", version: 1, scopes: [], status: "disconnected", portalId: "200" });
      same(await tokens.put(next), "written", "the read version moves");
      same(await tokens.put({ ...next, id: "late" }), "stale", "once");
      same(await tokens.get("a"), { ...next, version: 2 }, "every field is replaced");
      same((await tokens.get("a"))?.sealed.constructor, Uint8Array, "bytes are a plain Uint8Array");
    },
  },
  {
    id: "tokens.ownership",
    async run(t) {
      const { tokens } = await t.open();
      const row = tokenRow({ sealed: bytes(4) });
      await tokens.put(row);
      row.sealed.fill(255);
      (await tokens.get("a"))?.sealed.fill(254);
      same((await tokens.get("a"))?.sealed, bytes(4), "editing what went in or came out changes nothing stored");
    },
  },
  {
    id: "tokens.race.one-refresh",
    async run(t) {
      await (await t.open()).tokens.put(tokenRow());
      const outcomes = await race(t, ({ tokens }, i) => tokens.put(tokenRow({ id: `racer-${i}`, version: 1 })));
      same(outcomes.filter((outcome) => outcome === "written").length, 1, "one of many racers writes");
      const stored = await (await t.open()).tokens.get("a");
      same(
        [stored?.id, stored?.version],
        [`racer-${outcomes.indexOf("written")}`, 2],
        "and its row is the stored one, so that the losers can adopt it",
      );
    },
  },
  {
    id: "tokens.race.one-connect",
    async run(t) {
      const outcomes = await race(t, ({ tokens }, i) => tokens.put(tokenRow({ id: `racer-${i}` })));
      same(outcomes.filter((outcome) => outcome === "written").length, 1, "one of many racers connects");
    },
  },
  {
    id: "tokens.delete.not-revived",
    async run(t) {
      const { tokens } = await t.open();
      same(await tokens.delete("a"), false, "nothing to remove");
      await tokens.put(tokenRow());
      const old = await tokens.get("a");
      same(await tokens.delete("a"), true, "removed");
      same(await tokens.delete("a"), false, "once");
      same(await tokens.get("a"), null, "a removed grant is gone");
      same(await tokens.listForReseal("other", 9), [], "from listings too");
      const late = tokenRow({ id: "late", version: old?.version ?? 0 });
      same(await tokens.put(late), "stale", "a refresh that had read it does not bring it back");
      same(await tokens.put(tokenRow({ id: "new" })), "written", "the tenant can connect again");
      same(await tokens.put(late), "stale", "and the late refresh does not overwrite the new grant");
      same((await tokens.get("a"))?.id, "new", "which stays");
    },
  },
  {
    id: "tokens.reseal",
    async run(t) {
      const { tokens } = await t.open();
      for (const [tenant, keyId] of [
        ["a", "k1"],
        ["b", "k2"],
        ["c", "k1"],
        ["d", "k3"],
      ] as const) {
        await tokens.put(tokenRow({ tenant, keyId }));
      }
      const under = async (keyId: string, limit: number): Promise<string[]> =>
        (await tokens.listForReseal(keyId, limit)).map((row) => row.tenant).sort();
      same(await under("k2", 9), ["a", "c", "d"], "every row under another key");
      same((await under("k2", 2)).length, 2, "at most as many as asked");
      await tokens.put(tokenRow({ tenant: "a", keyId: "k2", version: 1 }));
      same(await under("k2", 9), ["c", "d"], "a row leaves the list once it is under the key");
    },
  },
  {
    id: "tokens.tenants",
    async run(t) {
      const { tokens } = await t.open();
      await tokens.put(tokenRow({ tenant: "a" }));
      await tokens.put(tokenRow({ tenant: "b", id: "row-b" }));
      await tokens.put(tokenRow({ tenant: "b", id: "row-b2", version: 1 }));
      await tokens.delete("a");
      same(await tokens.get("a"), null, "one tenant's grant goes");
      same((await tokens.get("b"))?.id, "row-b2", "the other's stays");
    },
  },
  {
    id: "tokens.durable",
    needs: ["durable"],
    async run(t) {
      await (await t.open()).tokens.put(tokenRow());
      const { tokens } = await t.reopen();
      same(await tokens.get("a"), tokenRow({ version: 1 }), "a grant outlives its process");
    },
  },
  {
    id: "tokens.peer",
    needs: ["shared"],
    async run(t) {
      await (await t.open()).tokens.put(tokenRow());
      holds((await (await t.peer()).tokens.get("a")) !== null, "another process reads the grant at once");
    },
  },
];
