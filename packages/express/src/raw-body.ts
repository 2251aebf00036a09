import type { IncomingMessage } from "node:http";
import type { ExpressRequest } from "./types.ts";

/** `Symbol.for`, so that an ESM and a CJS copy of this package find each other's bytes. */
const kept = Symbol.for("hubspoke.rawBody");

interface WithBytes {
  [kept]?: Uint8Array;
  readonly rawBody?: unknown;
}

/**
 * Keeps a request's bytes for Hubspoke where a body parser runs before it:
 * `app.use(express.json({ verify: keepRawBody }))`. A parser that is not told so makes webhooks fail loudly.
 */
export function keepRawBody(req: IncomingMessage, _res: unknown, bytes: Uint8Array): void {
  (req as IncomingMessage & WithBytes)[kept] = bytes;
}

/**
 * The bytes that something else has already read: kept by `keepRawBody`, the Buffer of `express.raw()`, or the
 * `rawBody` of serverless platforms. Never a re-serialisation.
 */
export function keptBytes(req: ExpressRequest): Uint8Array | undefined {
  const { rawBody } = req as WithBytes;
  const bytes = (req as WithBytes)[kept] ?? (req.body instanceof Uint8Array ? req.body : rawBody);
  return bytes instanceof Uint8Array ? bytes : undefined;
}

/**
 * Whether something has taken bytes off the request, or is about to. Waiting for them would hang for ever; Express 4
 * sets `req.body` even where it read nothing, so that says nothing.
 */
export function isConsumed(req: IncomingMessage): boolean {
  return req.readableDidRead || req.readableEnded || req.readableFlowing === true;
}
