import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import * as node from "./node.ts";
import * as web from "./web.ts";

const timeouts = { connectMs: 2_000, headersMs: 5_000, bodyMs: 5_000 };
const open: (() => Promise<unknown> | unknown)[] = [];

afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function listening(server: ReturnType<typeof createServer>): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  open.push(
    () => new Promise((resolve) => server.close(resolve)),
    () => server.closeAllConnections(),
  );
  return (server.address() as AddressInfo).port;
}

/** A proxy that only tunnels, and what it was asked. */
async function proxy(): Promise<{ readonly port: number; readonly asked: string[]; readonly sent: Buffer[] }> {
  const asked: string[] = [];
  const sent: Buffer[] = [];
  const sockets = new Set<Socket>();
  const server = createServer().on("connect", (request, client: Socket) => {
    asked.push(`${request.url} ${request.headers["proxy-authorization"] ?? ""}`.trim());
    const [host = "", port] = (request.url ?? "").split(":");
    const upstream = connect(Number(port), host, () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      client.on("data", (bytes) => sent.push(bytes)).pipe(upstream);
      upstream.pipe(client);
    });
    for (const socket of [client, upstream]) sockets.add(socket.on("error", () => socket.destroy()));
  });
  const port = await listening(server);
  open.push(() => {
    for (const socket of sockets) socket.destroy();
  });
  return { port, asked, sent };
}

describe("a proxy", () => {
  it("is asked for a tunnel, and only the tunnel's end gets the token", async () => {
    const seen: (string | undefined)[] = [];
    const target = await listening(
      createServer((request, response) => {
        seen.push(request.headers.authorization);
        response.end("{}");
      }),
    );
    const between = await proxy();
    const transport = node.defaultTransport({ proxy: `http://ann:secret@127.0.0.1:${between.port}` });
    open.push(() => transport.close());
    const headers = { authorization: "Bearer pat-na1-token" };
    const response = await transport.send({
      method: "GET",
      url: `http://127.0.0.1:${target}/x?y=1`,
      headers,
      timeouts,
    });
    expect(response.text).toBe("{}");
    expect(seen).toEqual(["Bearer pat-na1-token"]);
    expect(between.asked).toEqual([`127.0.0.1:${target} Basic ${Buffer.from("ann:secret").toString("base64")}`]);
    expect(Buffer.concat(between.sent).toString()).toContain("GET /x?y=1 HTTP/1.1");
  });

  it("that is not there is a failure before anything was sent", async () => {
    const transport = node.defaultTransport({ proxy: "http://127.0.0.1:1", connectMs: 500 });
    open.push(() => transport.close());
    await expect(
      transport.send({ method: "POST", url: "http://127.0.0.1:2/", headers: {}, body: "{}", timeouts }),
    ).rejects.toMatchObject({ code: "NETWORK_FAILED", details: { sent: false } });
  });

  it("is refused where it is no address, and where the runtime has none", () => {
    for (const proxy of ["proxy.example", "socks5://127.0.0.1:1", ""]) {
      expect(() => node.defaultTransport({ proxy })).toThrow(expect.objectContaining({ code: "CONFIG_INVALID" }));
    }
    expect(() => web.defaultTransport({ proxy: "http://127.0.0.1:1" })).toThrow(
      expect.objectContaining({ code: "CONFIG_INVALID" }),
    );
  });
});
