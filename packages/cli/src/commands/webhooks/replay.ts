import type { Command } from "commander";
import { type Answer, type Host, withSession } from "../../base/session.ts";
import { columns } from "../../base/text.ts";
import { wholeNumber } from "../../base/values.ts";

export function replayCommand(group: Command, host: Host): void {
  group
    .command("replay [ids...]")
    .description(
      "run handlers again, with the worker's next round, for events whose handlers failed: all, or those named",
    )
    .option("--list", "only show them")
    .option("--limit <n>", "show at most so many", wholeNumber(1, 1_000), 50)
    .action(
      withSession(
        host,
        async ({ hubspoke, tenant }, ids: string[], flags: { list?: boolean; limit: number }): Promise<Answer> => {
          const { quarantine } = hubspoke.webhooks;
          if (flags.list === true) {
            const page = await quarantine.list(tenant, { limit: flags.limit });
            const rows = page.items.map(({ id, type, reason, tries }) => [id, type, reason, `${tries} tries`]);
            const text = rows.length === 0 ? "None.\n" : columns([["id", "type", "reason", ""], ...rows]);
            return { json: page, text };
          }
          const replayed = await quarantine.replay(tenant, ids.length === 0 ? undefined : ids);
          return { json: { replayed }, text: `${replayed} will be handled again.\n` };
        },
      ),
    );
}
