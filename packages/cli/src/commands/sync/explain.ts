import { HubspokeError } from "@hubspoke/core/errors";
import type { Command } from "commander";
import { type Host, withSession } from "../../base/session.ts";
import { syncOf } from "../../base/syncs.ts";
import { explanationText } from "./explanation-text.ts";

interface Options {
  readonly local?: string;
  readonly hubspot?: string;
  readonly values?: boolean;
}

export function explainCommand(group: Command, host: Host): void {
  group
    .command("explain [sync]")
    .description("why a record's fields are as they are, and what would happen next")
    .option("--local <id>", "the record by your id")
    .option("--hubspot <id>", "the record by HubSpot's id")
    .option("--values", "show values too: personal data")
    .action(
      withSession(host, async (session, named: string | undefined, { local, hubspot, values = false }: Options) => {
        const { name, sync } = syncOf(session, named);
        const found = await sync.explain(idOf(local, hubspot), { values });
        return { json: { sync: name, ...found }, text: explanationText(name, found) };
      }),
    );
}

function idOf(local: string | undefined, hubspot: string | undefined): { localId: string } | { hubspotId: string } {
  if (local !== undefined && hubspot === undefined) return { localId: local };
  if (hubspot !== undefined && local === undefined) return { hubspotId: hubspot };
  throw new HubspokeError("INPUT_INVALID", "name the record with either --local <id> or --hubspot <id>");
}
