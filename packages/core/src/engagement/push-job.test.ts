import { expect, test } from "vitest";
import { HubspokeError } from "../errors/hubspoke-error.ts";
import { memoryStorage } from "../memory/memory-storage.ts";
import { engagementJob, type PushDeps } from "./push-job.ts";

test("a score that is refused, and a tenant whose grant is over, hold up no other; the job says that it failed", async () => {
  const store = memoryStorage().engagement;
  const row = { portalId: "62515", score: 7, pushedScore: null, counts: {}, updatedAt: 0, version: 0 };
  for (const tenant of ["acme", "bolt"])
    for (const contactId of ["1", "2"]) await store.putScore({ ...row, tenant, contactId });
  const written: string[] = [];
  const updateMany: PushDeps["crm"]["updateMany"] = async ({ tenant }, _object, rows) =>
    rows.map(({ id }, index) => {
      if (id === "1") return { index, ok: false, code: "VALIDATION_FAILED", status: 400, properties: ["score"] };
      written.push(`${tenant} ${id}`);
      return { index, ok: true, value: { id, properties: {}, createdAt: "", updatedAt: "", archived: false } };
    });
  const job = engagementJob({
    store,
    crm: {
      updateMany,
      async portalOf(tenant) {
        if (tenant === "over") throw new HubspokeError("AUTH_DISCONNECTED", "its grant is over");
        return "62515";
      },
    },
    refresh: async () => {
      throw new Error("nothing fades");
    },
    tenants: async () => ["over", "acme", "bolt"],
    logger: { debug() {}, info() {}, warn() {}, error() {} },
    property: "score",
  });
  await store.putScore({ ...row, tenant: "over", contactId: "9" });
  const run = () => job.run({ now: 0, deadline: 60_000, signal: new AbortController().signal });
  await expect(run()).rejects.toMatchObject({ code: "AUTH_DISCONNECTED" });
  await expect(run()).rejects.toMatchObject({ code: "AUTH_DISCONNECTED" });
  expect(written, "each once").toEqual(["acme 2", "bolt 2"]);
});
