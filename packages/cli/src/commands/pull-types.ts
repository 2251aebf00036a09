import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { Command } from "commander";
import { exitCodes } from "../base/exit-codes.ts";
import { type Host, withSession } from "../base/session.ts";
import { readPortalShape } from "../types/portal-shape.ts";
import { writeTypes } from "../types/write-types.ts";

interface Options {
  readonly out: string;
  readonly check?: boolean;
}

export function pullTypes(program: Command, host: Host): void {
  program
    .command("pull-types")
    .description("TypeScript for your account: its properties, enum options, pipelines, custom objects and labels")
    .option("--out <file>", "where to", "hubspot-types.ts")
    .option("--check", "write nothing; exit code 1 when the file is not what the account says now")
    .action(
      withSession(host, async ({ hubspoke, tenant, io }, { out, check = false }: Options) => {
        const shape = await readPortalShape(hubspoke.client({ tenant, lane: "incremental" }));
        for (const { object, code } of shape.refused) io.complain(`left out ${object}: ${code}\n`);
        const text = writeTypes(shape);
        const path = resolve(io.cwd, out);
        const before = existsSync(path) ? readFileSync(path, "utf8") : null;
        const changed = before !== text;
        const json = {
          file: out,
          portalId: shape.portalId,
          changed,
          drift: drift(before, text),
          refused: shape.refused,
        };
        if (check) {
          const differs = `${out} is not what the account says:\n${json.drift.join("\n")}\n`;
          const missing = `There is no ${out}: name the file that was written with --out, or write it first.\n`;
          const said = !changed ? `${out} is up to date.\n` : before === null ? missing : differs;
          return { json, text: said, code: changed ? exitCodes.found : exitCodes.ok };
        }
        if (changed) {
          mkdirSync(dirname(path), { recursive: true });
          writeFileSync(path, text);
        }
        return { json, text: `${changed ? "Wrote" : "Nothing changed in"} ${out}.\n` };
      }),
    );
}

/** Lines that are only in one of both, marked + and -. Names and labels of definitions, never a record's value. */
function drift(before: string | null, now: string): readonly string[] {
  const lines = (text: string) => new Set(text.split("\n").filter((line) => line.trim() !== ""));
  const [old, current] = [lines(before ?? ""), lines(now)];
  return [
    ...[...current].filter((line) => !old.has(line)).map((line) => `+ ${line.trim()}`),
    ...[...old].filter((line) => !current.has(line)).map((line) => `- ${line.trim()}`),
  ];
}
