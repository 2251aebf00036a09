import { readFile } from "node:fs/promises";
import { d1Storage } from "@hubspoke/storage-d1";
import { latestVersion } from "@hubspoke/storage-kysely";
import { describe, expect, it } from "vitest";
import { d1Databases, runScript, schemaOf } from "./databases.ts";

const d1 = d1Databases();

const onRecord = (version: number): Promise<string> =>
  readFile(new URL(`../../storage-kysely/test/schemas/v${version}.sql`, import.meta.url), "utf8");

describe("the schema", () => {
  it("from empty is exactly the one on record", async () => {
    const binding = d1();
    const storage = d1Storage(await binding());
    expect(await storage.schemaVersion()).toBe(0);
    expect(await storage.migrate()).toMatchObject({ from: 0, to: latestVersion });
    expect(await storage.migrate()).toMatchObject({ from: latestVersion, applied: [] });
    expect(await schemaOf(await binding())).toBe(await onRecord(latestVersion));
  });

  it("is reached from every version that is on record", async () => {
    for (let version = 1; version < latestVersion; version++) {
      const binding = await d1()();
      await runScript(binding, await onRecord(version));
      for (let v = 1; v <= version; v++) await runScript(binding, `insert into hubspoke_schema values (${v}, 'v${v}')`);
      expect((await d1Storage(binding).migrate()).from).toBe(version);
      expect(await schemaOf(binding)).toBe(await onRecord(latestVersion));
    }
  });
});

describe("a migration", () => {
  it("that fails in the middle leaves nothing, says so, and goes on when it can", async () => {
    const binding = await d1()();
    await runScript(binding, "create table hubspoke_links (of_somebody_else text)");
    await expect(d1Storage(binding).migrate()).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
    expect(await schemaOf(binding)).toBe("CREATE TABLE hubspoke_links (of_somebody_else text);\n");
    await runScript(binding, "drop table hubspoke_links");
    expect(await d1Storage(binding).migrate()).toMatchObject({ from: 0, to: latestVersion });
  });

  it("under `manual` waits to be asked for", async () => {
    const binding = await d1()();
    const storage = d1Storage(binding, { migrate: "manual" });
    await expect(storage.tenants.get("a")).rejects.toMatchObject({ code: "SCHEMA_MISSING" });
    expect(await schemaOf(binding)).toBe("");
    await storage.migrate();
    expect(await storage.tenants.get("a"), "the same storage goes on once it was migrated").toBe(null);
  });

  it.each(["auto", "manual"] as const)("of a newer library is left alone (%s)", async (migrate) => {
    const binding = await d1()();
    await d1Storage(binding).migrate();
    await runScript(binding, `insert into hubspoke_schema values (${latestVersion + 1}, 'from the future')`);
    const storage = d1Storage(binding, { migrate });
    for (const call of [() => storage.tenants.pin("a", "100", 1), () => storage.migrate()]) {
      await expect(call()).rejects.toMatchObject({ code: "SCHEMA_NEWER" });
    }
    expect((await binding.prepare("select * from hubspoke_tenants").all()).results).toEqual([]);
  });
});
