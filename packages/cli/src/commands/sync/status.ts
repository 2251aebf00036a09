import type { Command } from "commander";
import { type Host, type Session, withSession } from "../../base/session.ts";
import { syncOf } from "../../base/syncs.ts";
import { columns } from "../../base/text.ts";

export function statusCommands(group: Command, host: Host): void {
  group
    .command("status [sync]")
    .description("whether syncs are on, what waits, what is linked and what is quarantined")
    .action(
      withSession(host, async (session, named: string | undefined) => {
        const names = named === undefined ? session.hubspoke.syncs().map(({ name }) => name) : [named];
        const all = await Promise.all(names.map((name) => statusOf(session, name)));
        const head = ["sync", "state", "linked", "waiting", "quarantined", "last pass"];
        return { json: all, text: columns([head, ...all.map(row)]) };
      }),
    );
  group
    .command("pause [sync]")
    .description("stop writing until `resume`; changes are still noted")
    .option("--reason <text>", "shown in the status", "paused on the command line")
    .action(
      withSession(host, async (session, named: string | undefined, { reason }: { reason: string }) => {
        const { name, sync } = syncOf(session, named);
        await sync.pause(reason);
        return { json: { sync: name, paused: true }, text: `${name} is paused.\n` };
      }),
    );
  group
    .command("resume [sync]")
    .description("go on after a pause")
    .action(
      withSession(host, async (session, named: string | undefined) => {
        const { name, sync } = syncOf(session, named);
        await sync.resume();
        return { json: { sync: name, paused: false }, text: `${name} goes on.\n` };
      }),
    );
}

type Status = Awaited<ReturnType<typeof statusOf>>;

async function statusOf(session: Session, named: string) {
  const { name, sync } = syncOf(session, named);
  return { sync: name, ...(await sync.status()) };
}

function row({ sync, on, paused, linked, waiting, quarantined, running, lastRuns }: Status): readonly string[] {
  const state =
    paused !== null ? `paused: ${paused.reason}` : running !== null ? `${running.kind} running` : on ? "on" : "off";
  const [last] = lastRuns;
  const pass = last === undefined ? "never" : `${last.kind} ${last.state}`;
  return [sync, state, String(linked), String(waiting.records), String(quarantined), pass];
}
