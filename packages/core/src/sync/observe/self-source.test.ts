import { describe, expect, test } from "vitest";
import { memoryStorage } from "../../memory/memory-storage.ts";
import { openSelfSource } from "./self-source.ts";

const [privateApp, oauthApp, script] = ["77", "88", "99"].map((sourceId) => ({ sourceType: "INTEGRATION", sourceId }));
const person = { sourceType: "CRM_UI", sourceId: "userId:1" };
if (privateApp === undefined || oauthApp === undefined || script === undefined) throw new Error("three apps");

async function source() {
  const { cursors } = memoryStorage();
  const open = () => openSelfSource(cursors, "t1", "62515");
  const self = await open();
  return { self, open, learn: (...versions: (typeof person)[]) => learnAll(self, versions) };
}

async function learnAll(self: Awaited<ReturnType<typeof openSelfSource>>, versions: readonly (typeof person)[]) {
  for (const version of versions) await self.learn(version, 1);
}

describe("how HubSpot signs our writes", () => {
  test("is not known before the first, and nothing is taken for ours or for another's", async () => {
    const { self, learn } = await source();
    await learn(person);
    expect([self.isOurs(privateApp), self.isOthers(privateApp)]).toEqual([false, false]);
  });

  test("is learned from the first, for every worker", async () => {
    const { self, open, learn } = await source();
    await learn(privateApp);
    for (const one of [self, await open()])
      expect([one.isOurs(privateApp), one.isOthers(privateApp), one.isOthers(script)]).toEqual([true, false, true]);
  });

  test("is learned anew when the tenant's token is another app's", async () => {
    const { self, open, learn } = await source();
    await learn(privateApp, oauthApp, oauthApp);
    expect(self.isOurs(oauthApp)).toBe(false);
    await learn(oauthApp);
    for (const one of [self, await open()])
      expect([one.isOurs(oauthApp), one.isOurs(privateApp)]).toEqual([true, false]);
  });

  test("is not another's who wrote the same as ours now and then", async () => {
    const { self, learn } = await source();
    await learn(privateApp, script, script, privateApp, script, person, script);
    expect(self.isOurs(privateApp)).toBe(true);
  });
});
