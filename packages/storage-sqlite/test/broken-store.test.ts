import { DatabaseSync } from "node:sqlite";
import type { Storage } from "@hubspoke/core/ports";
import { type SqliteDatabaseLike, sqliteStorage } from "@hubspoke/storage-sqlite";
import { ContractViolation, runCase, storageCases } from "@hubspoke/testing/contracts";
import { expect, it } from "vitest";
import { sqliteHarness } from "./sqlite-harness.ts";

/** A connection on which every statement is its own transaction, whatever it is told. */
function withoutTransactions(path: string): Storage {
  const database = new DatabaseSync(path);
  const ofTransactions = /^(begin|commit|rollback)/;
  const broken: SqliteDatabaseLike = {
    prepare: (sql) => database.prepare(ofTransactions.test(sql) ? "select 1" : sql),
    exec: (sql) => (ofTransactions.test(sql) ? undefined : database.exec(sql)),
    close: () => database.close(),
    isTransaction: false,
  };
  const storage = sqliteStorage({ database: broken });
  return { ...storage, close: () => storage.close().then(() => (database.isOpen ? database.close() : undefined)) };
}

it("a store whose batches are not one transaction is caught by links.batch.atomic-late", async () => {
  const named = storageCases.find(({ id }) => id === "links.batch.atomic-late");
  if (named === undefined) throw new Error("the case is gone");
  await runCase(
    named,
    sqliteHarness("as it should be", (path) => sqliteStorage({ path })),
  );
  const verdict = runCase(named, sqliteHarness("without transactions", withoutTransactions));
  await expect(verdict).rejects.toBeInstanceOf(ContractViolation);
});
