import { HubspokeError } from "@hubspoke/core/errors";
import { callNotes, type WorkerHandlers } from "../lib/app.ts";

/** The Worker with a clock that was set forward before it started: nobody waits for an hour to pass. */
const handlers: WorkerHandlers = callNotes(({ TEST_AHEAD_MS = "0" }) => ({
  clock: {
    now: () => Date.now() + Number(TEST_AHEAD_MS),
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(resolve, ms);
        signal?.addEventListener("abort", () => {
          clearTimeout(timer);
          reject(new HubspokeError("ABORTED", "the wait was aborted"));
        });
      }),
  },
}));
export default handlers;
