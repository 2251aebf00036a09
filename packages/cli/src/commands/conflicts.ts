import { HubspokeError } from "@hubspoke/core/errors";
import type { Command } from "commander";
import { exitCodes } from "../base/exit-codes.ts";
import { type Host, withSession } from "../base/session.ts";
import { syncOf } from "../base/syncs.ts";
import { columns } from "../base/text.ts";
import { wholeNumber } from "../base/values.ts";

interface ListOptions {
  readonly status: string;
  readonly limit: number;
  readonly values?: boolean;
}

export function conflicts(program: Command, host: Host): void {
  const group = program
    .command("conflicts")
    .description("edits of both sides that met: see them, settle those that wait");
  group
    .command("list [sync]")
    .description("conflicts, the newest first")
    .option("--status <which>", "open, resolved or all", "open")
    .option("--limit <n>", "at most so many", wholeNumber(1, 1_000), 50)
    .option("--values", "show values too: personal data")
    .action(
      withSession(host, async (session, named: string | undefined, { status, limit, values = false }: ListOptions) => {
        const { sync } = syncOf(session, named);
        const page = await sync.conflicts.list({ limit, values, ...statusOf(status) });
        const rows = page.items.map((one) => [
          one.id,
          one.field,
          one.rule,
          one.winner,
          one.status,
          `local ${one.localId}, HubSpot ${one.hubspotId}`,
          one.values === undefined ? "" : `${JSON.stringify(one.values.local)} / ${JSON.stringify(one.values.hubspot)}`,
        ]);
        const head = ["id", "field", "rule", "winner", "status", "record", ""];
        return { json: page, text: rows.length === 0 ? "None.\n" : columns([head, ...rows]) };
      }),
    );
  group
    .command("resolve <id> <side> [sync]")
    .description("settle a conflict that waits for review: take `local` or `hubspot`")
    .action(
      withSession(host, async (session, id: string, side: string, named: string | undefined) => {
        if (side !== "local" && side !== "hubspot") {
          throw new HubspokeError("INPUT_INVALID", "the side to take is local or hubspot");
        }
        const { sync } = syncOf(session, named);
        const resolved = await sync.conflicts.resolve(id, side);
        const text = resolved
          ? `Settled: ${side} stands.\n`
          : "It does not wait any more, or could not be written now.\n";
        return { json: { id, resolved }, text, code: resolved ? exitCodes.ok : exitCodes.found };
      }),
    );
}

function statusOf(text: string): { readonly status?: "open" | "resolved" } {
  if (text === "open" || text === "resolved") return { status: text };
  if (text === "all") return {};
  throw new HubspokeError("INPUT_INVALID", "--status is open, resolved or all");
}
