import type { HistoryRow, Storage } from "@hubspoke/core/ports";
import { same } from "../check.ts";
import type { ContractCase } from "../contract.ts";
import { times } from "../race.ts";
import { bytes, historyRow } from "../rows.ts";

const subjects = (rows: readonly HistoryRow[]): string[] => rows.map((row) => row.subject);

export const historyCases: readonly ContractCase<Pick<Storage, "history">>[] = [
  {
    id: "history.newest-first",
    async run(t) {
      const { history } = await t.open();
      const rows = times(5, (i) => historyRow(`s${i}`, { at: t.now + i, sealed: bytes(30, i) }));
      for (const row of rows) await history.put(row);
      await history.put(historyRow("other kind", { kind: "recent", contactId: "501", id: "recent", at: t.now + 9 }));
      await history.put(historyRow("s1", { actorId: "u2", id: "row-u2", at: t.now + 9 }));
      same(
        await history.list("a", "u1", "search", 3),
        rows.slice(2).reverse(),
        "an actor's rows of a kind, newest first",
      );
      same(subjects(await history.list("a", "u1", "recent", 9)), ["other kind"], "kinds stand apart");
    },
  },
  {
    id: "history.one-row-per-subject",
    async run(t) {
      const { history } = await t.open();
      await history.put(historyRow("s1", { at: 10 }));
      await history.put(historyRow("s1", { id: "row-2", at: 20, contactId: "501", sealed: bytes(8), keyId: "k2" }));
      const newer = historyRow("s1", { id: "row-2", at: 20, contactId: "501", sealed: bytes(8), keyId: "k2" });
      same(await history.list("a", "u1", "search", 9), [newer], "the newer replaces the row, its id included");
      const again = { ...newer, id: "row-again", sealed: bytes(9), keyId: "k3" };
      await history.put(again);
      same(
        await history.list("a", "u1", "search", 9),
        [again],
        "so does one of the same time, as after a key rotation",
      );
      await history.put(newer);
      await history.put(historyRow("s1", { id: "row-3", at: 15 }));
      same(await history.list("a", "u1", "search", 9), [newer], "an older one that comes late does not");
    },
  },
  {
    id: "history.scan",
    async run(t) {
      const { history } = await t.open();
      for (const id of ["r3", "r1", "r2"]) await history.put(historyRow(id, { id, actorId: id }));
      const first = await history.scan("a", null, 2);
      same(subjects(first), ["r1", "r2"], "every actor's rows in the order of ids");
      same(subjects(await history.scan("a", "r2", 2)), ["r3"], "from where the last page ended");
      same(await history.delete("a", "r1"), true, "one row goes by its id");
      same(await history.delete("a", "r1"), false, "once");
    },
  },
  {
    id: "history.erasure",
    async run(t) {
      const { history } = await t.open();
      await history.put(historyRow("s1", { contactId: "501" }));
      await history.put(historyRow("s2", { contactId: "502", actorId: "u2" }));
      await history.put(historyRow("s3", { contactId: "501", actorId: "u2", kind: "recent" }));
      same(await history.deleteByContact("a", "501"), 2, "of every actor");
      same(await history.deleteByActor("a", "u1"), 0, "nothing is left of the first");
      same(await history.deleteByActor("a", "u2"), 1, "an actor who leaves takes their rows");
    },
  },
  {
    id: "history.retention",
    async run(t) {
      const { history } = await t.open();
      for (const row of times(5, (i) => historyRow(`s${i}`, { at: i }))) await history.put(row);
      same(await history.deleteBefore("a", 4, 2), 2, "no more than the limit");
      same(await history.deleteBefore("a", 4, 9), 2, "the rest of what is older");
      same(subjects(await history.list("a", "u1", "search", 9)), ["s4"], "what is not older stays");
    },
  },
  {
    id: "history.tenants",
    async run(t) {
      const { history } = await t.open();
      await history.put(historyRow("s1", { contactId: "501" }));
      await history.put(historyRow("s1", { tenant: "b", contactId: "501", sealed: bytes(3) }));
      await history.deleteByContact("a", "501");
      await history.deleteByActor("a", "u1");
      await history.deleteBefore("a", t.now, 9);
      await history.delete("a", "row-s1");
      same((await history.list("b", "u1", "search", 9))[0]?.sealed, bytes(3), "another tenant's rows stay");
      same(await history.scan("a", null, 9), [], "and are not seen");
    },
  },
];
