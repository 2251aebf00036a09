import { lookup as systemLookup } from "node:dns/promises";
import { isIP, type LookupFunction } from "node:net";
import { isHubspokeError } from "../errors/hubspoke-error.ts";
import type { FileFetcher } from "../ports/file-fetcher.ts";
import { flat } from "./node-exchange.ts";
import { transportFailure } from "./transport-failure.ts";

export interface FileFetcherOptions {
  /** What a name stands for. Default: the system's resolver. */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
  /** Certificates to trust besides the runtime's. */
  readonly ca?: string;
  /** To connect and agree on keys. Default 10,000 ms. */
  readonly connectMs?: number;
}

/**
 * GETs over undici, each on a connection of its own. The address is looked up once, checked, and connected to; the name
 * stays in the TLS handshake and the certificate is checked against it.
 */
export function fileFetcher(options: FileFetcherOptions = {}): FileFetcher {
  const { resolve = resolveBySystem, ca, connectMs = 10_000 } = options;
  return {
    pinsAddress: true,
    async fetch({ url, headers, checkAddress, signal }) {
      const { Agent, request } = await import("undici");
      let refused: unknown = null;
      const lookup: LookupFunction = (host, { all }, answer) => {
        const found = resolve(host).then((addresses) => {
          // All of them: which one is tried first is not ours to say.
          for (const address of addresses) checkAddress(address);
          return addresses.map((address) => ({ address, family: isIP(address) }));
        });
        found.then(
          (addresses) => {
            const [first] = addresses;
            if (first === undefined) answer(notFound(host), "", 0);
            else if (all === true) answer(null, addresses);
            else answer(null, first.address, first.family);
          },
          (error: unknown) => {
            refused = error;
            answer(error instanceof Error ? error : notFound(host), "", 0);
          },
        );
      };
      // Names only go through `lookup`; an address written out is its own.
      const host = new URL(url).hostname.replace(/^\[|\]$/g, "");
      if (isIP(host) !== 0) checkAddress(host);
      const connect = { lookup, timeout: connectMs, ...(ca === undefined ? {} : { ca }) };
      const agent = new Agent({ connections: 1, pipelining: 0, connect });
      try {
        const response = await request(url, { method: "GET", dispatcher: agent, headers, signal });
        const answered = flat(response.headers);
        const encoding = answered["content-encoding"] ?? "identity";
        return {
          status: response.statusCode,
          headers: answered,
          encoded: encoding.trim().toLowerCase() !== "identity",
          body: chunks(response.body, signal),
          close: () => agent.destroy(),
        };
      } catch (error) {
        await agent.destroy();
        throw isHubspokeError(refused) ? refused : transportFailure(error, signal);
      }
    },
  };
}

async function* chunks(body: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw transportFailure(error, signal);
  }
}

async function resolveBySystem(host: string): Promise<readonly string[]> {
  return (await systemLookup(host, { all: true })).map(({ address }) => address);
}

function notFound(host: string): Error {
  return Object.assign(new Error(`no address for ${host}`), { code: "ENOTFOUND" });
}
