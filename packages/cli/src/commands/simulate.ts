import { HubspokeError } from "@hubspoke/core/errors";
import { simulate } from "@hubspoke/testing";
import type { Command } from "commander";
import { exitCodes } from "../base/exit-codes.ts";
import type { Io } from "../base/io.ts";

/** Listed for the help only: the simulator reads its own flags, so the command line is handed over before it is parsed. */
export function simulateCommand(program: Command): void {
  program.command("simulate").description("serve a HubSpot simulator; `hubspoke simulate --help` lists its flags");
}

export async function runSimulator(flags: readonly string[], { env, print, complain, signal }: Io): Promise<number> {
  const stopped = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
  const refuse = (text: string) =>
    print(`${JSON.stringify({ error: new HubspokeError("INPUT_INVALID", text.trim()).toJSON() })}\n`);
  const said = flags.includes("--json") ? refuse : complain;
  return (await simulate(flags, { env, print, complain: said, stopped })) === 0 ? exitCodes.ok : exitCodes.usage;
}
