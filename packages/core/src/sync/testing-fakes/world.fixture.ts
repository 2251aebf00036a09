import type { FieldOf } from "../../crypto/field-hash.ts";
import { HubspokeError } from "../../errors/hubspoke-error.ts";
import { memoryStorage } from "../../memory/memory-storage.ts";
import type { Alert } from "../../ports/alerts.ts";
import type { Job } from "../../ports/job.ts";
import type { LocalSource } from "../../ports/local-source.ts";
import type { Storage } from "../../ports/storage.ts";
import { utf8, utf8Text } from "../../util/bytes.ts";
import { bindSync } from "../declare/bind.ts";
import { defineSync } from "../declare/define-sync.ts";
import type { FieldSpecs, SyncDefinition } from "../declare/definition.ts";
import { field, type PropertyField } from "../declare/field.ts";
import { createSyncs, type Syncs } from "../engine/create-syncs.ts";
import type { TenantSync } from "../engine/tenant-sync.ts";
import { openSelfSource } from "../observe/self-source.ts";
import { defaultSettings, type SyncDeps, type SyncScope } from "../scope.ts";
import { type FakeClock, fakeClock } from "./fake-clock.fixture.ts";
import { FakeHubspot, fakeProperties } from "./fake-hubspot.fixture.ts";
import { FakeLocal } from "./fake-local.fixture.ts";

export const tenant = "acme";
export const leaseMs = 30_000;

/** Hashes that can be read in a failing test; what is no hash is refused, as by the real one. */
const hashed = (of: FieldOf, canonical: string | null) => `h:${JSON.stringify([of.recordId, of.field, canonical])}`;
const aHash = (stored: string) => {
  if (!stored.startsWith("h:")) throw new HubspokeError("ENVELOPE_MALFORMED", `"${stored}" is no hash`);
  return stored;
};
const hasher: SyncDeps["hasher"] = {
  hash: hashed,
  hashLike: (stored, of, canonical) => aHash(stored) && hashed(of, canonical),
  needsRehash: (stored) => aHash(stored) === "",
  matches: (stored, of, canonical) => aHash(stored) === hashed(of, canonical),
};

const sealer: SyncDeps["sealer"] = {
  sealJson: (_binding, value) => utf8(JSON.stringify(value)),
  openJson: (_binding, sealed) => JSON.parse(utf8Text(sealed) ?? "null"),
};

export const fields: Readonly<Record<"email" | "first" | "last" | "score" | "tags", PropertyField>> = {
  email: field("email", { owner: "hubspot" }),
  first: field("firstname", { rule: "latest" }),
  last: field("lastname", { owner: "local" }),
  score: field("lead_score", { owner: "hubspot" }),
  tags: field("tags", { rule: "union", as: "list" }),
};

export interface World {
  readonly clock: FakeClock;
  readonly hubspot: FakeHubspot;
  readonly local: FakeLocal;
  readonly storage: Storage;
  readonly alerts: Alert[];
  /** Keys of alerts that were said to be over. */
  readonly cleared: string[];
  readonly syncs: Syncs;
  readonly sync: TenantSync;
  /** A worker of its own over the same stores, with what it is given in place of the world's own parts. */
  worker(
    parts?: Partial<SyncDeps>,
    source?: LocalSource,
    redeclared?: Partial<SyncDefinition<FieldSpecs>>,
  ): { readonly syncs: Syncs; readonly sync: TenantSync };
  /** The sync's scope, for tests of single steps. */
  scope(): Promise<SyncScope>;
  /** Runs every job until none has anything to do. */
  settle(worker?: { readonly syncs: Syncs }): Promise<void>;
}

/** Two sides, a store and a sync between them, on virtual time. */
export function createWorld(change: Partial<SyncDefinition<FieldSpecs>> = {}): World {
  const clock = fakeClock();
  const hubspot = new FakeHubspot(clock);
  const local = change.local instanceof FakeLocal ? change.local : new FakeLocal(clock);
  const storage = memoryStorage();
  const alerts: Alert[] = [];
  const cleared: string[] = [];
  let ids = 0;
  const deps: SyncDeps = {
    remote: hubspot,
    storage,
    clock,
    hasher,
    sealer,
    newId: () => `id${++ids}`,
    portalOf: async () => "62515",
    tenants: async () => [tenant],
    alerts: {
      raise: (alert) => void alerts.push(alert),
      // As the sink of an instance does: what nobody raised is not told to be over.
      clear: (_tenant, key) => void (alerts.some((alert) => alert.key === key) && cleared.push(key)),
    },
    settings: { leaseMs, marginMs: 1_000 },
  };
  const worker: World["worker"] = (parts = {}, source = local, redeclared = {}) => {
    const syncs = createSyncs({ ...deps, ...parts });
    const definition: SyncDefinition<FieldSpecs> = {
      name: "leads",
      object: "contacts",
      local: source,
      match: ["email"],
      fields,
      conflict: { tie: "review" },
      ...change,
      ...redeclared,
    };
    return { syncs, sync: syncs.define(definition).for(tenant) };
  };
  const own = worker();
  return {
    clock,
    hubspot,
    local,
    storage,
    alerts,
    cleared,
    ...own,
    worker,
    async scope() {
      const sync = bindSync(
        defineSync({ name: "leads", object: "contacts", local, match: ["email"], fields }),
        fakeProperties,
      );
      const self = await openSelfSource(storage.cursors, tenant, "62515");
      const settings = { ...defaultSettings, ...deps.settings };
      return {
        deps,
        settings,
        sync,
        tenant,
        portalId: "62515",
        name: "leads",
        object: "contacts",
        self,
        associations: [],
        revision: 0,
      };
    },
    settle: (by = own) => clock.drive(settle(by.syncs.jobs, clock)),
  };
}

/** Rounds of all jobs, a poll interval apart, until three in a row did nothing. */
async function settle(jobs: readonly Job[], clock: FakeClock): Promise<void> {
  const signal = new AbortController().signal;
  for (let quiet = 0, round = 0; quiet < 3; round++) {
    if (round > 200) throw new Error("the engine does not come to rest");
    let did = 0;
    for (const job of jobs) did += (await job.run({ now: clock.now(), deadline: clock.now() + 60_000, signal })).did;
    quiet = did === 0 ? quiet + 1 : 0;
    clock.advance(leaseMs + 1);
  }
}
