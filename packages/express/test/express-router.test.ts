import { createServer, request as httpRequest, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import type { HandleOptions, Mountable } from "@hubspoke/core/webhooks";
import { afterEach, describe, expect, test } from "vitest";
import { type ExpressMountOptions, type ExpressRequest, expressRouter, keepRawBody } from "../src/index.ts";

type Answer = (request: Request, options: HandleOptions) => Promise<Response>;
const open: Server[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

const hubspoke = (handle: Answer): Mountable => ({ handle });
const authorize = () => ({ tenant: "acme", actor: { id: "u1", role: "support" } });

/** The middleware on a bare server, with whatever Express would have put on the request. */
async function serve(
  handle: Answer,
  onRequest: object = {},
  options: ExpressMountOptions<ExpressRequest> = { authorize },
) {
  const router = expressRouter(hubspoke(handle), options);
  const errors: unknown[] = [];
  const server = createServer((req, res) =>
    router(Object.assign(req, onRequest), res, (error) => {
      errors.push(error);
      res.statusCode = 599;
      res.end();
    }),
  );
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, port, errors };
}

/** Bytes as written, for what no client library would send. */
function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let seen = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(text));
    socket.on("data", (chunk) => {
      seen += chunk;
    });
    socket.on("close", () => resolve(seen));
    socket.on("error", reject);
  });
}

const echo: Answer = async (request) =>
  Response.json({ url: request.url, method: request.method, body: await request.text() });

test("mounting is refused where requests would be", () => {
  const mount = (options: object) => () => expressRouter(hubspoke(echo), options);
  expect(mount({})).toThrow(expect.objectContaining({ code: "MOUNT_WITHOUT_AUTHORIZE" }));
  expect(mount({ routers: ["health"] })).toThrow(expect.objectContaining({ code: "MOUNT_WITHOUT_AUTHORIZE" }));
  expect(mount({ routers: ["nothing"], authorize })).toThrow(expect.objectContaining({ code: "CONFIG_INVALID" }));
  expect(mount({ routers: ["webhooks"] })).not.toThrow();
});

