import type { Storage } from "@hubspoke/core/ports";
import { holds, refused, same } from "../check.ts";
import type { ContractCase } from "../contract.ts";
import { race } from "../race.ts";

export const storageLifeCases: readonly ContractCase<Storage>[] = [
  {
    id: "storage.migrate.repeatable",
    async run(t) {
      const store = await t.open();
      await store.tenants.pin("a", "100", 1);
      const version = await store.schemaVersion();
      holds(version > 0, "a database in use has a schema");
      const reports = await race(t, (handle) => handle.migrate());
      same(
        reports.map((report) => report.to),
        reports.map(() => version),
        "migrating again changes nothing",
      );
      same((await store.tenants.get("a"))?.portalId, "100", "and keeps the rows");
    },
  },
  {
    id: "storage.first-use.shared",
    async run(t) {
      const outcomes = await race(t, (store) => store.tenants.pin("a", "100", 1));
      same(outcomes.filter((one) => one.outcome === "pinned").length, 1, "concurrent first calls share one opening");
    },
  },
  {
    id: "storage.close",
    async run(t) {
      const store = await t.open();
      await store.tenants.pin("a", "100", 1);
      await store.close();
      await store.close();
      await refused("STORE_CLOSED", store.tenants.get("a"), "a closed store reads nothing");
      await refused("STORE_CLOSED", store.inbox.record([]), "and takes nothing in");
      await refused("STORE_CLOSED", store.migrate(), "and does not migrate");
      await refused("STORE_CLOSED", store.schemaVersion(), "and has no version");
    },
  },
  {
    id: "storage.durable",
    needs: ["durable"],
    async run(t) {
      await (await t.open()).leases.acquire("job", "h", t.now, 100);
      const store = await t.reopen();
      same(await store.leases.acquire("job", "h2", t.now, 100), null, "what was written outlives its process");
    },
  },
];
