import type { IncomingMessage, ServerResponse } from "node:http";

/**
 * What is used of Express's request. Structural, so that no version of Express is imported and 4, 5 and bare
 * `node:http` all fit.
 */
export interface ExpressRequest extends IncomingMessage {
  /** Path and query before any router took its part off. Absent on bare `node:http`, where `url` is taken. */
  readonly originalUrl?: string;
  /** Where the router is mounted. */
  readonly baseUrl?: string;
  /**
   * What a body parser left. Unless `keepRawBody` kept the bytes, a webhook whose body was parsed is answered with 500.
   */
  readonly body?: unknown;
  /** What the pattern of the host's own route matched. */
  readonly params?: Readonly<Record<string, string | string[] | undefined>>;
  /** The client's address as Express's `trust proxy` setting has it: forwarded headers count only where it says so. */
  readonly ip?: string | undefined;
}

/** Middleware as Express takes it. */
export type ExpressHandler<R extends ExpressRequest> = (
  req: R,
  res: ServerResponse,
  next: (error?: unknown) => void,
) => void;
