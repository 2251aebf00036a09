import type { AssociationSpec } from "../associations/association.ts";
import type { FieldSpecs, SyncDefinition } from "../declare/definition.ts";
import { field } from "../declare/field.ts";
import type { Syncs } from "../engine/create-syncs.ts";
import type { TenantSync } from "../engine/tenant-sync.ts";
import type { RemotePort } from "../remote-port.ts";
import { FakeAssociations, owns } from "./fake-associations.fixture.ts";
import { FakeHubspot } from "./fake-hubspot.fixture.ts";
import { FakeLocal } from "./fake-local.fixture.ts";
import { ownedBy, Process } from "./mortal.fixture.ts";
import { createWorld, tenant, type World } from "./world.fixture.ts";

export interface Two extends World {
  readonly associations: FakeAssociations;
  readonly companies: { readonly hubspot: FakeHubspot; readonly local: FakeLocal; readonly sync: TenantSync };
  readonly worker2: { readonly syncs: Syncs; readonly sync: TenantSync };
  /** A worker of its own over the same stores, with both syncs, in a process. */
  another(
    process?: Process,
    redeclared?: Partial<SyncDefinition<FieldSpecs>>,
  ): { readonly syncs: Syncs; readonly sync: TenantSync };
  run<T>(work: Promise<T>): Promise<T>;
  rest(): Promise<void>;
  /** HubSpot's and the local id of the only record of that key. */
  company(key: string): { readonly hubspotId: string; readonly localId: string };
  contact(): { readonly hubspotId: string; readonly localId: string };
  reference(): unknown;
}

/** Contacts that belong to companies, on both sides, and a sync for each. */
export function two(spec: Partial<AssociationSpec> = {}, change: Partial<SyncDefinition<FieldSpecs>> = {}): Two {
  const company: AssociationSpec = { sync: "companies", localField: "company_id", ...spec };
  const world = createWorld({ associations: { company }, poll: { localMs: 1_000, remoteMs: 1_000 }, ...change });
  world.local.columns = ["email", "first", "last", "score", "tags", "company_id"];
  const { clock } = world;
  const associations = new FakeAssociations();
  const hubspot = new FakeHubspot(clock, 900);
  const local = new FakeLocal(clock);
  const of = (object: string): RemotePort => (object === "companies" ? hubspot : world.hubspot);
  const remote = new Proxy({} as RemotePort, {
    get: (_target, method: keyof RemotePort) => (query: { object: string }) =>
      (of(query.object)[method] as (query: unknown) => unknown)(query),
  });
  const fields = { email: field("email", { owner: "hubspot" }) };
  const poll = { localMs: 1_000, remoteMs: 1_000 };
  const another = (process = new Process(), redeclared?: Partial<SyncDefinition<FieldSpecs>>) => {
    const owned = <T extends object>(port: T) => ownedBy(process, port);
    const parts = { remote: owned(remote), associations: owned(associations), storage: owned(world.storage) };
    const worker = world.worker(parts, owned(world.local), redeclared);
    const companies = worker.syncs.define({
      name: "companies",
      object: "companies",
      local: owned(local),
      match: ["email"],
      fields,
      poll,
    });
    return { ...worker, companies: companies.for(tenant) };
  };
  const worker2 = another();
  const only = (here: FakeHubspot, there: FakeLocal, key: string) => ({
    hubspotId: here.ids().find((id) => here.value(id, "email") === key) ?? "",
    localId: there.ids().find((id) => there.value(id, "email") === key) ?? "",
  });
  const contact = () => only(world.hubspot, world.local, "ann@x.com");
  return {
    ...world,
    sync: worker2.sync,
    associations,
    companies: { hubspot, local, sync: worker2.companies },
    worker2,
    another,
    run: (work) => clock.drive(work),
    rest: () => world.settle(worker2),
    company: (key) => only(hubspot, local, key),
    contact,
    reference: () => world.local.value(contact().localId, "company_id"),
  };
}

/** Two companies and a contact of the first, the same on both sides. */
export async function settled(
  spec: Partial<AssociationSpec> = {},
  change: Partial<SyncDefinition<FieldSpecs>> = {},
): Promise<Two> {
  const there = two(spec, change);
  const acme = there.companies.hubspot.user({ email: "acme.com" });
  there.companies.hubspot.user({ email: "bolt.com" });
  const ann = there.hubspot.user({ email: "ann@x.com" });
  if (spec.label === "Owns") there.associations.set(ann, acme, owns);
  else if (spec.label === "plain") there.associations.set(ann, acme);
  else there.associations.setPrimary(ann, acme);
  await there.run(there.companies.sync.backfill());
  await there.run(there.sync.backfill());
  there.clock.advance(1_000);
  if (there.reference() !== there.company("acme.com").localId) throw new Error("the reference did not come over");
  return there;
}
