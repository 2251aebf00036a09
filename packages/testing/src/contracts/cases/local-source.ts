import { holds, same, sorted } from "../check.ts";
import type { ContractCase } from "../contract.ts";
import { create, drain, type LocalSourceUnderTest, readOne, update, writeOne, written } from "../local-table.ts";
import { batchSizes, race, times } from "../race.ts";
import { localFeedCases } from "./local-feed.ts";

const blank = { name: null, email: null, score: null };

/** What one side of a sync must do. */
export const localSourceCases: readonly ContractCase<LocalSourceUnderTest>[] = [
  ...localFeedCases,
  {
    id: "local.read.what-was-asked",
    async run(t) {
      const { source, table } = await t.open();
      const id = await table.insert("a", { name: "one", score: 7 });
      await table.insert("a", { name: "other" });
      const records = await source.read("a", [id, "999999", id]);
      same(
        records.map((record) => [record.id, record.values]),
        [[id, { ...blank, name: "one", score: 7 }]],
        "each once, the absent left out",
      );
      const [again] = await source.read("a", [id]);
      holds(again !== records[0], "a copy at every call");
    },
  },
  {
    id: "local.read.sizes",
    async run(t) {
      const { source, table } = await t.open();
      const ids: string[] = [];
      for (const i of times(250, (n) => n)) ids.push(await table.insert("a", { name: `n${i}` }));
      for (const size of batchSizes.filter((one) => one <= ids.length)) {
        same((await source.read("a", ids.slice(0, size))).length, size, `${size} ids in one call`);
      }
    },
  },
  {
    id: "local.write.values",
    async run(t) {
      const { source, table } = await t.open();
      let record = await readOne(source, "a", await table.insert("a", {}));
      for (const name of ["", 'O\'Neil "the" 100%; drop table leads --', "Zoë 🦊 名前", "x".repeat(20_000), null]) {
        record = await written(source, "a", update(record, { name }));
        same(record.values.name, name, "the answer holds what was stored");
        same((await readOne(source, "a", record.id)).values.name, name, "text comes back as it was");
      }
      for (const score of [0, -1, 1.5, 1_790_000_000_000, null]) {
        record = await written(source, "a", update(record, { score }));
        same((await readOne(source, "a", record.id)).values, { ...blank, score }, "numbers too, and other fields stay");
      }
    },
  },
  {
    id: "local.write.guard",
    async run(t) {
      const { source, table } = await t.open();
      const read = await readOne(source, "a", await table.insert("a", { name: "one" }));
      await table.update("a", read.id, { score: 3 });
      same(
        await writeOne(source, "a", update(read, { name: "two" })),
        { outcome: "stale" },
        "somebody edited it since",
      );
      const now = await readOne(source, "a", read.id);
      same(now.values, { ...blank, name: "one", score: 3 }, "and nothing was changed");
      await written(source, "a", update(now, { name: "two" }));
      same((await readOne(source, "a", read.id)).values.name, "two", "after reading again it is written");
    },
  },
  {
    id: "local.write.guard-against-the-same-value",
    async run(t) {
      const { source, table } = await t.open();
      const read = await readOne(source, "a", await table.insert("a", { name: "one" }));
      await table.update("a", read.id, { name: "two" });
      await table.update("a", read.id, { name: "one" });
      same(
        await writeOne(source, "a", update(read, { name: "three" })),
        { outcome: "stale" },
        "edited there and back is edited",
      );
    },
  },
  {
    id: "local.write.version-goes-on",
    async run(t) {
      const { source, table } = await t.open();
      const first = await readOne(source, "a", await table.insert("a", { name: "one" }));
      const second = await written(source, "a", update(first, { name: "two" }));
      holds(second.version !== first.version, "a write changes the version");
      same((await readOne(source, "a", first.id)).version, second.version, "the answer has the version that is stored");
      const third = await written(source, "a", update(second, { name: "three" }));
      holds(third.version !== second.version, "and can be written upon without reading again");
      const made = await written(source, "a", create("k", { name: "new" }));
      const { id, version, values } = await readOne(source, "a", made.id);
      same([made.id, made.version, made.values], [id, version, values], "a created record is answered as it is stored");
    },
  },
  {
    id: "local.write.race",
    async run(t) {
      const { source, table } = await t.open();
      const read = await readOne(source, "a", await table.insert("a", { name: "one" }));
      const results = await race(t, (one, i) => writeOne(one.source, "a", update(read, { name: `racer ${i}` })));
      same(results.filter((result) => result.outcome === "written").length, 1, "one of many writes upon a version");
      same(
        results.filter((result) => result.outcome === "stale").length,
        t.racers - 1,
        "the others are told, not refused",
      );
    },
  },
  {
    id: "local.write.in-order",
    async run(t) {
      const { source, table } = await t.open();
      const [one, two] = [
        await readOne(source, "a", await table.insert("a", { name: "one" })),
        await readOne(source, "a", await table.insert("a", { name: "two" })),
      ];
      await table.remove("a", two.id);
      const results = await source.write("a", [
        update(two, { name: "x" }),
        update({ ...one, version: "another" }, { name: "y" }),
        update(one, { name: "z" }),
        update(one, { nowhere: "w" }),
        create("k", { name: "new" }),
      ]);
      same(
        results.map((result) => result.outcome),
        ["gone", "stale", "written", "rejected", "written"],
        "every input, in order",
      );
    },
  },
  {
    id: "local.write.rejected",
    async run(t) {
      const { source, table } = await t.open();
      const read = await readOne(source, "a", await table.insert("a", { name: "one", email: "one@example.test" }));
      await table.insert("a", { name: "two", email: "two@example.test" });
      const unknown = await writeOne(source, "a", update(read, { name: "x", nowhere: "y" }));
      same(unknown.outcome === "rejected" && unknown.fields, ["nowhere"], "a field that is not there is named");
      const taken = await writeOne(source, "a", update(read, { name: "x", email: "two@example.test" }));
      same(taken.outcome === "rejected" && taken.fields, ["email"], "so is one whose value the table refuses");
      const twin = await writeOne(source, "a", create("k", { email: "two@example.test" }));
      same(twin.outcome, "rejected", "a create too");
      holds(!JSON.stringify([taken, twin]).includes("two@example.test"), "the reason holds no value of a row");
      same((await readOne(source, "a", read.id)).version, read.version, "nothing was half-written");
      same(
        (await writeOne(source, "a", create("k", { email: "three@example.test" }))).outcome,
        "written",
        "the key is still free",
      );
    },
  },
  {
    id: "local.create.once",
    async run(t) {
      const { source, table } = await t.open();
      const first = await written(source, "a", create("k", { name: "one" }));
      const second = await written(source, "a", create("k", { name: "one" }));
      same(second.id, first.id, "the same key is the same record");
      const other = await written(source, "a", create("k2", { name: "one" }));
      holds(other.id !== first.id, "another key is another");
      await written(source, "b", create("k", { name: "one" }));
      same((await table.rows()).map((row) => row.tenant).sort(), ["a", "a", "b"], "a key belongs to its tenant");
    },
  },
  {
    id: "local.create.race",
    async run(t) {
      const { table } = await t.open();
      const results = await race(t, (one) => written(one.source, "a", create("k", { name: "one" })));
      same(new Set(results.map((record) => record.id)).size, 1, "all callers get the one record");
      same((await table.rows()).length, 1, "there is one");
    },
  },
  {
    id: "local.create.not-again",
    async run(t) {
      const { source, table } = await t.open();
      const made = await written(source, "a", create("k", { name: "one" }));
      await table.remove("a", made.id);
      const again = await writeOne(source, "a", create("k", { name: "one" }));
      const rows = await table.rows();
      holds(again.outcome !== "written" || rows.length === 1, "the answer says what is there");
      holds(rows.length <= 1, "a key makes at most one record at a time");
    },
  },
  {
    id: "local.delete.guard",
    async run(t) {
      const { source, table } = await t.open();
      const read = await readOne(source, "a", await table.insert("a", { name: "one" }));
      await table.update("a", read.id, { name: "two" });
      const now = await readOne(source, "a", read.id);
      const at = (version: string) => ({ id: read.id, expectedVersion: version });
      same(await source.delete("a", [at(read.version)]), ["stale"], "not at an older version");
      same(await source.delete("a", [at(now.version), at(now.version)]), ["deleted", "gone"], "once, in input order");
      same(await table.rows(), [], "and then it is not there");
      same(await writeOne(source, "a", update(now, { name: "three" })), { outcome: "gone" }, "nor can be written");
    },
  },
  {
    id: "local.find-by",
    async run(t) {
      const { source, table } = await t.open();
      const ids: string[] = [];
      for (const i of times(130, (n) => n))
        ids.push(await table.insert("a", { email: `p${i}@example.test`, score: i }));
      const by = async (field: string, values: readonly (string | number | null)[]): Promise<string[]> =>
        sorted(await source.findBy("a", field, values), (record) => Number(record.values.score)).map(
          (record) => record.id,
        );
      same(
        await by("email", ["p3@example.test", "p0@example.test", "nobody@example.test"]),
        [ids[0], ids[3]],
        "equal values",
      );
      same(
        await by(
          "email",
          times(130, (i) => `p${i}@example.test`),
        ),
        ids,
        "as many as asked for",
      );
      same(await by("score", [5]), [ids[5]], "numbers");
      same(await by("email", []), [], "none for none");
      same(await by("name", [null]), [], "null equals nothing");
    },
  },
  {
    id: "local.find-folded",
    async run(t) {
      const { source, table } = await t.open();
      if (source.findFolded === undefined) return;
      const id = await table.insert("a", { email: " One@Example.TEST" });
      await table.insert("b", { email: "one@example.test" });
      const by = async (tenant: string, keys: readonly string[]): Promise<readonly string[]> =>
        ((await source.findFolded?.(tenant, "email", keys)) ?? []).map((record) => record.id);
      same(await by("a", ["one@example.test", "two@example.test"]), [id], "without case and outer blanks, its own");
      same(await by("A", ["one@example.test"]), [], "nothing of another tenant");
      same(await by("a", []), [], "none for none");
    },
  },
  {
    id: "local.tenant.alone",
    async run(t) {
      const { source, table } = await t.open();
      const id = await table.insert("a", { name: "one", email: "one@example.test" });
      const own = await readOne(source, "a", id);
      const before = await table.rows();
      // Spellings that a column of numbers, without case or with padding would take for the same.
      for (const other of ["b", "A", "a ", " a", "", "%", "a' or '1'='1"]) {
        same(await source.read(other, [id]), [], "reads nothing of another tenant");
        same(await source.findBy(other, "email", ["one@example.test"]), [], "finds nothing");
        same((await drain(source, other, null)).seen.size, 0, "walks nothing");
        same(await writeOne(source, other, update(own, { name: "taken" })), { outcome: "gone" }, "writes nothing");
        same(await source.delete(other, [{ id, expectedVersion: own.version }]), ["gone"], "deletes nothing");
      }
      same(await table.rows(), before, "the row is as it was");
    },
  },
];
