import { describe, expect, it } from "vitest";
import { office } from "./search/office.fixture.ts";
import { staff } from "./testing.fixture.ts";

describe("the cache, for whoever runs it", () => {
  const admin = { ...staff, actor: { id: "root", role: "admin" } };

  it("tells what it holds and how often it helped, and is emptied", async () => {
    const { directory, auditRows, hubspot } = office();
    await directory.lookupByPhone("9025551234", staff);
    await directory.lookupByPhone("9025551234", staff);
    await directory.lookupByPhone("9025559999", staff);
    expect(await directory.cacheStats(admin)).toMatchObject({
      positive: 1,
      negative: 1,
      stale: 0,
      inMemory: 2,
      hits: 1,
      misses: 2,
    });
    expect(await directory.clearCache(admin)).toBe(2);
    expect(await directory.cacheStats(admin)).toMatchObject({ positive: 0, negative: 0, inMemory: 0 });
    const calls = hubspot.calls.length;
    await directory.lookupByPhone("9025551234", staff);
    expect(hubspot.calls).toHaveLength(calls + 1);
    expect((await auditRows()).map(({ action }) => action)).toContain("cache-clear");
  });

  it("is no business of others", async () => {
    const { directory } = office();
    await expect(directory.cacheStats(staff)).rejects.toMatchObject({ code: "ACCESS_DENIED" });
    await expect(directory.clearCache(staff)).rejects.toMatchObject({ code: "ACCESS_DENIED" });
  });
});
