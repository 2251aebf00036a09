import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Writable } from "node:stream";
import { createGzip } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import type { Transport, TransportRequest } from "../ports/transport.ts";
import * as node from "./node.ts";
import * as web from "./web.ts";

const timeouts = { connectMs: 2_000, headersMs: 5_000, bodyMs: 5_000 };
const open: (() => Promise<unknown> | unknown)[] = [];

afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function serve(listener: RequestListener): Promise<string> {
  const server: Server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  open.push(
    () => new Promise((resolve) => server.close(resolve)),
    () => server.closeAllConnections(),
  );
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function get(url: string, more: Partial<TransportRequest> = {}): TransportRequest {
  return { method: "GET", url, headers: { accept: "application/json" }, timeouts, ...more };
}

describe.each([
  ["undici", node.defaultTransport],
  ["fetch", web.defaultTransport],
] as const)("the transport over %s", (_name, make) => {
  const transport = (): Transport => {
    const made = make({ connectMs: 2_000 });
    open.push(() => made.close());
    return made;
  };

  it("gives status, lower-cased headers and the whole body", async () => {
    const url = await serve((request, response) => {
      response.writeHead(207, { "X-HubSpot-RateLimit-Max": "190", "Content-Type": "application/json" });
      request
        .on("data", () => undefined)
        .on("end", () => response.end(`${request.method} ${request.url} ${"ä".repeat(100_000)}`));
    });
    const response = await transport().send(get(`${url}/a?b=c`, { method: "POST", body: '{"x":1}' }));
    expect(response.status).toBe(207);
    expect(response.headers["x-hubspot-ratelimit-max"]).toBe("190");
    expect(response.text).toBe(`POST /a?b=c ${"ä".repeat(100_000)}`);
  });

  it("sends bodies of text and bytes as they are", async () => {
    const url = await serve((request, response) => {
      const parts: Buffer[] = [];
      request.on("data", (part: Buffer) => parts.push(part)).on("end", () => response.end(Buffer.concat(parts)));
    });
    const both = transport();
    expect((await both.send(get(url, { method: "PUT", body: "é" }))).text).toBe("é");
    expect((await both.send(get(url, { method: "PUT", body: new TextEncoder().encode("é") }))).text).toBe("é");
  });

  it("sends a form with a boundary of its own", async () => {
    const url = await serve((request, response) => {
      const parts: Buffer[] = [];
      request
        .on("data", (part: Buffer) => parts.push(part))
        .on("end", () => response.end(`${request.headers["content-type"]}\n${Buffer.concat(parts)}`));
    });
    const body = new FormData();
    body.set("options", "{}");
    body.set("file", new Blob(["é"]), "a.txt");
    const [type = "", ...rest] = (await transport().send(get(url, { method: "POST", body }))).text.split("\n");
    const boundary = /^multipart\/form-data; boundary=(\S+)$/.exec(type)?.[1];
    expect(boundary).toBeTruthy();
    expect(rest.join("\n")).toContain(`--${boundary}`);
    expect(rest.join("\n")).toContain('name="file"; filename="a.txt"');
  });

  it("joins headers that came twice, skips early hints and a byte order mark, and gives an empty body as empty text", async () => {
    const url = await serve((request, response) => {
      if (request.url === "/empty") return void response.writeHead(204).end();
      response.writeEarlyHints({ link: "</a.css>; rel=preload" }, () => {
        response.writeHead(200, [
          ["Vary", "origin"],
          ["Vary", "accept"],
        ] as never);
        response.end("\ufeff{}");
      });
    });
    const response = await transport().send(get(url));
    expect(response).toMatchObject({ status: 200, text: "{}", headers: { vary: "origin, accept" } });
    expect(await transport().send(get(`${url}/empty`))).toMatchObject({ status: 204, text: "" });
  });

  it("puts together what comes in pieces, characters cut in two included", async () => {
    const bytes = Buffer.from("x€y€z");
    const url = await serve((_request, response) => {
      const next = (at: number): void => {
        if (at >= bytes.length) return void response.end();
        response.write(bytes.subarray(at, at + 2), () => setImmediate(() => next(at + 2)));
      };
      next(0);
    });
    expect((await transport().send(get(url))).text).toBe("x€y€z");
  });

  it("never follows a redirect", async () => {
    let hits = 0;
    const url = await serve((_request, response) => {
      hits++;
      response.writeHead(307, { location: "/elsewhere" }).end();
    });
    expect((await transport().send(get(url))).status).toBe(307);
    expect(hits).toBe(1);
  });

  it("knows that nothing was sent when nobody listens", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const sending = transport().send(get(`http://127.0.0.1:${port}`, { method: "POST", body: "{}" }));
    await expect(sending).rejects.toMatchObject({
      code: "NETWORK_FAILED",
      details: { sent: false, reason: "ECONNREFUSED" },
    });
  });

  it("does not claim so when the connection broke after sending", async () => {
    const url = await serve((request) => request.socket.destroy());
    await expect(transport().send(get(url, { method: "POST", body: "{}" }))).rejects.toMatchObject({
      code: "NETWORK_FAILED",
      details: { sent: true },
    });
  });

  it("gives up when no answer comes", async () => {
    const url = await serve(() => undefined);
    const sending = transport().send(get(url, { timeouts: { connectMs: 20, headersMs: 30, bodyMs: 30 } }));
    await expect(sending).rejects.toMatchObject({ code: "TIMEOUT", details: { sent: true } });
  });

  it("gives up when a body stops half way", async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200);
      response.write("{");
    });
    await expect(transport().send(get(url, { timeouts: { ...timeouts, bodyMs: 30 } }))).rejects.toMatchObject({
      code: "TIMEOUT",
    });
  });

  it("gives up when a body comes a byte at a time and is never over", async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write(" "), 5);
      response.once("close", () => clearInterval(drip));
    });
    await expect(transport().send(get(url, { timeouts: { ...timeouts, bodyMs: 60 } }))).rejects.toMatchObject({
      code: "TIMEOUT",
      details: { sent: true },
    });
  });

  it("gives up when early hints come and no answer ever", async () => {
    const url = await serve((_request, response) => {
      const hints = setInterval(() => response.writeEarlyHints({ link: "</a>; rel=preload" }), 5);
      response.once("close", () => clearInterval(hints));
    });
    const brief = { connectMs: 60, headersMs: 60, bodyMs: 5_000 };
    await expect(transport().send(get(url, { timeouts: brief }))).rejects.toMatchObject({
      code: "TIMEOUT",
      details: { sent: true },
    });
  });

  it("takes an answer of 10 MB, and stops at one that is larger than any of HubSpot's, packed ones too", async () => {
    const endless = (response: Writable): void => {
      const part = Buffer.alloc(1 << 20, 32);
      const more = (): void => {
        while (!response.destroyed && response.write(part));
      };
      response.on("drain", more).on("error", () => undefined);
      more();
    };
    const url = await serve((request, response) => {
      if (request.url === "/large") return void response.end(" ".repeat(10_000_000));
      if (request.headers["accept-encoding"] === undefined) return endless(response);
      const packed = createGzip({ level: 1 });
      response.once("close", () => packed.destroy());
      response.writeHead(200, { "content-encoding": "gzip" });
      packed.pipe(response);
      endless(packed);
    });
    const one = transport();
    const patient = { ...timeouts, bodyMs: 600_000 };
    expect((await one.send(get(`${url}/large`, { timeouts: patient }))).text.length).toBe(10_000_000);
    await expect(one.send(get(url, { timeouts: patient }))).rejects.toMatchObject({
      code: "HUBSPOT_RESPONSE_INVALID",
      details: { sent: true },
    });
  });

  it("aborts before and while it is sent", async () => {
    const url = await serve(() => stop.abort());
    const stop = new AbortController();
    await expect(transport().send(get(url, { signal: AbortSignal.abort() }))).rejects.toMatchObject({
      code: "ABORTED",
      details: { sent: false },
    });
    await expect(transport().send(get(url, { signal: stop.signal }))).rejects.toMatchObject({
      code: "ABORTED",
      details: { sent: true },
    });
  });

  it("aborts while the body comes, and one that comes after is not affected", async () => {
    const stop = new AbortController();
    let first = true;
    let cut: () => void = () => undefined;
    const closed = new Promise<void>((resolve) => {
      cut = resolve;
    });
    const url = await serve((_request, response) => {
      if (!first) return void response.end("{}");
      first = false;
      response.once("close", cut);
      response.writeHead(200);
      response.write("{", () => setTimeout(() => stop.abort(), 20));
    });
    const both = transport();
    const patient = { ...timeouts, bodyMs: 600_000 };
    const cutOff = both.send(get(url, { signal: stop.signal, timeouts: patient }));
    await expect(cutOff).rejects.toMatchObject({ code: "ABORTED" });
    await closed;
    expect((await both.send(get(url, { signal: new AbortController().signal }))).text).toBe("{}");
  });

  it("cuts what is on its way when it is closed", async () => {
    const made = make();
    let arrived: () => void = () => undefined;
    const there = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const url = await serve(() => arrived());
    const sending = made.send(get(url));
    const refused = expect(sending).rejects.toMatchObject({ details: { sent: true } });
    await there;
    await made.close();
    await refused;
  });
});

describe("the transport over undici", () => {
  it("never sends what was aborted while it waited for a connection", async () => {
    let seen = 0;
    const answer: (() => void)[] = [];
    const url = await serve((_request, response) => {
      seen++;
      answer.push(() => response.end("{}"));
    });
    const one = node.defaultTransport({ connections: 1 });
    open.push(() => one.close());
    const stop = new AbortController();
    const first = one.send(get(url));
    const second = one.send(get(url, { signal: stop.signal }));
    while (seen === 0) await new Promise((resolve) => setImmediate(resolve));
    stop.abort();
    await expect(second).rejects.toMatchObject({ code: "ABORTED" });
    answer[0]?.();
    await first;
    const third = one.send(get(url));
    while (seen === 1) await new Promise((resolve) => setImmediate(resolve));
    answer[1]?.();
    expect((await third).text).toBe("{}");
    expect(seen).toBe(2);
  });
});
