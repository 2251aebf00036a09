import { describe, expect, it } from "vitest";
import type { TransportRequest } from "../ports/transport.ts";
import { fetchTransport } from "./fetch-transport.ts";

function get(more: Partial<TransportRequest> = {}): TransportRequest {
  const timeouts = { connectMs: 2_000, headersMs: 5_000, bodyMs: 5_000 };
  return { method: "GET", url: "http://x", headers: {}, timeouts, ...more };
}

describe("the transport over a fetch that looks at no signal", () => {
  const never = () => new Promise<Response>(() => undefined);
  const endless = async () => new Response(new ReadableStream({ pull: () => new Promise(() => undefined) }));

  it.each([
    ["no answer", never],
    ["no end", endless],
  ])("gives up and aborts all the same when there is %s", async (_what, fetch) => {
    const one = fetchTransport(fetch);
    const brief = { connectMs: 10, headersMs: 10, bodyMs: 20 };
    await expect(one.send(get({ timeouts: brief }))).rejects.toMatchObject({ code: "TIMEOUT" });
    const stop = new AbortController();
    const sending = one.send(get({ signal: stop.signal }));
    stop.abort();
    await expect(sending).rejects.toMatchObject({ code: "ABORTED", details: { sent: true } });
    const closing = one.send(get());
    await one.close();
    await expect(closing).rejects.toMatchObject({ code: "ABORTED" });
  });
});
