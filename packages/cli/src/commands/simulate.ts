import { simulate } from "@hubspoke/testing";
import type { Command } from "commander";
import { exitCodes } from "../base/exit-codes.ts";
import type { Io } from "../base/io.ts";

/** Listed for the help only: the simulator reads its own flags, so the command line is handed over before it is parsed. */
export function simulateCommand(program: Command): void {
  program.command("simulate").description("serve a HubSpot simulator; `hubspoke simulate --help` lists its flags");
}

export async function runSimulator(flags: readonly string[], io: Io): Promise<number> {
  const stopped = new Promise<void>((resolve) => {
    if (io.signal.aborted) resolve();
    else io.signal.addEventListener("abort", () => resolve(), { once: true });
  });
  const { env, print, complain } = io;
  return (await simulate(flags, { env, print, complain, stopped })) === 0 ? exitCodes.ok : exitCodes.usage;
}
