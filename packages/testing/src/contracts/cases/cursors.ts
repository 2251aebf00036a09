import type { CursorStore, Storage } from "@hubspoke/core/ports";
import { same } from "../check.ts";
import type { ContractCase } from "../contract.ts";
import { race } from "../race.ts";

const read = (cursors: CursorStore): ReturnType<CursorStore["read"]> => cursors.read("a", "100", "feed");
const advance = (cursors: CursorStore, value: string, expected: number): ReturnType<CursorStore["advance"]> =>
  cursors.advance("a", "100", "feed", value, expected, 10);

/** What a cursor store must do. */
export const cursorCases: readonly ContractCase<Pick<Storage, "cursors">>[] = [
  {
    id: "cursors.advance",
    async run(t) {
      const { cursors } = await t.open();
      same(await read(cursors), null, "no cursor");
      same(await advance(cursors, "one", 1), "stale", "nothing moves what is not there");
      same(await advance(cursors, "one", 0), "written", "0 creates");
      same(await advance(cursors, "other", 0), "stale", "once");
      const value = '{"after":"50%_☎️"}';
      same(await advance(cursors, value, 1), "written", "the read version moves");
      same(await advance(cursors, "late", 1), "stale", "once");
      same(await read(cursors), { value, version: 2 }, "the winner's value stays");
    },
  },
  {
    id: "cursors.race.one-creates",
    async run(t) {
      const outcomes = await race(t, ({ cursors }, i) => advance(cursors, `${i}`, 0));
      same(outcomes.filter((outcome) => outcome === "written").length, 1, "one of many racers creates");
      const stored = await read((await t.open()).cursors);
      same(stored, { value: `${outcomes.indexOf("written")}`, version: 1 }, "and its value is the stored one");
    },
  },
  {
    id: "cursors.race.one-moves",
    async run(t) {
      await advance((await t.open()).cursors, "start", 0);
      const outcomes = await race(t, ({ cursors }, i) => advance(cursors, `${i}`, 1));
      same(outcomes.filter((outcome) => outcome === "written").length, 1, "one of many racers moves");
      same((await read((await t.open()).cursors))?.version, 2, "by one");
    },
  },
  {
    id: "cursors.delete.not-revived",
    async run(t) {
      const { cursors } = await t.open();
      await advance(cursors, "old", 0);
      const old = await read(cursors);
      await cursors.delete("a", "100", "feed");
      same(await read(cursors), null, "a deleted cursor is gone");
      same(await cursors.list("a", ""), [], "from listings too");
      same(await advance(cursors, "late", old?.version ?? 0), "stale", "a worker that read it cannot move it");
      same(await advance(cursors, "new", 0), "written", "it can be made again");
      same(
        await advance(cursors, "late", old?.version ?? 0),
        "stale",
        "and the old worker cannot move that one either",
      );
      same((await read(cursors))?.value, "new", "the new one stays");
    },
  },
  {
    id: "cursors.list",
    async run(t) {
      const { cursors } = await t.open();
      const names = ["sync:a", "sync:b", "sync_c", "syncer", "s%"];
      for (const name of names) await cursors.advance("a", "100", name, name, 0, t.now);
      const wanted = ["sync:a", "sync:b"].map((name) => ({ name, value: name, updatedAt: t.now }));
      same(await cursors.list("a", "sync:"), wanted, "by prefix, in order");
      same(
        (await cursors.list("a", "sync_")).map((row) => row.name),
        ["sync_c"],
        "wildcards are letters",
      );
      same(
        (await cursors.list("a", "s%")).map((row) => row.name),
        ["s%"],
        "all of them",
      );
      same((await cursors.list("a", "")).length, 5, "no prefix is all");
    },
  },
  {
    id: "cursors.tenants",
    async run(t) {
      const { cursors } = await t.open();
      await advance(cursors, "mine", 0);
      for (const [tenant, portalId] of [
        ["b", "100"],
        ["a", "200"],
      ] as const) {
        same(await cursors.read(tenant, portalId, "feed"), null, "others read nothing");
        same(await cursors.advance(tenant, portalId, "feed", "x", 1, 1), "stale", "others move nothing");
        await cursors.delete(tenant, portalId, "feed");
        same(await cursors.advance(tenant, portalId, "feed", "x", 0, 1), "written", "equal names never meet");
      }
      same((await cursors.list("b", "")).length, 1, "others list their own");
      same(await read(cursors), { value: "mine", version: 1 }, "and mine is as it was");
    },
  },
  {
    id: "cursors.durable",
    needs: ["durable"],
    async run(t) {
      await advance((await t.open()).cursors, "here", 0);
      same(await read((await t.reopen()).cursors), { value: "here", version: 1 }, "a checkpoint outlives its process");
    },
  },
];
