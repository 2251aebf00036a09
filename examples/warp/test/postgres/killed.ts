/** A process of WARP's for `killed.test.ts`, on a clock that is so far ahead that leases of those before it have lapsed. */
import { aheadClock } from "@hubspoke/example-kit/ahead-clock";
import { start } from "../../lib/start.ts";

const clock = aheadClock();
clock.ahead = Number(process.env.WARP_AHEAD);
const port = Number(process.env.PORT);
await start({ port, schema: "warp_killed", options: { clock } });
console.log("started");
