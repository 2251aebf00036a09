import type { RequestListener } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { createDownloader, type DownloaderDeps } from "../download/guarded-downloader.ts";
import type { DownloadSettings } from "../download/options.ts";
import { nameServer } from "./dns.fixture.ts";
import { fetchTransport } from "./fetch-transport.ts";
import { fileFetcher as nodeFetcher } from "./node-file-fetcher.ts";
import { systemClock } from "./system-clock.ts";
import { certificate, privateKey } from "./tls.fixture.ts";
import { fileFetcher as webFetcher } from "./web-file-fetcher.ts";

const open: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

interface Site {
  readonly port: number;
  readonly url: string;
  readonly requests: { readonly address: string; readonly headers: Record<string, unknown> }[];
  readonly connections: string[];
}

const name = "recordings.example.com";

/** A real https server on every loopback address of this machine. */
async function site(answer: RequestListener): Promise<Site> {
  const requests: Site["requests"] = [];
  const connections: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer({ key: privateKey, cert: certificate }, (request, response) => {
    requests.push({ address: request.socket.localAddress ?? "", headers: { ...request.headers } });
    answer(request, response);
  });
  server.on("connection", (socket: Socket) => {
    connections.push(socket.localAddress ?? "");
    sockets.add(socket.on("error", () => socket.destroy()));
  });
  await new Promise<void>((resolve) => server.listen(0, "0.0.0.0", resolve));
  open.push(
    () => new Promise((resolve) => server.close(resolve)),
    () => {
      for (const socket of sockets) socket.destroy();
    },
  );
  const { port } = server.address() as AddressInfo;
  return { port, url: `https://${name}:${port}/a.mp3?token=opens-it`, requests, connections };
}

/** This machine's 127.0.0.2 stands for a public host, and every other loopback address for what must not be reached. */
const publicHost = "127.0.0.2";
function downloader(
  { port }: Pick<Site, "port">,
  resolve: (host: string) => Promise<readonly string[]> = async () => [publicHost],
  settings: DownloadSettings = {},
  deps: Partial<DownloaderDeps> = {},
) {
  const fetcher = nodeFetcher({ resolve, ca: certificate });
  const isPublic = (address: string) => address === publicHost;
  return createDownloader({ fetcher, clock: systemClock, isPublic, ...deps }, { ports: [port], ...settings });
}

const audio = { types: ["audio/*"] } as const;
const mp3: RequestListener = (_request, response) => {
  response.writeHead(200, { "content-type": "audio/mpeg; rate=8000", "content-length": 5 }).end("sound");
};
const refusedFor = async (work: Promise<unknown>): Promise<unknown> => {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ code: "DOWNLOAD_REFUSED" });
  // The address may open the file to whoever reads the log.
  expect(JSON.stringify(error) + String(error)).not.toMatch(/opens-it|recordings\.example/);
  return (error as { details: { reason: unknown } }).details.reason;
};

