import type { Command } from "commander";
import { createProgress, duration } from "../../base/progress.ts";
import { type Host, withSession } from "../../base/session.ts";
import { syncOf } from "../../base/syncs.ts";
import { countLines } from "./counts.ts";

const passes = {
  backfill: "first contact of both sides, then the sync stays on; a killed one is continued",
  reconcile: "compare both sides record by record and repair what drifted",
} as const;

export function passCommands(group: Command, host: Host): void {
  for (const kind of ["backfill", "reconcile"] as const) {
    group
      .command(`${kind} [sync]`)
      .description(passes[kind])
      .action(
        withSession(host, async (session, named: string | undefined) => {
          const { name, sync } = syncOf(session, named);
          const progress = createProgress(session.io);
          const started = session.io.now();
          try {
            const result = await sync[kind]({ signal: session.io.signal, onProgress: (step) => progress.show(step) });
            const took = duration(session.io.now() - started);
            const text = `${name}: ${result.equal ? "both sides were equal" : `${kind} done`} in ${took}\n${countLines(result.counts)}`;
            return { json: { sync: name, kind, ...result }, text };
          } finally {
            progress.end();
          }
        }),
      );
  }
}
