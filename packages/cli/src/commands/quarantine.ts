import type { Command } from "commander";
import { type Host, withSession } from "../base/session.ts";
import { syncOf } from "../base/syncs.ts";
import { columns } from "../base/text.ts";
import { wholeNumber } from "../base/values.ts";

export function quarantine(program: Command, host: Host): void {
  const group = program.command("quarantine").description("records that could not be synced, with the reason");
  group
    .command("list [sync]")
    .description("what is quarantined")
    .option("--limit <n>", "at most so many", wholeNumber(1, 1_000), 50)
    .action(
      withSession(host, async (session, named: string | undefined, { limit }: { limit: number }) => {
        const { sync } = syncOf(session, named);
        const page = await sync.quarantine.list({ limit });
        const rows = page.items.map((one) => [
          one.side,
          one.key,
          one.reason,
          one.fields.join(", "),
          `${one.tries} tries`,
        ]);
        return {
          json: page,
          text: rows.length === 0 ? "None.\n" : columns([["side", "id", "reason", "fields", ""], ...rows]),
        };
      }),
    );
  group
    .command("replay [sync]")
    .description("try quarantined records again with the worker's next round: all, or those named")
    .option("--local <ids...>", "by your ids")
    .option("--hubspot <ids...>", "by HubSpot's ids")
    .action(
      withSession(
        host,
        async (session, named: string | undefined, options: { local?: string[]; hubspot?: string[] }) => {
          const { sync } = syncOf(session, named);
          const refs = [
            ...(options.local ?? []).map((key) => ({ side: "local" as const, key })),
            ...(options.hubspot ?? []).map((key) => ({ side: "remote" as const, key })),
          ];
          const marked = await sync.quarantine.replay(refs.length === 0 ? undefined : refs);
          return { json: { marked }, text: `${marked} will be tried again.\n` };
        },
      ),
    );
}
