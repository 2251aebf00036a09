import type { Mutant } from "./mutant.ts";
import { local } from "./plant.ts";

const hourMs = 3_600_000;

export const atTheLocalSide: readonly Mutant[] = [
  local("local writes ignore the version", () => (source) => ({
    write: async (tenant, writes) => {
      const ids = writes.flatMap((write) => (write.kind === "update" ? [write.id] : []));
      const versions = new Map((await source.read(tenant, ids)).map(({ id, version }) => [id, version]));
      const now = writes.map((write) =>
        write.kind === "update"
          ? { ...write, expectedVersion: versions.get(write.id) ?? write.expectedVersion }
          : write,
      );
      return source.write(tenant, now);
    },
  })),
  local("local creates are not idempotent", () => {
    let keys = 0;
    return (source) => ({
      write: (tenant, writes) =>
        source.write(
          tenant,
          writes.map((write) => (write.kind === "create" ? { ...write, idempotencyKey: `key-${++keys}` } : write)),
        ),
    });
  }),
  local("the last change of a page is skipped", () => (source) => ({
    changes: async (...query) => {
      const page = await source.changes(...query);
      return { ...page, changes: page.changes.slice(0, -1) };
    },
  })),
  local("local edit times are an hour ahead", () => (source) => ({
    read: async (...query) => {
      const records = await source.read(...query);
      return records.map(({ fieldTimes = {}, ...record }) => ({
        ...record,
        fieldTimes: Object.fromEntries(Object.entries(fieldTimes).map(([name, at]) => [name, at + hourMs])),
      }));
    },
  })),
  local("the local source matches nobody", () => () => ({ findBy: async () => [] })),
  local("a stale local write is taken for done", () => (source) => ({
    write: async (tenant, writes) => {
      const outcomes = await source.write(tenant, writes);
      const records = await source.read(
        tenant,
        writes.flatMap((write) => (write.kind === "update" ? [write.id] : [])),
      );
      return outcomes.map((outcome, i) => {
        const write = writes[i];
        const record = records.find(({ id }) => write?.kind === "update" && id === write.id);
        return outcome.outcome === "stale" && record !== undefined ? { outcome: "written", record } : outcome;
      });
    },
  })),
  local("local deletes do nothing", () => () => ({ delete: async (_tenant, deletes) => deletes.map(() => "deleted") })),
];
