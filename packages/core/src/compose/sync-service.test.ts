import { expect, test } from "vitest";
import { HubspokeError } from "../errors/hubspoke-error.ts";
import { memoryStorage } from "../memory/memory-storage.ts";
import type { SyncHandle } from "../sync/engine/create-syncs.ts";
import { fakeClock } from "../sync/testing-fakes/fake-clock.fixture.ts";
import { createSyncRegistry } from "./sync-service.ts";

const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const ctx = { tenant: "acme", actor: { id: "u1", role: "admin" } };

test("a pass that is asked for while another runs is not ended with it", async () => {
  const clock = fakeClock();
  const ran: string[] = [];
  let meanwhile: () => Promise<unknown> = async () => {};
  const registry = createSyncRegistry({
    cursors: memoryStorage().cursors,
    clock,
    logger: quiet,
    portalOf: async () => "62515",
    pinnedPortal: () => "62515",
    tenants: async () => ["acme"],
    background: undefined,
  });
  const pass = (kind: string) => async () => {
    ran.push(kind);
    await meanwhile();
  };
  const handle = { name: "leads", for: () => ({ backfill: pass("backfill"), reconcile: pass("reconcile") }) };
  registry.add(handle as unknown as SyncHandle);
  const round = () => registry.job.run({ now: clock.now(), deadline: clock.now() + 1, signal: AbortSignal.any([]) });
  await registry.service.start("leads", "backfill", ctx);
  meanwhile = () => registry.service.start("leads", "reconcile", ctx);
  await round();
  meanwhile = async () => {};
  await round();
  await round();
  expect(ran).toEqual(["backfill", "reconcile"]);
  await registry.service.start("leads", "reconcile", ctx);
  await round();
  expect(ran).toEqual(["backfill", "reconcile", "reconcile"]);
});

test("a pass that fails for good because a grant is over keeps no other tenant from the one it asked for", async () => {
  const clock = fakeClock();
  const { cursors } = memoryStorage();
  const over = new HubspokeError("AUTH_DISCONNECTED", "the grant is over");
  const ran: string[] = [];
  let connected = true;
  const registry = createSyncRegistry({
    cursors,
    clock,
    logger: quiet,
    async portalOf(tenant) {
      if (tenant === "bolt" && !connected) throw over;
      return "62515";
    },
    pinnedPortal: () => "62515",
    tenants: async () => ["bolt", "acme"],
    background: undefined,
  });
  registry.add({
    name: "leads",
    for: (tenant: string) => ({
      async backfill() {
        ran.push(tenant);
        if (tenant === "bolt") throw over;
      },
    }),
  } as unknown as SyncHandle);
  for (const tenant of ["bolt", "acme"]) {
    await registry.service.start("leads", "backfill", { tenant, actor: { id: "u1", role: "admin" } });
  }
  connected = false;
  const round = () =>
    registry.job.run({ now: clock.now(), deadline: clock.now() + 1_000, signal: AbortSignal.any([]) });
  expect(await round()).toEqual({ did: 2 });
  expect(ran).toEqual(["bolt", "acme"]);
  expect(await round()).toEqual({ did: 0 });
});
