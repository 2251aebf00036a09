import { expect, test } from "vitest";
import { base, bench, get, grant } from "./testing.fixture.ts";

test("an actor who asks too often is told when to come back; others and other tenants are not", async () => {
  const { handle, heard } = bench();
  const ask = (tenant: string, id: string) =>
    handle(get("/sync/status"), {
      ...base,
      perMinute: 2,
      authorize: () => ({ ...grant, tenant, actor: { id, role: "support" } }),
    });
  expect([(await ask("a", "u1")).status, (await ask("a", "u1")).status]).toEqual([200, 200]);
  const refused = await ask("a", "u1");
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "30"]);
  expect(await refused.json()).toMatchObject({ error: { code: "ACTOR_LIMITED" } });
  expect((await ask("a", "u2")).status).toBe(200);
  expect((await ask("b", "u1")).status).toBe(200);
  expect(heard).toHaveLength(4);
});
