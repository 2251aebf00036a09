import { holds, same } from "../check.ts";
import type { ContractCase } from "../contract.ts";
import { create, drain, type LocalSourceUnderTest, readOne, update, written } from "../local-table.ts";
import { times } from "../race.ts";

/** How a local source makes changes known. */
export const localFeedCases: readonly ContractCase<LocalSourceUnderTest>[] = [
  {
    id: "local.changes.from-the-beginning",
    async run(t) {
      const { source, table } = await t.open();
      const ids: string[] = [];
      for (const i of times(8, (n) => n)) ids.push(await table.insert("a", { name: `n${i}` }));
      const { seen } = await drain(source, "a", null);
      same([...seen.keys()].sort(), ids.sort(), "every record, whatever the size of the pages");
      holds(
        [...seen.values()].every((state) => state === "live"),
        "as live",
      );
    },
  },
  {
    id: "local.changes.empty",
    async run(t) {
      const { source, table } = await t.open();
      const start = await drain(source, "a", null);
      same(start.seen.size, 0, "nothing in an empty table");
      const id = await table.insert("a", { name: "n" });
      same([...(await drain(source, "a", start.cursor)).seen.keys()], [id], "and what comes later");
    },
  },
  {
    id: "local.changes.after-a-cursor",
    async run(t) {
      const { source, table } = await t.open();
      const first = await table.insert("a", { name: "one" });
      const start = await drain(source, "a", null);
      const second = await table.insert("a", { name: "two" });
      await table.update("a", first, { score: 5 });
      const { seen } = await drain(source, "a", start.cursor);
      holds(seen.get(first) === "live" && seen.get(second) === "live", "an edit and an insert since the cursor");
      const again = await drain(source, "a", start.cursor);
      holds(again.seen.has(first) && again.seen.has(second), "the same cursor gives them again: a crash loses nothing");
    },
  },
  {
    id: "local.changes.during-the-first-reading",
    async run(t) {
      const { source, table } = await t.open();
      const ids: string[] = [];
      for (const i of times(6, (n) => n)) ids.push(await table.insert("a", { name: `n${i}` }));
      const page = await source.changes("a", null, 4);
      const passed = page.changes[0]?.id ?? "";
      await table.update("a", passed, { name: "edited" });
      const late = await table.insert("a", { name: "late" });
      const walk = await drain(source, "a", page.cursor);
      const after = await drain(source, "a", walk.cursor);
      const seen = new Set([...walk.seen.keys(), ...after.seen.keys()]);
      holds(seen.has(passed), "an edit of a record that the reading had passed");
      holds(seen.has(late), "a record that was made meanwhile");
      same(
        ids.filter((id) => !seen.has(id) && !page.changes.some((one) => one.id === id)),
        [],
        "and all the others",
      );
    },
  },
  {
    id: "local.changes.own-writes",
    async run(t) {
      const { source, table } = await t.open();
      const id = await table.insert("a", { name: "one" });
      const start = await drain(source, "a", null);
      await written(source, "a", update(await readOne(source, "a", id), { name: "two" }));
      const made = await written(source, "a", create("k", { name: "three" }));
      const { seen } = await drain(source, "a", start.cursor);
      holds(seen.has(id) && seen.has(made.id), "a write by the source is a change like any other");
    },
  },
  {
    id: "local.changes.deletes",
    async run(t) {
      const { source, table } = await t.open();
      const [kept, gone] = [await table.insert("a", { name: "kept" }), await table.insert("a", { name: "gone" })];
      const start = await drain(source, "a", null);
      await table.remove("a", gone);
      same(await source.read("a", [gone]), [], "a deleted record is not read");
      const { seen } = await drain(source, "a", start.cursor);
      if (source.capabilities.deletes === "feed") same(seen.get(gone), "deleted", "a delete is in the feed");
      const fresh = await drain(source, "a", null);
      holds(fresh.seen.get(kept) === "live" && fresh.seen.get(gone) !== "live", "and is not walked as a live one");
    },
  },
  {
    id: "local.changes.survive-a-restart",
    needs: ["durable"],
    async run(t) {
      const first = await t.open();
      await first.table.insert("a", { name: "before" });
      const { cursor } = await drain(first.source, "a", null);
      const id = await first.table.insert("a", { name: "after" });
      const { source } = await t.reopen();
      holds((await drain(source, "a", cursor)).seen.has(id), "a cursor is good for another process");
    },
  },
  {
    id: "local.changes.of-one-tenant",
    async run(t) {
      const { source, table } = await t.open();
      const start = await drain(source, "b", null);
      const id = await table.insert("a", { name: "one" });
      await table.update("a", id, { name: "two" });
      await table.remove("a", id);
      await table.insert("a", { name: "three" });
      same((await drain(source, "b", start.cursor)).seen.size, 0, "another tenant's changes are not told");
      same((await drain(source, "b", null)).seen.size, 0, "nor its records walked");
    },
  },
  {
    id: "local.edit-times",
    async run(t) {
      const { source, table } = await t.open();
      const { editTimes } = source.capabilities;
      const id = await table.insert("a", { name: "one", email: "one@example.test" });
      const before = await readOne(source, "a", id);
      await table.update("a", id, { name: "two" });
      const after = await readOne(source, "a", id);
      if (editTimes === "none") return;
      holds(
        after.updatedAt !== null && after.updatedAt >= (before.updatedAt ?? 0),
        "an edit moves the record's time on",
      );
      if (editTimes !== "field") return;
      same(after.fieldTimes?.email, before.fieldTimes?.email, "a field that was not edited keeps its time");
      same(after.fieldTimes?.name, after.updatedAt, "the edited one has the edit's");
    },
  },
];
