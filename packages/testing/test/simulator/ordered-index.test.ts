import * as fc from "fast-check";
import { expect, it } from "vitest";
import { OrderedIndex } from "../../src/simulator/base/ordered-index.ts";
import { bench, CONTACTS, UNLIMITED } from "./helpers.ts";

const entry = fc.record({ key: fc.nat(400), tie: fc.nat(20), drop: fc.boolean() });

it("keeps what a sorted list keeps, over many blocks", () => {
  fc.assert(
    fc.property(
      fc.array(entry, { maxLength: 60 }),
      fc.nat(9_000),
      fc.constantFrom(1, -1),
      fc.nat(9_000),
      fc.nat(9_000),
      (edits, many, direction, a, b) => {
        const index = new OrderedIndex<string>();
        const model = new Map<string, { key: number; tie: number }>();
        const insert = (key: number, tie: number) => {
          if (model.has(`${key}/${tie}`)) return;
          model.set(`${key}/${tie}`, { key, tie });
          index.insert(key, tie, `${key}/${tie}`);
        };
        for (let i = 0; i < many; i++) insert(direction * i, 100);
        for (const { key, tie, drop } of edits) {
          if (!drop) insert(key, tie);
          else if (model.delete(`${key}/${tie}`)) index.remove(key, tie);
          else index.remove(key, tie);
        }
        const sorted = [...model].toSorted(([, x], [, y]) => x.key - y.key || x.tie - y.tie);
        const names = sorted.map(([name]) => name);
        expect(index.size).toBe(names.length);
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        expect([...index.slice(from, to)]).toEqual(names.slice(from, to));
        expect([...index.slice(from, to, true)]).toEqual(names.slice(from, to).reverse());
        const key = a - 4_500;
        expect(index.rank(key, 50)).toBe(sorted.filter(([, x]) => x.key < key || (x.key === key && x.tie < 50)).length);
        if (sorted.length > 0) expect(index.ends).toEqual({ low: sorted[0]?.[1].key, high: sorted.at(-1)?.[1].key });
      },
    ),
    { numRuns: 60 },
  );
});

const operator = fc.constantFrom("GT", "GTE", "LT", "LTE", "EQ");
const question = fc.record({
  filters: fc.uniqueArray(fc.record({ by: fc.constantFrom("id", "modified", "created"), operator, at: fc.nat(600) }), {
    maxLength: 3,
    selector: ({ by, operator }) => by + operator,
  }),
  sort: fc.constantFrom("id", "modified", "created"),
  descending: fc.boolean(),
  limit: fc.integer({ min: 20, max: 200 }),
});

const PROPERTIES = { id: "hs_object_id", modified: "lastmodifieddate", created: "createdate" };

it("pages by ids and times, filtered by any of them, show what sorting everything would", async () => {
  const { sim, clock, call } = bench(UNLIMITED);
  const contacts = sim.portal().contacts;
  // More ids than the search's counters, so that a counter stands for several of them.
  for (let i = 0; i < 600; i++) {
    contacts.create({ firstname: String(i) });
    if (i % 3 === 0) await clock.advance(1_000);
  }
  // Modified in another order than created.
  for (const { id } of contacts
    .list()
    .filter((_, i) => i % 7 === 3)
    .reverse()) {
    contacts.update(id, { city: "X" });
    await clock.advance(500);
  }
  const rows = contacts.list().map(({ id, createdAt, updatedAt }) => ({
    id: Number(id),
    created: createdAt,
    modified: updatedAt,
  }));
  const compare: Record<string, (x: number, y: number) => boolean> = {
    GT: (x, y) => x > y,
    GTE: (x, y) => x >= y,
    LT: (x, y) => x < y,
    LTE: (x, y) => x <= y,
    EQ: (x, y) => x === y,
  };
  await fc.assert(
    fc.asyncProperty(question, async ({ filters, sort, descending, limit }) => {
      const asked = filters.map(({ by, operator, at }) => ({ by, operator, value: rows[at % rows.length]![by] }));
      const filterGroups = [
        {
          filters: asked.map(({ by, operator, value }) => ({
            propertyName: PROPERTIES[by],
            operator,
            value: String(value),
          })),
        },
      ];
      const expected = rows
        .filter((row) => asked.every(({ by, operator, value }) => compare[operator]!(row[by], value)))
        .toSorted((x, y) => (x[sort] - y[sort] || x.id - y.id) * (descending ? -1 : 1))
        .map(({ id }) => String(id));
      const sorts = [{ propertyName: PROPERTIES[sort], direction: descending ? "DESCENDING" : "ASCENDING" }];
      const seen: string[] = [];
      for (let after = "0"; after !== ""; ) {
        const { body } = await call(`POST ${CONTACTS}/search`, { filterGroups, sorts, limit, after });
        expect(body.total).toBe(expected.length);
        expect(body.results).toHaveLength(Math.min(limit, expected.length - Number(after)));
        seen.push(...body.results.map((row: { id: string }) => row.id));
        after = body.paging?.next.after ?? "";
      }
      expect(seen).toEqual(expected);
    }),
    { numRuns: 200 },
  );
});

it("pages by id are right where many ids are counted together", async () => {
  const { sim, call } = bench(UNLIMITED);
  const ids = sim.seedContacts(20_000);
  const rows = sim.portal().contacts.list();
  const since = String(rows[5_000]!.updatedAt);
  for (const direction of ["ASCENDING", "DESCENDING"]) {
    const expected = direction === "ASCENDING" ? ids.slice(5_000) : ids.slice(5_000).reverse();
    for (const [after, limit] of [
      [0, 200],
      [199, 1],
      [4_321, 77],
      [9_800, 200],
    ] as const) {
      const { body } = await call(`POST ${CONTACTS}/search`, {
        filterGroups: [{ filters: [{ propertyName: "lastmodifieddate", operator: "GTE", value: since }] }],
        sorts: [{ propertyName: "hs_object_id", direction }],
        limit,
        after: String(after),
      });
      expect(body.total).toBe(15_000);
      expect(body.results.map((row: { id: string }) => row.id)).toEqual(expected.slice(after, after + limit));
    }
  }
});