describe("a download on Node", () => {
  it("connects to the checked address under the host's own name, and sends nothing of ours", async () => {
    const there = await site(mp3);
    const file = await downloader(there).download(there.url, audio);
    expect(file).toMatchObject({ type: "audio/mpeg", length: 5 });
    expect(await (await file.blob()).text()).toBe("sound");
    expect(there.requests).toMatchObject([{ address: publicHost, headers: { host: `${name}:${there.port}` } }]);
    expect(Object.keys(there.requests[0]?.headers ?? {}).sort()).toEqual(
      ["accept", "accept-encoding", "connection", "host", "user-agent"].sort(),
    );
  });

  it("is refused before any connection when a name has an address that is not public, even one of several", async () => {
    const there = await site(mp3);
    for (const addresses of [["127.0.0.3"], ["127.0.0.2", "127.0.0.3"], ["169.254.169.254"], ["::1"]]) {
      const resolve = async () => addresses;
      expect(await refusedFor(downloader(there, resolve).download(there.url, audio))).toBe("private_address");
    }
    expect(there.connections).toEqual([]);
  });

  it("S21: a name that changes its meaning between check and connection changes nothing", async () => {
    const there = await site(mp3);
    let asked = 0;
    const rebinding = async () => (++asked === 1 ? [publicHost] : ["127.0.0.3"]);
    await (await downloader(there, rebinding).download(there.url, audio)).blob();
    expect(asked).toBe(1);
    expect(there.connections).toEqual([publicHost]);
    // The next download looks the name up again, and finds the trap.
    expect(await refusedFor(downloader(there, rebinding).download(there.url, audio))).toBe("private_address");
    expect(there.connections).toEqual([publicHost]);
  });

  it("S21: over a live name server whose answers live no second, a rebound name leads nowhere, alone or among others", async () => {
    const there = await site(mp3);
    const answers = [[publicHost], ["127.0.0.3"], [publicHost, "127.0.0.3"], ["127.0.0.3", publicHost], [publicHost]];
    const names = await nameServer((n) => answers[n] ?? []);
    open.push(() => names.close());
    const of = downloader(there, names.resolve);
    await (await of.download(there.url, audio)).blob();
    for (let n = 0; n < 3; n++) expect(await refusedFor(of.download(there.url, audio))).toBe("private_address");
    await (await of.download(there.url, audio)).blob();
    expect(names.asked).toEqual(answers.map(() => name));
    expect(there.connections).toEqual([publicHost, publicHost]);
    // Ten at once while the name turns from one to the other: each connects to what it was told, or not at all.
    const turning = await nameServer((n) => (n % 2 === 0 ? [publicHost] : ["127.0.0.3"]));
    open.push(() => turning.close());
    const racing = downloader(there, turning.resolve);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 10 }, async () => (await racing.download(there.url, audio)).blob()),
    );
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(5);
    expect(new Set(there.connections)).toEqual(new Set([publicHost]));
  });

  it("takes no certificate of another name", async () => {
    const there = await site(mp3);
    const other = downloader(there).download(`https://elsewhere.example.com:${there.port}/`, audio);
    await expect(other).rejects.toMatchObject({ code: "NETWORK_FAILED", details: { sent: false } });
    expect(there.requests).toEqual([]);
  });

  it("follows no redirect", async () => {
    const there = await site((_request, response) => {
      response.writeHead(302, { location: "https://127.0.0.3/latest/meta-data/" }).end();
    });
    expect(await refusedFor(downloader(there).download(there.url, audio))).toBe("redirect");
    expect(there.requests).toHaveLength(1);
  });

  it("refuses other types, errors, compressed bodies and announced sizes without reading them", async () => {
    const answers: Record<string, RequestListener> = {
      type: (_request, response) => void response.writeHead(200, { "content-type": "text/html" }).write("<html>"),
      status: (_request, response) => void response.writeHead(404).write("gone"),
      encoding: (_request, response) =>
        void response.writeHead(200, { "content-type": "audio/mpeg", "content-encoding": "gzip" }).write("x"),
      too_large: (_request, response) =>
        void response.writeHead(200, { "content-type": "audio/mpeg", "content-length": 1_001 }).write("x"),
    };
    for (const [reason, answer] of Object.entries(answers)) {
      const there = await site(answer);
      expect(await refusedFor(downloader(there, undefined, { maxBytes: 1_000 }).download(there.url, audio))).toBe(
        reason,
      );
    }
  });

  it("stops at the size cap, whatever was announced, and closes the connection", async () => {
    let closed = (): void => {};
    const gone = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const there = await site((_request, response) => {
      response.writeHead(200, { "content-type": "audio/mpeg" });
      const more = (): void => void response.write(Buffer.alloc(64_000), () => !response.destroyed && more());
      response.on("close", closed);
      more();
    });
    const file = await downloader(there, undefined, { maxBytes: 1_000_000 }).download(there.url, audio);
    expect(await refusedFor(file.blob())).toBe("too_large");
    await gone;
  });

  it("stops when its time is up, before the answer or within the body", async () => {
    const silent = await site(() => {});
    const ticks = () => {
      let up = (): void => {};
      const late = new Promise<void>((resolve) => {
        up = resolve;
      });
      return { up, clock: { sleep: (_ms: number) => late } };
    };
    const before = ticks();
    const waiting = downloader(silent, undefined, {}, { clock: before.clock }).download(silent.url, audio);
    before.up();
    expect(await refusedFor(waiting)).toBe("too_slow");

    const slow = await site((_request, response) => {
      response.writeHead(200, { "content-type": "audio/mpeg" }).write("first");
    });
    const within = ticks();
    const file = await downloader(slow, undefined, {}, { clock: within.clock }).download(slow.url, audio);
    within.up();
    expect(await refusedFor(file.blob())).toBe("too_slow");
  });

  it("is aborted by the caller, and a broken answer may be tried again", async () => {
    const silent = await site(() => {});
    const stop = new AbortController();
    const waiting = downloader(silent).download(silent.url, { ...audio, signal: stop.signal });
    stop.abort();
    await expect(waiting).rejects.toMatchObject({ code: "ABORTED" });

    const busy = await site((_request, response) => void response.writeHead(503).end());
    await expect(downloader(busy).download(busy.url, audio)).rejects.toMatchObject({
      code: "NETWORK_FAILED",
      retryable: true,
      details: { status: 503 },
    });
    const cut = await site((_request, response) => {
      response.writeHead(200, { "content-type": "audio/mpeg", "content-length": 100 }).write("some");
      response.destroy();
    });
    await expect(
      downloader(cut)
        .download(cut.url, audio)
        .then((file) => file.blob()),
    ).rejects.toMatchObject({ code: "NETWORK_FAILED" });
    await expect(downloader(busy, async () => []).download(busy.url, audio)).rejects.toMatchObject({
      code: "NETWORK_FAILED",
      details: { reason: "ENOTFOUND" },
    });
  });
});

