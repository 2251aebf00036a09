import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { HubspokeError } from "@hubspoke/core/errors";
import { type Command, Option } from "commander";
import { type Answer, answering, type Host } from "../base/session.ts";
import { projectFiles, type Target, targets } from "../init/project.ts";

export function init(program: Command, { io, finish }: Host): void {
  program
    .command("init <dir>")
    .description("write a small working project into an empty folder")
    .addOption(new Option(`--target <${targets.join("|")}>`, "what it runs on").choices(targets).makeOptionMandatory())
    .action(
      answering({ io, finish }, async (_, dir: string, { target }: { target: Target }): Promise<Answer> => {
        const folder = resolve(io.cwd, dir);
        if (existsSync(folder) && readdirSync(folder).length > 0) {
          throw new HubspokeError(
            "INPUT_INVALID",
            `${dir} is not empty, and nothing is overwritten: name another folder`,
          );
        }
        const files = projectFiles(target, basename(folder));
        for (const [path, text] of Object.entries(files)) {
          mkdirSync(dirname(join(folder, path)), { recursive: true });
          writeFileSync(join(folder, path), text);
        }
        const written = Object.keys(files).sort();
        const text = `${written.map((path) => `${join(dir, path)}\n`).join("")}\nNext: cd ${dir} && npm install, then README.md.\n`;
        return { json: { target, dir, files: written }, text };
      }),
    );
}
