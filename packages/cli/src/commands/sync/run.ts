import type { Command } from "commander";
import { type Host, withSetUp } from "../../base/session.ts";

export function runCommand(group: Command, host: Host): void {
  group
    .command("run")
    .description("be the worker: apply changes of both sides until Ctrl+C; with --once, only what is due now")
    .option("--once", "work off what is due and end")
    .action(
      withSetUp(host, async ({ hubspoke, io }, { once = false }: { once?: boolean }) => {
        const worker = hubspoke.worker();
        if (once) {
          const result = await worker.tick({ budgetMs: 3_600_000, signal: io.signal });
          return { json: result, text: `${result.did} done${result.idle ? "" : ", and not all of it"}.\n` };
        }
        io.complain("working; stop with Ctrl+C\n");
        await worker.run(io.signal);
        return { json: { stopped: true }, text: "Stopped.\n" };
      }),
    );
}
