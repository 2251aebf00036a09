import type { Command } from "commander";
import { type Host, withSetUp } from "../base/session.ts";

export function migrate(program: Command, host: Host): void {
  program
    .command("migrate")
    .description("bring the database's schema up to this version; any number may run it at once")
    .action(
      withSetUp(host, async ({ hubspoke }) => {
        const report = await hubspoke.migrate();
        const { from, to, applied } = report;
        const text =
          applied.length === 0
            ? `The schema is at version ${to} already.\n`
            : `From version ${from} to ${to}: ${applied.join(", ")}.\n`;
        return { json: report, text };
      }),
    );
}
