import { describe, expect, it } from "vitest";
import { contact, type Routes, testClients } from "../client/test-clients.fixture.ts";
import type { RemotePort } from "../sync/remote-port.ts";
import { remotePortFor } from "./remote-port-adapter.ts";

const scope = { tenant: "acme", object: "contacts", lane: "incremental" } as const;
const search = "POST /crm/objects/2026-09/contacts/search";

function port(routes: Routes): ReturnType<typeof testClients> & { remote: RemotePort } {
  const test = testClients(routes);
  return { ...test, remote: remotePortFor(test.clients) };
}

/** A search index with HubSpot's cap: records by time, then id. */
function index(records: readonly { id: number; at: number }[]): { routes: Routes; asked: () => number } {
  let asked = 0;
  const matches = (
    record: { id: number; at: number },
    filter: { propertyName: string; operator: string; value: string },
  ): boolean => {
    const value = filter.propertyName === "hs_object_id" ? record.id : record.at;
    return filter.operator === "EQ"
      ? value === Number(filter.value)
      : filter.operator === "GT"
        ? value > Number(filter.value)
        : value >= Number(filter.value);
  };
  const routes: Routes = {
    [search]: ({ body }) => {
      asked++;
      const { filterGroups, sorts, after, limit } = body as {
        filterGroups: { filters: never[] }[];
        sorts: { propertyName: string }[];
        after?: string;
        limit: number;
      };
      const found = records.filter((record) => filterGroups[0]?.filters.every((filter) => matches(record, filter)));
      const byId = sorts[0]?.propertyName === "hs_object_id";
      // HubSpot promises no order among equal times: the reverse of ids is the unkind one.
      found.sort((a, b) => (byId ? a.id - b.id : a.at - b.at || b.id - a.id));
      const from = Number(after ?? 0);
      if (from + limit > 10_000) return { status: 400, body: {} };
      const results = found
        .slice(from, from + limit)
        .map((record) => contact(String(record.id), { lastmodifieddate: new Date(record.at).toISOString() }));
      return {
        body: {
          total: found.length,
          results,
          ...(from + limit < found.length ? { paging: { next: { after: String(from + limit) } } } : {}),
        },
      };
    },
  };
  return { routes, asked: () => asked };
}

async function walk(
  records: readonly { id: number; at: number }[],
  since: number,
): Promise<{ ids: Set<string>; calls: number }> {
  const { routes, asked } = index(records);
  const { remote, run } = port(routes);
  const ids = new Set<string>();
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<RemotePort["changedSince"]>> = await run(
      remote.changedSince({ ...scope, since, after }),
    );
    for (const change of page.changes) ids.add(change.id);
    after = page.next;
  } while (after !== null);
  return { ids, calls: asked() };
}

describe("changes since a moment", () => {
  const start = Date.UTC(2026, 0, 1);

  it("are all found past the 10,000 a search can page through", async () => {
    const records = Array.from({ length: 12_345 }, (_, i) => ({ id: i + 1, at: start + i }));
    const { ids, calls } = await walk(records, start);
    expect(ids.size).toBe(12_345);
    expect(calls).toBeLessThanOrEqual(Math.ceil(12_345 / 200) + 1);
  });

  it("are all found when a bulk update gave 11,000 of them one timestamp", async () => {
    const records = [
      ...Array.from({ length: 300 }, (_, i) => ({ id: i + 1, at: start + i })),
      ...Array.from({ length: 11_000 }, (_, i) => ({ id: 1_000 + i, at: start + 500 })),
      ...Array.from({ length: 300 }, (_, i) => ({ id: 50_000 + i, at: start + 600 + i })),
    ];
    const { ids } = await walk(records, start);
    expect(ids.size).toBe(11_600);
  });

  it("leave out what is older, and include the moment itself", async () => {
    const { ids } = await walk(
      [
        { id: 1, at: start - 1 },
        { id: 2, at: start },
      ],
      start,
    );
    expect([...ids]).toEqual(["2"]);
  });

  it("refuse a position they did not give", async () => {
    const { remote, run } = port({});
    await expect(run(remote.changedSince({ ...scope, since: 0, after: "200" }))).rejects.toMatchObject({
      code: "INPUT_INVALID",
    });
  });
});
