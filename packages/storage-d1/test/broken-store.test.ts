import type { Storage } from "@hubspoke/core/ports";
import { type D1DatabaseLike, type D1ResultLike, d1Storage } from "@hubspoke/storage-d1";
import { ContractViolation, type Harness, runCase, storageCases } from "@hubspoke/testing/contracts";
import { expect, it } from "vitest";
import { d1Databases } from "./databases.ts";

const d1 = d1Databases();

/** A binding whose batch sends one statement after the other: what stood before a failure stays. */
function oneByOne(binding: D1DatabaseLike): D1DatabaseLike {
  return {
    prepare: (sql) => binding.prepare(sql),
    async batch(statements) {
      const results: D1ResultLike[] = [];
      for (const statement of statements) results.push(await statement.all());
      return results;
    },
  };
}

function harness(name: string, wrap: (binding: D1DatabaseLike) => D1DatabaseLike): Harness<Storage> {
  return {
    name,
    capabilities: { shared: true, durable: true, maxParams: 100, maxValueBytes: 900_000 },
    async space() {
      const binding = d1();
      // Migrated as it should be: the fault is in the writes.
      await d1Storage(await binding()).migrate();
      return {
        open: async () => d1Storage(wrap(await binding())),
        close: (store) => store.close(),
        remove: async () => {},
      };
    },
  };
}

it.each(["inbox", "cache", "links"])("batches sent one by one are caught by %s.batch.atomic-late", async (port) => {
  const named = storageCases.find(({ id }) => id === `${port}.batch.atomic-late`);
  if (named === undefined) throw new Error("the case is gone");
  await runCase(
    named,
    harness("as it should be", (binding) => binding),
  );
  await expect(runCase(named, harness("one by one", oneByOne))).rejects.toBeInstanceOf(ContractViolation);
});
