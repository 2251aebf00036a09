import type { IncomingMessage, ServerResponse } from "node:http";
import { keptBytes } from "./raw-body.ts";
import type { ExpressRequest } from "./types.ts";

/** Where a request goes instead of where it came in. */
export interface Address {
  readonly method: string;
  /** With the query. */
  readonly path: string;
}

/** The Fetch request behind Express's. `stream`: take the body off the socket; else kept bytes, or none. */
export function toRequest(req: ExpressRequest, res: ServerResponse, stream: boolean, address?: Address): Request {
  const method = address?.method ?? req.method ?? "GET";
  const gone = new AbortController();
  res.once("close", () => {
    if (!res.writableFinished) gone.abort();
  });
  const headers = new Headers();
  for (let i = 0; i + 1 < req.rawHeaders.length; i += 2) headers.append(req.rawHeaders[i]!, req.rawHeaders[i + 1]!);
  const init: RequestInit & { duplex?: "half" } = { method, headers, signal: gone.signal };
  if (method !== "GET" && method !== "HEAD") {
    const bytes = keptBytes(req);
    if (bytes !== undefined) init.body = bytes as Uint8Array<ArrayBuffer>;
    else if (stream) Object.assign(init, { body: bodyOf(req), duplex: "half" });
  }
  return new Request(urlOf(req, address?.path), init);
}

/**
 * Only path and query of this address matter, and the host for comparing it with a browser's Origin. Joined as text,
 * because a path that begins with two slashes would otherwise name the host.
 */
function urlOf(req: ExpressRequest, path: string = req.originalUrl ?? req.url ?? "/"): string {
  const url = `http://${req.headers.host ?? "localhost"}${path.startsWith("/") ? path : "/"}`;
  return URL.canParse(url) ? url : `http://localhost/`;
}

/**
 * The body chunk by chunk, as fast as it is asked for. Cancelling it lets the rest run off unseen and leaves the socket
 * open: `Readable.toWeb` would destroy it, and a sender whose body was too large would never read why.
 */
function bodyOf(req: IncomingMessage): ReadableStream<Uint8Array> {
  let begun = false;
  let over = false;
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (begun) return void req.resume();
        begun = true;
        const end = (finish: () => void) => () => {
          if (!over) finish();
          over = true;
        };
        req.on("data", (chunk: Uint8Array) => {
          if (over) return;
          controller.enqueue(new Uint8Array(chunk));
          req.pause();
        });
        req.once(
          "end",
          end(() => controller.close()),
        );
        const broken = end(() => controller.error(new Error("the request ended before its body did")));
        req.once("error", broken);
        req.once("close", broken);
        if (req.destroyed) broken();
      },
      cancel() {
        over = true;
        req.resume();
      },
    },
    { highWaterMark: 0 },
  );
}
