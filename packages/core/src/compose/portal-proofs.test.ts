import { expect, test } from "vitest";
import { memoryStorage } from "../memory/memory-storage.ts";
import { cipher } from "../platform/node.ts";
import { portalProofsIn } from "./portal-proofs.ts";

function setup() {
  const storage = memoryStorage();
  let now = 1;
  return { storage, proofs: () => portalProofsIn({ storage, cipher, clock: { now: () => now++ } }) };
}

test("a token that HubSpot has placed is known to the next instance, another is not", async () => {
  const { storage, proofs } = setup();
  await proofs().keep("acme", "62515", "pat-1");
  expect(await proofs().read("acme", "pat-1"), "without a pin there is nothing to be of").toBe(null);
  await storage.tenants.pin("acme", "62515", 1);
  expect(await proofs().read("acme", "pat-1")).toBe("62515");
  expect(await proofs().read("acme", "pat-2")).toBe(null);
  expect(await proofs().read("other", "pat-1")).toBe(null);
});

test("a tenant that was moved does not take its tokens along", async () => {
  const { storage, proofs } = setup();
  await storage.tenants.pin("acme", "1", 1);
  await proofs().keep("acme", "1", "pat-1");
  await storage.tenants.rebind("acme", "1", "2", 2);
  expect(await proofs().read("acme", "pat-1")).toBe(null);
});

test("the last tokens are kept, as hashes; racers lose nothing but a question", async () => {
  const { storage, proofs } = setup();
  await storage.tenants.pin("acme", "1", 1);
  for (let i = 0; i < 10; i++) await proofs().keep("acme", "1", `pat-${i}`);
  expect(await proofs().read("acme", "pat-9")).toBe("1");
  expect(await proofs().read("acme", "pat-1")).toBe(null);
  const [row] = await storage.cursors.list("acme", "portal-tokens");
  expect(row?.value).toMatch(/^([0-9a-f]{32} ){7}[0-9a-f]{32}$/);
  await Promise.all(["a", "b", "c"].map((token) => proofs().keep("acme", "1", token)));
  const known = await Promise.all(["a", "b", "c"].map((token) => proofs().read("acme", token)));
  expect(known).toContain("1");
});
