/**
 * A process of WARP's for `killed.test.ts`, on a clock that is so far ahead that leases of those before it have lapsed, and
 * runs five times as fast, so that polls take a fifth. It stays within the five minutes of the simulator's webhooks.
 */
import { aheadClock } from "@hubspoke/example-kit/ahead-clock";
import { start } from "../../lib/start.ts";

const clock = aheadClock(5);
clock.ahead = Number(process.env.WARP_AHEAD);
const port = Number(process.env.PORT);
await start({ port, schema: process.env.WARP_SCHEMA, options: { clock } });
console.log("started");
