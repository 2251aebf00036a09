import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { SimulatorError } from "../base/api-error.ts";
import type { SimClock } from "../base/clock.ts";
import { jsonResponse, type Outcome, type WireRequest, type WireResponse } from "../base/wire.ts";
import type { HubSpotSimulator, ListenOptions, RunningServer } from "../simulator-api.ts";
import type { WebhookTarget } from "../webhooks/delivery.ts";
import { answerControl, CONTROL_PREFIX } from "./control.ts";
import { piecesOf } from "./pieces.ts";
import { pumpWebhooks } from "./webhook-pump.ts";

interface Parts {
  readonly handle: (request: WireRequest) => Promise<Outcome>;
  readonly simulator: HubSpotSimulator;
  readonly clock: SimClock;
  readonly watch: (listener: (() => void) | undefined) => void;
  readonly untilDue: (target: WebhookTarget) => number | undefined;
}

/** Who may use the control API. */
type Control = "none" | "local" | "anyone";

const LOOPBACK: ReadonlySet<string> = new Set(["127.0.0.1", "::1", "localhost"]);
/** Long paths are for the simulator to refuse, not for Node. */
const MAX_HEADERS = 256 * 1024;
/** Saved states are large. */
const MAX_BODY = 1024 * 1024 * 1024;

function whyNot(error: unknown): string {
  const taken = (error as { code?: unknown } | null)?.code === "EADDRINUSE";
  return taken ? "the port is taken; name another one, or 0 for any that is free" : String(error);
}

export async function listen(options: ListenOptions, parts: Parts): Promise<RunningServer> {
  const { createServer } = await import("node:http");
  const { host = "127.0.0.1", port = 0 } = options;
  const control =
    options.control === undefined ? (LOOPBACK.has(host) ? "local" : "none") : options.control ? "anyone" : "none";
  const server = createServer({ maxHeaderSize: MAX_HEADERS }, (message, response) => {
    serve(message, response, control, parts).catch((error: unknown) => {
      // A bug of the simulator: said in full, because nothing here is secret and somebody is testing.
      if (!response.headersSent) response.writeHead(500, { "content-type": "text/plain" });
      response.end(error instanceof Error ? error.stack : String(error));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  }).catch((error: unknown) => {
    throw new SimulatorError("LISTEN_FAILED", `Cannot listen on ${host}:${port}: ${whyNot(error)}`);
  });
  const target: WebhookTarget = {
    ...(options.webhookUrl === undefined ? {} : { url: options.webhookUrl }),
    ...(options.webhookPublicUrl === undefined ? {} : { publicUrl: options.webhookPublicUrl }),
  };
  const pump = pumpWebhooks(target, parts);
  const bound = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${bound.port}`,
    async close() {
      pump.stop();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function serve(
  message: IncomingMessage,
  response: ServerResponse,
  control: Control,
  parts: Parts,
): Promise<void> {
  const url = targetOf(message.url ?? "/");
  if (url === undefined) {
    response.writeHead(400, { "content-type": "text/plain" }).end("Bad Request");
    return;
  }
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  const body = await readBody(message);
  const request: WireRequest = {
    method: message.method ?? "GET",
    path: url.pathname,
    query: url.searchParams,
    headers,
    body,
  };
  const isControl = control !== "none" && `${request.path}/`.startsWith(`${CONTROL_PREFIX}/`);
  const outcome = isControl ? await controlled(request, control, parts) : await parts.handle(request);
  if (outcome.kind === "reset") message.socket.destroy();
  else if (outcome.kind === "response") {
    await answer(response, outcome, parts.clock);
  }
}

/** The path asked for, also of a request that names its host there; `//x` is a path, and no host. */
function targetOf(asked: string): URL | undefined {
  return URL.parse(asked.startsWith("/") ? `http://simulator${asked}` : asked) ?? undefined;
}

/**
 * A page in a browser on this machine can reach loopback too: under a name that it made lead here (then `Host` is that
 * name), or across sites (then `Origin` is the page's). Whoever asked for the control API everywhere has it so.
 */
async function controlled(request: WireRequest, control: Control, { simulator }: Parts): Promise<WireResponse> {
  const { host = "", origin } = request.headers;
  const strange = [`http://${host}`, ...(origin === undefined ? [] : [origin])].find((url) => !isLocal(url));
  if (control === "anyone" || strange === undefined) return answerControl(simulator, request);
  const message = `The control API is for this machine only, not for ${strange}; --control opens it to anyone`;
  return jsonResponse(403, { message });
}

function isLocal(url: string): boolean {
  return URL.canParse(url) && LOOPBACK.has(new URL(url).hostname.replace(/^\[(.*)\]$/, "$1"));
}

/** A body that breaks off promises its whole length first, so that the other side can tell. */
async function answer(response: ServerResponse, outcome: WireResponse, clock: SimClock): Promise<void> {
  const length = Buffer.byteLength(outcome.body);
  response.writeHead(
    outcome.status,
    outcome.body === "" ? outcome.headers : { ...outcome.headers, "content-length": length },
  );
  if (outcome.truncateAt === undefined && outcome.drip === undefined) {
    response.end(outcome.body);
    return;
  }
  for await (const piece of piecesOf(outcome, clock)) await new Promise((resolve) => response.write(piece, resolve));
  if (outcome.truncateAt === undefined) response.end();
  else response.destroy();
}

async function readBody(message: IncomingMessage): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY) throw new SimulatorError("BODY_TOO_LARGE", `Request bodies end at ${MAX_BODY} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
