import { HubspokeError } from "@hubspoke/core/errors";
import { callNotes, type WorkerHandlers } from "../lib/app.ts";
import type { Env } from "../lib/hubspoke.ts";

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

/** A D1 in which nothing can be put into the outbox. */
function full(db: Env["DB"]): Env["DB"] {
  const refused = new Set<object>();
  const fail = () => Promise.reject(new Error("D1_ERROR: database or disk is full: SQLITE_FULL"));
  return {
    prepare(sql) {
      const statement = db.prepare(sql);
      if (!/insert into "?hubspoke_outbox/i.test(sql)) return statement;
      const refusing = { bind: () => refusing, all: fail };
      refused.add(refusing);
      return refusing;
    },
    batch: (statements) => (statements.some((one) => refused.has(one)) ? fail() : db.batch(statements)),
  };
}

/** The Worker with a clock that was set forward before it started, and with `TEST_FULL` a database that takes no jobs. */
const clocked: WorkerHandlers = {
  ...handlers,
  fetch: (request, env, invocation) =>
    handlers.fetch(request, env.TEST_FULL === undefined ? env : { ...env, DB: full(env.DB) }, invocation),
};
export default clocked;
