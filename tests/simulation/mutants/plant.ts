import type {
  IntentStore,
  LinkStore,
  LocalSource,
  Storage,
  Transport,
  TransportRequest,
  TransportResponse,
  WorkStore,
} from "@hubspoke/core/ports";
import type { SyncDefinition } from "@hubspoke/core/sync";
import type { Mutant } from "./mutant.ts";

/** Ways to plant a bug, by the port that it stands in front of. */

export function stores(name: string, change: (storage: Storage) => Partial<Storage>): Mutant {
  return { name, plant: () => ({ storage: (storage) => ({ ...storage, ...change(storage) }) }) };
}

export const links = (name: string, change: (store: LinkStore) => Partial<LinkStore>): Mutant =>
  stores(name, ({ links: store }) => ({ links: { ...store, ...change(store) } }));
export const work = (name: string, change: (store: WorkStore) => Partial<WorkStore>): Mutant =>
  stores(name, ({ work: store }) => ({ work: { ...store, ...change(store) } }));
export const intents = (name: string, change: (store: IntentStore) => Partial<IntentStore>): Mutant =>
  stores(name, ({ intents: store }) => ({ intents: { ...store, ...change(store) } }));

type Base = Parameters<LinkStore["put"]>[0][number]["base"];

/** What is remembered of a pair, changed field by field. */
export const mapBase = (base: Base, change: (one: Base[string], field: string) => Base[string]): Base =>
  Object.fromEntries(Object.entries(base).map(([field, one]) => [field, change(one, field)]));

export function local(name: string, make: () => (source: LocalSource) => Partial<LocalSource>): Mutant {
  return {
    name,
    plant: () => {
      const change = make();
      return { source: (source) => ({ ...source, ...change(source) }) };
    },
  };
}

/** `make`: anew for every run, for those that remember something. */
export function network(
  name: string,
  make: () => (request: TransportRequest, transport: Transport) => Promise<TransportResponse>,
): Mutant {
  return {
    name,
    plant: () => {
      const send = make();
      return { transport: (transport) => ({ ...transport, send: (request) => send(request, transport) }) };
    },
  };
}

export type Json = Record<string, unknown> & { results?: Record<string, unknown>[] };

/** Changes the JSON of answers to matching requests. */
export function answers(name: string, route: RegExp, change: (body: Json, request: TransportRequest) => Json): Mutant {
  return network(name, () => async (request, transport) => {
    const response = await transport.send(request);
    if (!route.test(new URL(request.url).pathname) || response.status >= 300) return response;
    return { ...response, text: JSON.stringify(change(JSON.parse(response.text) as Json, request)) };
  });
}

/** As though the engine read something else in what the product declares. */
export function declared(name: string, change: (definition: SyncDefinition) => SyncDefinition): Mutant {
  return { name, plant: () => ({ definition: change }) };
}
