import type { Hubspoke } from "@hubspoke/core";
import type { Command } from "commander";
import { exitCodes } from "../base/exit-codes.ts";
import type { Io } from "../base/io.ts";
import { createProgress } from "../base/progress.ts";
import { type Answer, type Host, withSetUp } from "../base/session.ts";
import { columns } from "../base/text.ts";

type KeyStatus = Awaited<ReturnType<Hubspoke["keys"]["status"]>>;

export function keys(program: Command, host: Host): void {
  const group = program
    .command("keys")
    .description("the keys that seal personal data: what each still holds, and rotation");
  group
    .command("status")
    .description(
      "what is under which key, and which may leave the ring; exit code 1 when rows need a key that is missing",
    )
    .action(
      withSetUp(host, async ({ hubspoke }): Promise<Answer> => {
        const status = await hubspoke.keys.status();
        const code = status.missing.length === 0 ? exitCodes.ok : exitCodes.found;
        return { json: status, text: statusText(status), code };
      }),
    );
  group
    .command("rotate")
    .description("seal everything anew under the current key; exit code 1 when something stays under another")
    .action(
      withSetUp(host, async ({ hubspoke, io }): Promise<Answer> => {
        const resealed = await resealAll(hubspoke, io);
        const status = await hubspoke.keys.status();
        const left = leftOf(status);
        const done = Object.values(resealed).reduce((sum, did) => sum + did, 0);
        const said = left.length === 0 ? "nothing is left under another key" : whatIsLeft(left, status);
        const text = `${done} sealed anew under ${status.current}: ${said}.\n${statusText(status)}`;
        return { json: { resealed, left, ...status }, text, code: left.length === 0 ? exitCodes.ok : exitCodes.found };
      }),
    );
}

/** Runs each job that seals anew until it finds nothing: as the worker does, but not an hour apart. */
async function resealAll(hubspoke: Hubspoke, io: Io): Promise<Readonly<Record<string, number>>> {
  const worker = hubspoke.worker();
  const progress = createProgress(io);
  const resealed: Record<string, number> = {};
  try {
    for (const job of worker.jobs.filter((name) => name.startsWith("keys:") || name.endsWith(":reseal"))) {
      const began = io.now();
      let done = 0;
      for (let did = 1; did > 0 && !io.signal.aborted; done += did) {
        ({ did } = await worker.runJob(job, { signal: io.signal }));
        const seconds = Math.max(1, io.now() - began) / 1_000;
        progress.show({ phase: job, done: done + did, ratePerSecond: (done + did) / seconds, etaMs: null });
      }
      resealed[job] = done;
    }
    return resealed;
  } finally {
    progress.end();
  }
}

/** Tables that need another key than the current one, those of keys that are missing among them. */
function leftOf({ keys: ring, missing }: KeyStatus): readonly string[] {
  return [...new Set([...ring.flatMap(({ rows }) => Object.keys(rows)), ...missing.map((id) => `missing key ${id}`)])];
}

function whatIsLeft(left: readonly string[], { missing }: KeyStatus): string {
  const advice = [
    ...(left.includes("links")
      ? ["links are hashes of what a sync agreed on: run `hubspoke sync reconcile` of each sync, which makes them anew"]
      : []),
    ...(missing.length > 0 ? [`put ${missing.join(", ")} back on the ring`] : []),
  ];
  return [`${left.join(", ")} still need another key`, ...advice].join("; ");
}

function statusText({ keys: ring, missing }: KeyStatus): string {
  const rows = ring.map(({ id, current, rows, mayRetire }) => [
    id,
    current ? "current" : mayRetire ? "may retire" : "in use",
    Object.entries(rows)
      .map(([table, count]) => `${table} ${count}`)
      .join(", "),
  ]);
  return columns([
    ["key", "state", "rows that need it"],
    ...rows,
    ...missing.map((id) => [id, "MISSING", "put it back"]),
  ]);
}
