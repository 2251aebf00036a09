import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { sqliteStorage } from "@hubspoke/storage-sqlite";
import { expect, it } from "vitest";
import { scratch } from "./scratch.ts";

it("processes on one file share the work: everything once, nothing lost", async () => {
  const path = join(await scratch(), "store.db");
  const storage = sqliteStorage({ path });
  const ids = Array.from({ length: 400 }, (_, i) => `e${i}`);
  await storage.inbox.record(
    ids.map((id) => ({
      id,
      dedupeKey: id,
      portalId: "100",
      subscriptionType: "contact.creation",
      objectType: "contacts",
      objectId: id,
      propertyName: null,
      occurredAt: 1,
      receivedAt: 1,
      attempt: 0,
      changeSource: null,
      sourceId: null,
      relatedIds: [],
      sealed: null,
    })),
  );
  const script = new URL("./fixtures/claimer.ts", import.meta.url).pathname;
  const run = promisify(execFile);
  const workers = await Promise.all(
    Array.from({ length: 3 }, () =>
      run(process.execPath, ["--conditions=@hubspoke/source", "--no-warnings", script, path]),
    ),
  );
  const done = workers.flatMap(({ stdout }) => JSON.parse(stdout) as string[]);
  expect(done.sort()).toEqual([...ids].sort());
  expect((await storage.inbox.depth()).waiting).toBe(0);
  await storage.close();
});
