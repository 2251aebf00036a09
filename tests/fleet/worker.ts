/** One worker process of a fleet: takes its work from pg-boss, shares budget and locks by Redis. Never ends by itself. */
import { bossWorker } from "@hubspoke/pg-boss";
import { PgBoss } from "pg-boss";
import { type Trap, trapped } from "../crash/trap.ts";
import { type FleetPlan, member } from "./plan.ts";

const plan = JSON.parse(process.argv[2] ?? "") as FleetPlan;
const trap: Trap = { call: "", afterEffect: false };
const { hubspoke } = await member(plan, {
  storage: (given) => trapped(given, "storage", trap),
  local: (given) => trapped(given, "local", trap),
});
const boss = new PgBoss({
  connectionString: plan.postgres,
  schema: plan.bossSchema,
  max: 3,
  // A killed process' run is given to another within seconds, not after minutes.
  superviseIntervalSeconds: 1,
  monitorIntervalSeconds: 1,
});
boss.on("error", (error) => process.stderr.write(`pg-boss: ${error.message}\n`));
await boss.start();
await bossWorker(hubspoke.worker(), {
  boss,
  pollSeconds: 0.5,
  helpAfterMs: 200,
  busyMs: 5_000,
  expireSeconds: 30,
}).start();

process.on("message", (next: Trap) => void Object.assign(trap, next));
// Nobody to be killed by any more: the parent is gone.
process.on("disconnect", () => process.exit(0));
process.send?.("ready");