describe("a download where the runtime connects by name", () => {
  const answering = (response: Response) => {
    const asked: { url: string; init: RequestInit }[] = [];
    const fetch = async (url: string, init: RequestInit) => {
      asked.push({ url, init });
      return response;
    };
    return { asked, deps: { fetcher: webFetcher({ fetch }), clock: systemClock } };
  };
  const sound = () => new Response("sound", { headers: { "content-type": "audio/mpeg" } });

  it("needs a list of hosts and asks no other, and no redirect is followed", async () => {
    const { asked, deps } = answering(sound());
    const url = "https://a.recordings.example.com/x";
    expect(await refusedFor(createDownloader(deps).download(url, audio))).toBe("host");
    const listed = createDownloader(deps, { hosts: ["*.recordings.example.com"] });
    for (const other of [
      "https://recordings.example.com.evil.test/",
      "https://evilrecordings.example.com/",
      "https://169.254.169.254/",
    ]) {
      expect(await refusedFor(listed.download(other, audio)), other).toBe("host");
    }
    expect(asked).toEqual([]);
    expect(await (await (await listed.download(url, audio)).blob()).text()).toBe("sound");
    expect(asked).toMatchObject([{ url, init: { redirect: "manual" } }]);
    const opaque = answering(Response.redirect("https://169.254.169.254/"));
    expect(
      await refusedFor(createDownloader(opaque.deps, { hosts: ["*.recordings.example.com"] }).download(url, audio)),
    ).toBe("redirect");
  });

  it("counts what arrives, and cancelling reaches the runtime", async () => {
    const { deps } = answering(sound());
    const small = createDownloader(deps, { hosts: ["r.example.com"], maxBytes: 4 });
    const file = await small.download("https://r.example.com/", audio);
    expect(await refusedFor(file.blob())).toBe("too_large");
    const cancelled = answering(sound());
    const other = createDownloader(cancelled.deps, { hosts: ["r.example.com"] });
    await (await other.download("https://r.example.com/", audio)).body.cancel();
    expect(cancelled.asked[0]?.init.signal?.aborted).toBe(true);
  });
});

it("the client's own transport follows no redirect either", async () => {
  const asked: RequestInit[] = [];
  const transport = fetchTransport(async (_url, init) => {
    asked.push(init);
    return Response.redirect("https://elsewhere.example.com/");
  });
  const timeouts = { connectMs: 1_000, headersMs: 1_000, bodyMs: 1_000 };
  const answer = await transport.send({ method: "GET", url: "https://api.hubapi.com/", headers: {}, timeouts });
  expect([answer.status, asked[0]?.redirect]).toEqual([302, "manual"]);
});
