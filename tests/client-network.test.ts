import { createServer, type RequestListener, type Server } from "node:http";
import { type AddressInfo, connect, createServer as createTcp, type Socket } from "node:net";
import { configFromEnv, createHubSpoke, type Hubspoke, type HubspokeOptions, privateApp } from "@hubspoke/core";
import { createHubSpotClients } from "@hubspoke/core/client";
import { memoryStorage } from "@hubspoke/core/memory";
import { createHubSpotSimulator } from "@hubspoke/testing";
import { afterEach, describe, expect, it, vi } from "vitest";

const acme = { tenant: "acme" };
const token = "pat-na1-network-canary";
const open: (() => unknown)[] = [];

afterEach(async () => {
  vi.unstubAllEnvs();
  for (const close of open.splice(0).reverse()) await close();
});

async function listening(server: Server | ReturnType<typeof createTcp>): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  open.push(() => new Promise((resolve) => server.close(resolve)));
  if ("closeAllConnections" in server) open.push(() => server.closeAllConnections());
  return (server.address() as AddressInfo).port;
}

interface Seen {
  readonly port: number;
  readonly requests: { readonly path: string; readonly authorization: string | undefined }[];
}

async function serve(answer: RequestListener): Promise<Seen> {
  const requests: { path: string; authorization: string | undefined }[] = [];
  const server = createServer((request, response) => {
    requests.push({ path: request.url ?? "", authorization: request.headers.authorization });
    answer(request, response);
  });
  return { port: await listening(server), requests };
}

/** A proxy that opens tunnels, keeps who asked for which, and what it could read of the asking itself. */
async function proxy(): Promise<{ readonly address: string; readonly tunnels: string[]; readonly headers: string[] }> {
  const tunnels: string[] = [];
  const headers: string[] = [];
  const server = createServer().on("connect", (request, client: Socket) => {
    tunnels.push(request.url ?? "");
    headers.push(JSON.stringify(request.headers));
    const [host = "", port] = (request.url ?? "").split(":");
    const upstream = connect(Number(port), host, () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      client.pipe(upstream).pipe(client);
    });
    for (const socket of [client, upstream]) {
      open.push(() => socket.destroy());
      socket.on("error", () => socket.destroy());
    }
  });
  return { address: `http://127.0.0.1:${await listening(server)}`, tunnels, headers };
}

async function hubspot(): Promise<{ readonly url: string; readonly token: string }> {
  const simulator = createHubSpotSimulator();
  const server = await simulator.listen();
  open.push(() => server.close());
  return { url: server.url, token: simulator.token };
}

function instance(options: Partial<HubspokeOptions>): Hubspoke {
  const made = createHubSpoke({
    auth: privateApp(token),
    storage: memoryStorage(),
    keys: { current: "k1", keys: { k1: "11".repeat(32) } },
    telemetry: false,
    ...options,
  });
  open.push(() => made.close());
  return made;
}

const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => "no error",
    (error: unknown) => error,
  );

describe("a proxy", () => {
  it("carries every call of an instance, in a tunnel it cannot look into", async () => {
    const { url, token: real } = await hubspot();
    const between = await proxy();
    const { contacts } = instance({ auth: privateApp(real), baseUrl: url, http: { proxy: between.address } }).client(
      acme,
    );
    const { id } = await contacts.create({ properties: { firstname: "Ann" } });
    expect((await contacts.get(id, { properties: ["firstname"] })).properties.firstname).toBe("Ann");
    expect(new Set(between.tunnels)).toEqual(new Set([new URL(url).host]));
    expect(between.headers.join()).not.toContain(real);
  });

  it("is taken from the environment where that was asked for, with its exceptions, and never otherwise", async () => {
    const { url, token: real } = await hubspot();
    const between = await proxy();
    for (const name of ["HTTPS_PROXY", "HTTP_PROXY"]) vi.stubEnv(name, between.address);
    vi.stubEnv("NO_PROXY", "");
    const call = (http?: HubspokeOptions["http"]) =>
      instance({ auth: privateApp(real), baseUrl: url, http })
        .client(acme)
        .accountInfo();
    const opened = async (http?: HubspokeOptions["http"]): Promise<boolean> => {
      const before = between.tunnels.length;
      await call(http);
      return between.tunnels.length > before;
    };
    expect(await opened()).toBe(false);
    expect(await opened({ proxy: "environment" })).toBe(true);
    vi.stubEnv("NO_PROXY", "127.0.0.1");
    expect(await opened({ proxy: "environment" })).toBe(false);
    // An address given is used whatever the environment excepts.
    expect(await opened({ proxy: between.address })).toBe(true);
  });

  it("is set by HUBSPOT_PROXY, and a wrong one is refused without showing its password", async () => {
    const { url, token: real } = await hubspot();
    const between = await proxy();
    const config = configFromEnv({
      HUBSPOT_ACCESS_TOKEN: real,
      HUBSPOT_API_BASE_URL: url,
      HUBSPOT_PROXY: between.address,
    });
    await instance(config as Partial<HubspokeOptions>)
      .client(acme)
      .accountInfo();
    expect(between.tunnels.length).toBeGreaterThan(0);
    vi.stubEnv("HTTPS_PROXY", "ann:hunter2@proxy.example");
    for (const http of [{ proxy: "environment" }, { proxy: "socks5://ann:hunter2@proxy.example" }]) {
      const error = await failure((async () => instance({ http }))());
      expect(error).toMatchObject({ code: "CONFIG_INVALID" });
      expect(String(error)).not.toContain("hunter2");
    }
  });

  it("that cannot be reached is a failure in which nothing was sent", async () => {
    const error = await failure(
      instance({ baseUrl: "http://127.0.0.1:2", http: { proxy: "http://ann:hunter2@127.0.0.1:1" }, maxAttempts: 1 })
        .client(acme)
        .accountInfo(),
    );
    expect(error).toMatchObject({ code: "NETWORK_FAILED", details: { sent: false } });
    expect(`${String(error)} ${JSON.stringify(error)}`).not.toContain("hunter2");
  });
});

