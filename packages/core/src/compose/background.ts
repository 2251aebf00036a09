import type { Background } from "../audit/tell.ts";
import { isHubspokeError } from "../errors/hubspoke-error.ts";
import type { Logger } from "../ports/logger.ts";

/** Work that goes on after an answer was given, and how to wait for it. */
export interface BackgroundWork {
  readonly run: Background;
  /** Resolves when nothing is under way any more. */
  settled(): Promise<void>;
}

/**
 * Keeps hold of everything that was started behind an answer, so that `close()` can wait for it and, on Workers,
 * `waitUntil` keeps the isolate alive until it is done. Work handles its own failures; one that does not is logged.
 */
export function backgroundWork(logger: Logger, waitUntil?: (work: Promise<unknown>) => void): BackgroundWork {
  const underWay = new Set<Promise<void>>();
  return {
    run(work) {
      const started: Promise<void> = work().then(
        () => {},
        (error: unknown) =>
          logger.error("background.failed", { code: isHubspokeError(error) ? error.code : "INTERNAL" }),
      );
      const tracked = started.finally(() => underWay.delete(tracked));
      underWay.add(tracked);
      waitUntil?.(tracked);
    },
    async settled() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}
