import { createHubSpoke, type Hubspoke, privateApp } from "@hubspoke/core";
import { memoryStorage } from "@hubspoke/core/memory";
import type { AuditRow } from "@hubspoke/core/ports";
import { createHubSpotSimulator } from "@hubspoke/testing";
import { expect, onTestFinished, test } from "vitest";

const ctx = { tenant: "acme", actor: { id: "u1", role: "admin" } };

test("another key under a known id is told of in a look-up, and nothing is kept or recorded: rows of two keys under one id could not be told apart", async () => {
  const simulator = createHubSpotSimulator({
    seed: 3,
    portals: [{ id: 62515, tokens: [{ token: "pat-one-62515" }] }],
  });
  simulator.seedContacts(5);
  const server = await simulator.listen({ port: 0 });
  const storage = { ...memoryStorage(), close: async () => {} };
  const phone = simulator.portal(62515).contacts.list()[0]?.properties.phone ?? "";
  const open: Hubspoke[] = [];
  const of = (bytes: number) => {
    const hubspoke = createHubSpoke({
      auth: privateApp("pat-one-62515"),
      storage,
      keys: { current: "k1", keys: { k1: Buffer.alloc(32, bytes).toString("base64") } },
      baseUrl: server.url,
      defaultRegion: "CA",
    });
    open.push(hubspoke);
    return hubspoke;
  };
  onTestFinished(async () => {
    for (const hubspoke of open) await hubspoke.close();
    await server.close();
  });
  const recorded: AuditRow[] = [];
  const { append } = storage.audit;
  storage.audit.append = async (rows) => append(rows.filter((row) => recorded.push(row)));
  const mine = of(1);
  expect(await mine.directory.lookupByPhone(phone, ctx)).toMatchObject({ source: "hubspot" });
  const cached = await storage.cache.stats(ctx.tenant, "62515", 0);
  const cursors = await storage.cursors.list(ctx.tenant, "");
  const other = of(2);
  const told = { contact: null, degraded: { code: "KEY_MISMATCH" } };
  expect(await other.directory.lookupByPhone(phone, ctx)).toMatchObject(told);
  expect(await other.directory.search("ann", ctx)).toMatchObject({ contacts: [], degraded: told.degraded });
  await expect(other.directory.lookupByPhone(phone, ctx, { throwOnFailure: true })).rejects.toMatchObject({
    code: "KEY_MISMATCH",
    message: expect.stringContaining('"k1"'),
  });
  await expect(other.privacy.erase({ phone }, ctx)).rejects.toMatchObject({ code: "KEY_MISMATCH" });
  await other.close();
  expect(await storage.cache.stats(ctx.tenant, "62515", 0)).toEqual(cached);
  expect(await storage.history.scan(ctx.tenant, null, 10)).toEqual([]);
  expect(await storage.cursors.list(ctx.tenant, "")).toEqual(cursors);
  const failures = recorded.filter(({ errorCode }) => errorCode === "KEY_MISMATCH");
  expect(failures.map(({ subjectIndex }) => subjectIndex)).toEqual([null, null, null]);
  expect(await of(1).directory.lookupByPhone(phone, ctx)).toMatchObject({ source: "cache" });
});
