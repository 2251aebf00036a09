import { describe, expect, it } from "vitest";
import { privateApp } from "../client/credentials.ts";
import type { TransportRequest } from "../ports/transport.ts";
import { type ClientsOptions, createHubSpotClients } from "./standalone-clients.ts";

describe("the client alone", () => {
  it("takes what is said to be undefined for what is not said", async () => {
    const seen: TransportRequest[] = [];
    const transport = {
      async send(request: TransportRequest) {
        seen.push(request);
        return { status: 200, headers: {}, text: '{"portalId":62515}' };
      },
      async close() {},
    };
    // As programs write them whose compiler is less strict: `baseUrl: process.env.HUBSPOT_API_BASE_URL`.
    const unsaid = {
      baseUrl: undefined,
      clock: undefined,
      random: undefined,
      tenants: undefined,
      logger: undefined,
      maxWaitMs: undefined,
      timeouts: { headersMs: undefined, bodyMs: 7 },
      http: { connectMs: undefined },
    } as unknown as Partial<ClientsOptions>;
    const clients = createHubSpotClients({ auth: privateApp("pat-na1-token"), transport, telemetry: false, ...unsaid });
    expect((await clients.client({ tenant: "acme" }).accountInfo()).portalId).toBe("62515");
    expect(seen[0]).toMatchObject({
      url: "https://api.hubapi.com/account-info/2026-09/details",
      timeouts: { connectMs: 5_000, headersMs: 30_000, bodyMs: 7 },
    });
    await clients.close();
  });
});
