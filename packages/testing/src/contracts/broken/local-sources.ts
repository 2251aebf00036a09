import type { LocalSource, LocalWrite } from "@hubspoke/core/ports";

/** A correct source with one duty broken, and the case that must notice. Wrapped around any source that keeps all. */
export interface BrokenLocalSource {
  /** Which duty is broken, in words. */
  readonly name: string;
  /** The id of the case that must fail; every other one must pass. */
  readonly caughtBy: string;
  /** Leaves the source it is given as it is. */
  wrap(source: LocalSource): LocalSource;
}

const everyKeyIsNew = (write: LocalWrite): LocalWrite =>
  write.kind === "create" ? { ...write, idempotencyKey: `${write.idempotencyKey} ${crypto.randomUUID()}` } : write;

async function atTheLatest(source: LocalSource, tenant: string, write: LocalWrite): Promise<LocalWrite> {
  if (write.kind === "create") return write;
  const [record] = await source.read(tenant, [write.id]);
  return record === undefined ? write : { ...write, expectedVersion: record.version };
}

/** Sources that are wrong on purpose, each with the case that catches it. */
export const brokenLocalSources: readonly BrokenLocalSource[] = [
  {
    name: "reads without asking whose it is",
    caughtBy: "local.tenant.alone",
    wrap: (source) => ({ ...source, read: (_tenant, ids) => source.read("a", ids) }),
  },
  {
    name: "writes without asking whose it is",
    caughtBy: "local.tenant.alone",
    wrap: (source) => ({ ...source, write: (_tenant, writes) => source.write("a", writes) }),
  },
  {
    name: "finds without asking whose it is",
    caughtBy: "local.tenant.alone",
    wrap: (source) => ({ ...source, findBy: (_tenant, field, values) => source.findBy("a", field, values) }),
  },
  {
    name: "folds without asking whose it is",
    caughtBy: "local.find-folded",
    wrap: (source) => ({
      ...source,
      findFolded: async (_tenant, field, keys) => (await source.findFolded?.("a", field, keys)) ?? [],
    }),
  },
  {
    name: "tells everybody of every change",
    caughtBy: "local.changes.of-one-tenant",
    wrap: (source) => ({ ...source, changes: (_tenant, cursor, limit) => source.changes("a", cursor, limit) }),
  },
  {
    name: "takes a name for another without its case",
    caughtBy: "local.tenant.alone",
    wrap: (source) => ({ ...source, read: (tenant, ids) => source.read(tenant.toLowerCase().trim(), ids) }),
  },
  {
    name: "writes over what was edited meanwhile",
    caughtBy: "local.write.guard",
    wrap: (source) => ({
      ...source,
      write: async (tenant, writes) =>
        source.write(tenant, await Promise.all(writes.map((one) => atTheLatest(source, tenant, one)))),
    }),
  },
  {
    name: "deletes what was edited meanwhile",
    caughtBy: "local.delete.guard",
    wrap: (source) => ({
      ...source,
      delete: async (tenant, deletes) => {
        const records = await source.read(
          tenant,
          deletes.map((one) => one.id),
        );
        const latest = new Map(records.map((record) => [record.id, record.version]));
        return source.delete(
          tenant,
          deletes.map(({ id }) => ({ id, expectedVersion: latest.get(id) ?? "" })),
        );
      },
    }),
  },
  {
    name: "creates again for the same key",
    caughtBy: "local.create.once",
    wrap: (source) => ({ ...source, write: (tenant, writes) => source.write(tenant, writes.map(everyKeyIsNew)) }),
  },
  {
    name: "shares a key among tenants",
    caughtBy: "local.create.once",
    wrap: (source) => ({
      ...source,
      write: (tenant, writes) => source.write(writes.some((one) => one.kind === "create") ? "a" : tenant, writes),
    }),
  },
  {
    name: "answers in another order",
    caughtBy: "local.write.in-order",
    wrap: (source) => ({
      ...source,
      write: async (tenant, writes) => (await source.write(tenant, writes)).toReversed(),
    }),
  },
  {
    name: "keeps its own writes to itself",
    caughtBy: "local.changes.own-writes",
    wrap: (source) => {
      const mine = new Set<string>();
      return {
        ...source,
        write: async (tenant, writes) => {
          const results = await source.write(tenant, writes);
          for (const result of results) if (result.outcome === "written") mine.add(result.record.id);
          return results;
        },
        changes: async (tenant, cursor, limit) => {
          const page = await source.changes(tenant, cursor, limit);
          return { ...page, changes: page.changes.filter(({ id }) => !mine.has(id)) };
        },
      };
    },
  },
  {
    name: "forgets deletes",
    caughtBy: "local.changes.deletes",
    wrap: (source) => ({
      ...source,
      capabilities: { ...source.capabilities, deletes: "feed" },
      changes: async (tenant, cursor, limit) => {
        const page = await source.changes(tenant, cursor, limit);
        return { ...page, changes: page.changes.filter(({ deleted }) => !deleted) };
      },
    }),
  },
  {
    name: "takes up the feed where the first reading ended",
    caughtBy: "local.changes.during-the-first-reading",
    wrap: (source) => ({
      ...source,
      changes: async (tenant, cursor, limit) => {
        const page = await source.changes(tenant, cursor, limit);
        if (page.more || cursor === null || !cursor.includes('"walk"')) return page;
        const now = await source.changes(tenant, page.cursor, 10_000);
        return { ...page, cursor: now.cursor };
      },
    }),
  },
  {
    name: "answers with the version that was",
    caughtBy: "local.write.version-goes-on",
    wrap: (source) => ({
      ...source,
      write: async (tenant, writes) => {
        const results = await source.write(tenant, writes);
        return results.map((result, i) => {
          const write = writes[i];
          return result.outcome === "written" && write?.kind === "update"
            ? { ...result, record: { ...result.record, version: write.expectedVersion } }
            : result;
        });
      },
    }),
  },
];
