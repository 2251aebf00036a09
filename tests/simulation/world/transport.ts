import { HubspokeError } from "@hubspoke/core/errors";
import type { Transport } from "@hubspoke/core/ports";
import type { HubSpotSimulator } from "@hubspoke/testing";
import type { SimulatedClock } from "../base/clock.ts";
import { pathOf } from "../base/path.ts";
import type { Trace } from "../base/trace.ts";
import type { Process } from "./process.ts";

/** The simulator as the network of one process, with timeouts in virtual time. */
export function transportTo(
  simulator: HubSpotSimulator,
  clock: SimulatedClock,
  trace: Trace,
  process: Process,
): Transport {
  return {
    async send({ method, url, headers, body, timeouts, signal }) {
      if (signal?.aborted)
        throw new HubspokeError("ABORTED", "aborted before it was sent", { details: { sent: false } });
      const stop = new AbortController();
      const abort = () => stop.abort(new HubspokeError("ABORTED", "aborted", { details: { sent: true } }));
      signal?.addEventListener("abort", abort, { once: true });
      const late = () => stop.abort(new HubspokeError("TIMEOUT", "no answer in time", { details: { sent: true } }));
      const cancel = clock.timer(timeouts.headersMs, process, late);
      const line = `${process.name} ${method} ${pathOf(url)} ${typeof body === "string" ? body : ""}`;
      try {
        const asked = { method, url, headers, signal: stop.signal };
        const response = await simulator.exchange(body === undefined ? asked : { ...asked, body: body as string });
        trace.add(`${line} -> ${response.status}`);
        return response;
      } catch (error) {
        trace.add(`${line} -> lost`);
        if (stop.signal.reason instanceof HubspokeError) throw stop.signal.reason;
        throw new HubspokeError("NETWORK_FAILED", "the connection broke", { details: { sent: true }, unsafe: error });
      } finally {
        cancel();
        signal?.removeEventListener("abort", abort);
      }
    },
    close: async () => {},
  };
}
