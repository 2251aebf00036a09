/** One way of taking webhooks, in a process of its own, so that its processor time is its own. */
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { sqliteStorage } from "@hubspoke/storage-sqlite";
import { bareExpress, bareHono } from "./bare.ts";
import { ourExpress, ourHono } from "./ours.ts";

export type Contestant = "Express, by hand" | "Express, hubspoke" | "Hono, by hand" | "Hono, hubspoke";

export const contestants: Readonly<Record<Contestant, (path: string) => RequestListener>> = {
  "Express, by hand": bareExpress,
  "Express, hubspoke": ourExpress,
  "Hono, by hand": bareHono,
  "Hono, hubspoke": ourHono,
};

/** What a contestant answers to `read`: what it has cost so far, and how many events are in its inbox. */
export interface Reading {
  readonly processorMicros: number;
  readonly stored: number;
}

const [, , name, path] = process.argv as [string, string, Contestant?, string?];
if (name !== undefined && path !== undefined) {
  const storage = sqliteStorage({ path });
  await storage.migrate();
  const server = createServer({ headersTimeout: 0, requestTimeout: 0 }, contestants[name](path));
  // Connections rest while it is another's turn.
  server.keepAliveTimeout = 0;
  process.on("message", async () => {
    const { user, system } = process.cpuUsage();
    const { waiting } = await storage.inbox.depth();
    process.send?.({ processorMicros: user + system, stored: waiting } satisfies Reading);
  });
  process.on("disconnect", () => process.exit());
  server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
}
