import type { Command } from "commander";
import { type Host, withSession } from "../../base/session.ts";
import { syncOf } from "../../base/syncs.ts";
import { countLines } from "./counts.ts";

export function planCommand(group: Command, host: Host): void {
  group
    .command("plan [sync]")
    .description("a dry run: what a pass would link, create and write; nothing is written")
    .action(
      withSession(host, async (session, named: string | undefined) => {
        const { name, sync } = syncOf(session, named);
        const plan = await sync.plan({ signal: session.io.signal });
        const text = plan.equal
          ? `${name}: both sides are equal\n${countLines(plan.counts)}`
          : `${name}: a pass would\n${countLines(plan.counts)}`;
        return { json: { sync: name, ...plan }, text };
      }),
    );
}
