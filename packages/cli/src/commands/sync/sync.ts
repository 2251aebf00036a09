import type { Command } from "commander";
import type { Host } from "../../base/session.ts";
import { explainCommand } from "./explain.ts";
import { passCommands } from "./pass.ts";
import { planCommand } from "./plan.ts";
import { runCommand } from "./run.ts";
import { statusCommands } from "./status.ts";

export function sync(program: Command, host: Host): void {
  const group = program.command("sync").description("two-way syncs: look before, run, and see why");
  for (const add of [planCommand, passCommands, runCommand, statusCommands, explainCommand]) add(group, host);
}