describe("the request", () => {
  test("keeps method, address, headers and every byte", async () => {
    const bytes = Buffer.alloc(3_000_000, "é陈\n");
    const seen: unknown[] = [];
    const { url } = await serve(async (request) => {
      const body = Buffer.from(await request.arrayBuffer());
      seen.push(
        body.equals(bytes),
        request.headers.get("x-a"),
        new URL(request.url).pathname + new URL(request.url).search,
      );
      return new Response(null, { status: 204 });
    });
    const response = await fetch(`${url}/hubspot/x%2Fy?a=%20b`, {
      method: "POST",
      body: bytes,
      headers: { "x-a": "1" },
    });
    expect([response.status, seen]).toEqual([204, [true, "1", "/hubspot/x%2Fy?a=%20b"]]);
  });

  test("uses the original address below a mount, and says where that is", async () => {
    const bases: unknown[] = [];
    const { url } = await serve(
      async (request, options) => {
        bases.push(options.basePath, new URL(request.url).pathname);
        return new Response();
      },
      { originalUrl: "/api/hubspot/health", baseUrl: "/api/hubspot" },
    );
    await fetch(`${url}/health`);
    expect(bases).toEqual(["/api/hubspot", "/api/hubspot/health"]);
  });

  test.each([
    ["an absolute target", "GET http://evil.example/health HTTP/1.1\r\nHost: a.example", "http://a.example/"],
    ["two slashes", "GET //evil.example/health HTTP/1.1\r\nHost: a.example", "http://a.example//evil.example/health"],
    ["a host that is none", "GET /health HTTP/1.1\r\nHost: a b", "http://localhost/"],
    ["a star", "OPTIONS * HTTP/1.1\r\nHost: a.example", "http://a.example/"],
  ])("%s cannot choose another host or break anything", async (_, head, expected) => {
    const { port } = await serve(echo);
    const answer = await raw(port, `${head}\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 200/);
    expect(
      JSON.parse(answer.slice(answer.indexOf("\r\n\r\n") + 4).replace(/^[0-9a-f]+\r\n|\r\n0\r\n\r\n$/g, "")),
    ).toMatchObject({ url: expected });
  });

  test("a method Fetch refuses goes to Express's error handling", async () => {
    const { port, errors } = await serve(echo);
    expect(await raw(port, "TRACE / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")).toMatch(/^HTTP\/1\.1 599/);
    expect(errors).toHaveLength(1);
  });

  test("the address is Express's, else the socket's; forwarded headers alone mean nothing", async () => {
    const ips: unknown[] = [];
    const note: Answer = async (_, options) => {
      ips.push(options.ip);
      return new Response();
    };
    const forged = { "x-forwarded-for": "203.0.113.9", forwarded: "for=203.0.113.9" };
    await fetch((await serve(note)).url, { headers: forged });
    await fetch((await serve(note, { ip: "198.51.100.7" })).url, { headers: forged });
    expect(ips).toEqual(["127.0.0.1", "198.51.100.7"]);
  });

  test("authorize sees Express's request", async () => {
    const seen: unknown[] = [];
    const ask: Answer = async (request, options) => {
      const answer = await options.authorize?.(request, { ip: "1.2.3.4" });
      seen.push(answer);
      return new Response();
    };
    const options: ExpressMountOptions<ExpressRequest & { user?: string }> = {
      authorize: (_, { req, ip }) => ({ denied: `${req.user} ${ip}` }),
    };
    await fetch((await serve(ask, { user: "jo" }, options as ExpressMountOptions<ExpressRequest>)).url);
    expect(seen).toEqual([{ denied: "jo 1.2.3.4" }]);
  });
});

describe("bodies", () => {
  const consumedOf: Answer = async (request, options) =>
    Response.json({ consumed: options.consumed ?? null, body: await request.text() });
  const post = async (url: string) => (await fetch(url, { method: "POST", body: "[1]" })).json();

  test.each<[string, object, unknown]>([
    ["untouched", {}, { consumed: null, body: "[1]" }],
    ["untouched, with Express 4's empty body", { body: {} }, { consumed: null, body: "[1]" }],
    ["read", { readableDidRead: true, body: [1] }, { consumed: { parsed: [1] }, body: "" }],
    ["ended", { readableEnded: true }, { consumed: {}, body: "" }],
    ["read into a Buffer", { readableDidRead: true, body: Buffer.from("[2]") }, { consumed: null, body: "[2]" }],
    [
      "read on a serverless platform",
      { readableDidRead: true, body: {}, rawBody: Buffer.from("[3]") },
      { consumed: null, body: "[3]" },
    ],
    ["read as text", { readableDidRead: true, body: "[1]", rawBody: "[1]" }, { consumed: { parsed: "[1]" }, body: "" }],
  ])("%s", async (_, onRequest, expected) => {
    const properties = Object.entries(onRequest).map(([name, value]) => [name, { value }] as const);
    const router = expressRouter(hubspoke(consumedOf), { authorize });
    const server = createServer((req, res) =>
      router(Object.defineProperties(req, Object.fromEntries(properties)), res, () => res.destroy()),
    );
    open.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    expect(await post(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)).toEqual(expected);
  });

  test("bytes kept by keepRawBody come back as they were", async () => {
    const router = expressRouter(hubspoke(consumedOf), { authorize });
    const server = createServer((req, res) => {
      const chunks: Buffer[] = [];
      req.on("data", (chunk) => chunks.push(chunk));
      req.on("end", () => {
        keepRawBody(req, res, Buffer.concat(chunks));
        router(Object.assign(req, { body: { parsed: true } }), res, () => res.destroy());
      });
    });
    open.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    expect(await post(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)).toEqual({
      consumed: null,
      body: "[1]",
    });
  });

  test("a sender whose body is refused halfway reads the answer and may go on using the connection", async () => {
    const refuse: Answer = async (request) => {
      const reader = request.body?.getReader();
      await reader?.read();
      await reader?.cancel();
      return new Response("too large", { status: 413 });
    };
    const { port } = await serve(refuse);
    const size = 4_000_000;
    const head = "POST / HTTP/1.1\r\nHost: a\r\n";
    // The last one is read whole: Node closes the connection after it, and would not read the rest of one that is refused.
    const last = `${head}Content-Length: 2\r\nConnection: close\r\n\r\n[]`;
    const text = `${head}Content-Length: ${size}\r\n\r\n${"x".repeat(size)}${last}`;
    const answer = await raw(port, text);
    expect(answer.match(/HTTP\/1\.1 413/g)).toHaveLength(2);
  });

  test("a sender that breaks off rejects the read and aborts the request", async () => {
    let done: (seen: unknown) => void = () => {};
    const outcome = new Promise((resolve) => {
      done = resolve;
    });
    const { url } = await serve(async (request) => {
      const error = await request.text().then(
        () => "read",
        () => "broken",
      );
      done([error, request.signal.aborted]);
      return new Response();
    });
    const sending = httpRequest(url, { method: "POST", headers: { "content-length": "1000" } });
    sending.on("error", () => {});
    sending.write("[", () => sending.destroy());
    expect(await outcome).toEqual(["broken", true]);
  });

  test("bytes are taken off the socket only as fast as they are read", async () => {
    let onSocket = () => 0;
    let waiting = 0;
    const hold: Answer = async (request) => {
      const reader = request.body?.getReader();
      await reader?.read();
      for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve));
      waiting = onSocket();
      await reader?.cancel();
      return new Response();
    };
    const router = expressRouter(hubspoke(hold), { authorize });
    const server = createServer((req, res) => {
      onSocket = () => req.socket.bytesRead;
      router(req, res, () => res.destroy());
    });
    open.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await fetch(url, { method: "POST", body: Buffer.alloc(30_000_000) });
    expect(waiting).toBeGreaterThan(0);
    expect(waiting).toBeLessThan(1_000_000);
  });
});

describe("the response", () => {
  test("keeps status, headers, every cookie and bytes", async () => {
    const { url } = await serve(async () => {
      const headers = new Headers({ "x-a": "1" });
      headers.append("set-cookie", "a=1; Path=/");
      headers.append("set-cookie", "b=2");
      return new Response(Uint8Array.of(0, 255, 10), { status: 418, headers });
    });
    const response = await fetch(url);
    expect([response.status, response.headers.get("x-a"), response.headers.getSetCookie()]).toEqual([
      418,
      "1",
      ["a=1; Path=/", "b=2"],
    ]);
    expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([0, 255, 10]);
  });

  test("a handler that rejects goes to Express's error handling", async () => {
    const { url, errors } = await serve(() => Promise.reject(new Error("boom")));
    expect((await fetch(url)).status).toBe(599);
    expect(errors).toMatchObject([{ message: "boom" }]);
  });
});
