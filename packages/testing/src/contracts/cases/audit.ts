import type { AuditRow, AuditStore, Storage } from "@hubspoke/core/ports";
import { refused, same } from "../check.ts";
import type { ContractCase } from "../contract.ts";
import { batchSizes, times } from "../race.ts";
import { auditRow, bytes } from "../rows.ts";

const all = async (audit: AuditStore, tenant = "a"): Promise<readonly AuditRow[]> =>
  (await audit.query({ tenant, limit: 5_000 })).items;
const ids = (rows: readonly AuditRow[]): string[] => rows.map((row) => row.id);

/** What an audit store must do. */
export const auditCases: readonly ContractCase<Pick<Storage, "audit">>[] = [
  {
    id: "audit.round-trip",
    async run(t) {
      const { audit } = await t.open();
      const nothing = { purpose: null, subjectIndex: null, contactId: null, requestId: null, sealed: null };
      const rows = [
        auditRow("r2", { at: t.now + 1, outcome: "failed", errorCode: "TIMEOUT" }),
        auditRow("r1", nothing),
      ];
      await audit.append(rows);
      same(await all(audit), rows, "rows come back as they were appended, newest first");
    },
  },
  {
    id: "audit.append.again",
    async run(t) {
      const { audit } = await t.open();
      await audit.append([auditRow("r1")]);
      await audit.append([auditRow("r1"), auditRow("r2")]);
      same(ids(await all(audit)), ["r2", "r1"], "a flush that is repeated counts nothing twice");
    },
  },
  {
    id: "audit.batch.atomic",
    async run(t) {
      const { audit } = await t.open();
      const tooLarge = auditRow("r2", { sealed: new Uint8Array(t.capabilities.maxValueBytes + 1) });
      await refused("STORE_VALUE_TOO_LARGE", audit.append([auditRow("r1"), tooLarge]), "an oversized value");
      same(await all(audit), [], "one bad row leaves nothing of its batch");
    },
  },
  {
    id: "audit.batch.sizes",
    async run(t) {
      const { audit } = await t.open();
      for (const size of batchSizes) {
        await audit.append(times(size, (i) => auditRow(`${size}-${i}`, { actorId: `u${size}` })));
        const found = await audit.query({ tenant: "a", actorId: `u${size}`, limit: 5_000 });
        same(found.items.length, size, `${size} rows are appended`);
      }
    },
  },
  {
    id: "audit.page",
    async run(t) {
      const { audit } = await t.open();
      await audit.append(times(7, (i) => auditRow(`r${i}`, { at: i < 5 ? t.now : t.now - i })));
      const first = await audit.query({ tenant: "a", limit: 3 });
      await audit.append([auditRow("r9", { at: t.now + 9 })]);
      const second = await audit.query({ tenant: "a", limit: 3, after: first.next as string });
      const third = await audit.query({ tenant: "a", limit: 3, after: second.next as string });
      const seen = [first, second, third].flatMap((page) => ids(page.items));
      same(seen, ["r4", "r3", "r2", "r1", "r0", "r5", "r6"], "pages neither repeat nor skip rows of one time");
      same(third.next, undefined, "the last page says so");
      const exact = await audit.query({ tenant: "a", limit: 8 });
      same([exact.items.length, exact.next], [8, undefined], "a full last page too");
      const broken = audit.query({ tenant: "a", limit: 3, after: "no cursor" });
      await refused("INPUT_INVALID", broken, "a cursor that is none is refused");
    },
  },
  {
    id: "audit.filters",
    async run(t) {
      const { audit } = await t.open();
      await audit.append([
        auditRow("1", { at: 10 }),
        auditRow("2", { at: 20, subjectIndex: "s2", contactId: null }),
        auditRow("3", { at: 30, actorId: "u2" }),
        auditRow("4", { at: 40, contactId: "502" }),
      ]);
      const found = async (query: Omit<Parameters<AuditStore["query"]>[0], "tenant" | "limit">): Promise<string[]> =>
        ids((await audit.query({ tenant: "a", limit: 9, ...query })).items);
      same(await found({ subjectIndexes: ["s2", "s9"] }), ["2"], "by subject");
      same(await found({ subjectIndexes: ["s1", "s2"] }), ["4", "3", "2", "1"], "by several");
      same(await found({ subjectIndexes: [] }), [], "by none of them");
      same(await found({ contactId: "501" }), ["3", "1"], "by contact");
      same(await found({ actorId: "u2" }), ["3"], "by actor");
      same(await found({ from: 20, to: 40 }), ["3", "2"], "from a time up to another");
      same(await found({ actorId: "u1", contactId: "501", from: 5 }), ["1"], "by all that is given");
    },
  },
  {
    id: "audit.forget",
    async run(t) {
      const { audit } = await t.open();
      await audit.append([
        auditRow("1"),
        auditRow("2", { subjectIndex: "s2" }),
        auditRow("3", { subjectIndex: "s3", contactId: "503" }),
      ]);
      same(await audit.forget("a", ["s1"], ["501"]), 2, "by index or by contact");
      const forgotten = { subjectIndex: null, contactId: null, sealed: null };
      const wanted = [
        auditRow("3", { subjectIndex: "s3", contactId: "503" }),
        auditRow("2", forgotten),
        auditRow("1", forgotten),
      ];
      same(await all(audit), wanted, "who asked, when and with what outcome stays");
      same(await audit.forget("a", [], []), 0, "nobody named, nobody forgotten");
    },
  },
  {
    id: "audit.reseal",
    async run(t) {
      const { audit } = await t.open();
      await audit.append([auditRow("r1", { at: t.now }), auditRow("r2"), auditRow("r1", { tenant: "b", at: t.now })]);
      await audit.append([auditRow("bare", { sealed: null }), auditRow("erased", { contactId: "502" })]);
      await audit.forget("a", [], ["502"]);
      const under = (id: string, at = 1_000) => ({ tenant: "a", id, at, sealed: bytes(6, 7) });
      const changed = await audit.reseal([
        under("r1", t.now),
        under("r2"),
        under("bare"),
        under("erased"),
        under("gone"),
      ]);
      same(changed, 2, "rows that have a sealed part");
      same(
        (await all(audit)).map(({ id, sealed }) => [id, sealed?.length ?? null]),
        [
          ["r1", 6],
          ["r2", 6],
          ["erased", null],
          ["bare", null],
        ],
        "an erased one stays empty",
      );
      same((await all(audit, "b"))[0]?.sealed, bytes(20), "another tenant's row stays as it was");
      same(await audit.reseal([]), 0, "nothing, no row");
    },
  },
  {
    id: "audit.retention",
    async run(t) {
      const { audit } = await t.open();
      await audit.append(times(5, (i) => auditRow(`r${i}`, { at: i })));
      same(await audit.deleteBefore("a", 3, 2), 2, "no more than the limit");
      same(await audit.deleteBefore("a", 3, 9), 1, "the rest of what is older");
      same(ids(await all(audit)), ["r4", "r3"], "what is not older stays");
    },
  },
  {
    id: "audit.tenants",
    async run(t) {
      const { audit } = await t.open();
      await audit.append([auditRow("r1"), auditRow("r1", { tenant: "b", outcome: "denied" })]);
      same(
        (await all(audit, "b")).map((row) => row.outcome),
        ["denied"],
        "equal ids of tenants never meet",
      );
      same(await all(audit, "c"), [], "another tenant reads nothing");
      const query = { tenant: "c", subjectIndexes: ["s1"], contactId: "501", actorId: "u1", limit: 9 };
      same((await audit.query(query)).items, [], "by no filter");
      same(await audit.forget("c", ["s1"], ["501"]), 0, "and forgets nothing");
      same(await audit.deleteBefore("c", t.now, 9), 0, "and deletes nothing");
      same(await all(audit), [auditRow("r1")], "a's row is as it was");
    },
  },
];
