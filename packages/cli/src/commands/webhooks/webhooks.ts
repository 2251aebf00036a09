import type { Command } from "commander";
import type { Host } from "../../base/session.ts";
import { replayCommand } from "./replay.ts";
import { sendCommand } from "./send.ts";
import { tailCommand } from "./tail.ts";

export function webhooks(program: Command, host: Host): void {
  const group = program.command("webhooks").description("what HubSpot tells: try it here, run it again, follow it");
  for (const add of [sendCommand, replayCommand, tailCommand]) add(group, host);
}
