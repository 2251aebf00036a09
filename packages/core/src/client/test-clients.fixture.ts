import type { HubspokeError } from "../errors/hubspoke-error.ts";
import { type FakeTransport, fakeTransport, type Reply, type SeenRequest } from "../http/fake-hubspot.fixture.ts";
import { type TestClock, testClock } from "../http/virtual-clock.fixture.ts";
import { memoryStorage } from "../memory/memory-storage.ts";
import type { TenantStore } from "../ports/tenant-store.ts";
import { type ClientDeps, type Clients, createClients } from "./create-clients.ts";
import { privateApp } from "./credentials.ts";
import type { HubSpotClient } from "./hubspot-client.ts";

export interface TestClients {
  readonly clients: Clients;
  readonly hs: HubSpotClient;
  readonly clock: TestClock;
  readonly transport: FakeTransport;
  readonly tenants: TenantStore;
  /** `VERB path` of every request but the one that learns the portal. */
  readonly calls: () => string[];
  readonly run: <T>(work: Promise<T>) => Promise<T>;
}

/** Routes by `VERB path` of 2026-09; a path may end in `*`. What no route answers fails the test. */
export type Routes = Readonly<Record<string, (request: SeenRequest) => Reply | HubspokeError>>;

/** Clients over a transport that answers from `routes`. The portal is 62515 unless a route says otherwise. */
export function testClients(routes: Routes, deps: Partial<ClientDeps> = {}): TestClients {
  const clock = testClock();
  const tenants = memoryStorage().tenants;
  const all: Routes = { "GET /account-info/2026-09/details": () => ({ body: { portalId: 62515 } }), ...routes };
  const transport = fakeTransport((request) => {
    const name = `${request.method} ${request.path}`;
    const key = Object.keys(all).find(
      (route) => route === name || (route.endsWith("*") && name.startsWith(route.slice(0, -1))),
    );
    if (key === undefined) throw new Error(`the test has no route for ${name}`);
    return (all[key] as (request: SeenRequest) => Reply | HubspokeError)(request);
  });
  const clients = createClients({
    transport,
    clock,
    random: () => 0.5,
    auth: privateApp("pat-na1-token"),
    tenants,
    hash: (text) => `${text.length}:${text.slice(-4)}`,
    ...deps,
  });
  return {
    clients,
    hs: clients.client({ tenant: "acme" }),
    clock,
    transport,
    tenants,
    calls: () =>
      transport.seen.map((one) => `${one.method} ${one.path}`).filter((call) => !call.includes("account-info")),
    run: (work) => clock.run(work),
  };
}

/** A record as HubSpot answers it. */
export function contact(id: string, properties: Readonly<Record<string, string | null>> = {}): Record<string, unknown> {
  return {
    id,
    properties: { hs_object_id: id, ...properties },
    createdAt: "2026-01-02T03:04:05.000Z",
    updatedAt: "2026-01-02T03:04:06.000Z",
    archived: false,
  };
}

/** The inputs of a batch request. */
export function inputsOf(request: SeenRequest | undefined): Record<string, unknown>[] {
  return (request?.body as { inputs: Record<string, unknown>[] } | undefined)?.inputs ?? [];
}
