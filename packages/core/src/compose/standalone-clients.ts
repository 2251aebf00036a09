import { cipher, systemClock, systemRandom, type TransportOptions } from "#platform";
import { type ClientDeps, type Clients, createClients } from "../client/create-clients.ts";
import type { PortalId, Tenant } from "../ports/ids.ts";
import { toHex, utf8 } from "../util/bytes.ts";
import { defined } from "../util/defined.ts";
import { chain } from "../util/maybe-async.ts";
import { transportOf } from "./default-transport.ts";
import { openTelemetry, type TelemetryOptions } from "./open-telemetry.ts";

type Injected = "transport" | "clock" | "random" | "tenants" | "hash" | "tracer";

/** The client's own options. What `createHubSpoke` takes from its storage and runtime has a default here. */
export interface ClientsOptions
  extends Omit<ClientDeps, Injected>,
    Partial<Pick<ClientDeps, "transport" | "clock" | "random" | "tenants">> {
  /** Of the default transport: sockets, proxy. */
  readonly http?: TransportOptions;
  /** OpenTelemetry; see `createHubSpoke`'s options. */
  readonly telemetry?: Exclude<TelemetryOptions["telemetry"], undefined>;
}

/**
 * The client alone, without storage, keys, directory or sync: for programs that only call HubSpot, and for bundles that
 * must be small. Tenants are pinned to their portals for the life of this object, unless `tenants` keeps them.
 * Does no I/O. Errors: CONFIG_INVALID, BASE_URL_REFUSED.
 */
export function createHubSpotClients(options: ClientsOptions): Clients {
  const { http: _http, telemetry: _telemetry, ...deps } = options;
  return createClients({
    clock: systemClock,
    random: systemRandom,
    tenants: pinsInMemory(),
    ...defined(deps),
    transport: transportOf(options),
    ...openTelemetry(options),
    hash: (text) => chain(cipher.sha256(utf8(text)), (bytes) => toHex(bytes.subarray(0, 16))),
  });
}

function pinsInMemory(): ClientDeps["tenants"] {
  const pins = new Map<Tenant, PortalId>();
  return {
    async pin(tenant, portalId) {
      const pinned = pins.get(tenant);
      if (pinned !== undefined && pinned !== portalId) return { outcome: "other", portalId: pinned };
      pins.set(tenant, portalId);
      return { outcome: pinned === undefined ? "pinned" : "same" };
    },
  };
}
