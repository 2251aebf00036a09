/** Everything Hubspoke does later, dispatched by pg-boss. */
export type { BossJob, BossLike } from "./boss.ts";
export { type BossWorker, type BossWorkerOptions, bossWorker } from "./boss-worker.ts";