describe("the token", () => {
  it("goes to the configured host only: a redirect is refused, and whoever it named hears nothing", async () => {
    const elsewhere = await serve((_request, response) => response.end("{}"));
    const redirecting = await serve((_request, response) => {
      response.writeHead(307, { location: `http://127.0.0.1:${elsewhere.port}/account-info/2026-09/details` }).end();
    });
    const { contacts } = instance({ baseUrl: `http://127.0.0.1:${redirecting.port}`, portalId: 1 }).client(acme);
    const error = await failure(contacts.get("1", { properties: [] }));
    expect(error).toMatchObject({ code: "HUBSPOT_RESPONSE_INVALID", status: 307 });
    expect(redirecting.requests).toEqual([{ path: "/account-info/2026-09/details", authorization: `Bearer ${token}` }]);
    expect(elsewhere.requests).toEqual([]);
  });

  it.each([
    "GET //evil.example/crm/v3/owners",
    "GET /\\evil.example/crm/v3/owners",
    "GET /@evil.example/x?y",
    "GET http://evil.example/",
  ])("stays here whatever path is asked for: %s", async (template) => {
    const here = await serve((_request, response) => response.end('{"portalId":1}'));
    const hs = instance({ baseUrl: `http://127.0.0.1:${here.port}` }).client(acme);
    expect(await failure(hs.request(template))).toMatchObject({ code: "INPUT_INVALID" });
    expect(here.requests.map(({ path }) => path).join()).not.toContain("evil");
  });
});

describe("timeouts", () => {
  const quick = { connectMs: 50, headersMs: 50, bodyMs: 50 };

  it("of the connection, TLS included, mean that nothing was sent", async () => {
    // Accepts, and never says a word of TLS.
    const sockets = new Set<Socket>();
    const port = await listening(createTcp((socket) => sockets.add(socket)));
    open.push(() => {
      for (const socket of sockets) socket.destroy();
    });
    const { contacts } = instance({ baseUrl: `https://127.0.0.1:${port}`, timeouts: quick, maxAttempts: 1 }).client(
      acme,
    );
    expect(await failure(contacts.create({ properties: {} }))).toMatchObject({
      code: "TIMEOUT",
      details: { sent: false },
    });
  });

  it("of headers and body are the instance's own", async () => {
    const silent = await serve(() => undefined);
    const halting = await serve((_request, response) => {
      response.writeHead(200);
      response.write("{");
    });
    const to = ({ port }: Seen) => ({ baseUrl: `http://127.0.0.1:${port}`, timeouts: quick, maxAttempts: 1 });
    const late = { code: "TIMEOUT", details: { sent: true } };
    const whole = instance(to(silent)).client(acme).accountInfo();
    const alone = createHubSpotClients({ ...to(halting), auth: privateApp(token), telemetry: false });
    open.push(() => alone.close());
    const [one, other] = await Promise.all([failure(whole), failure(alone.client(acme).accountInfo())]);
    expect([one, other]).toMatchObject([late, late]);
  });
});
