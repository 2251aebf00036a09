import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { repositoryFiles, root } from "../scripts/workspace.ts";

/** Commands that pages tell people to type: in blocks and in lines, each with the options it is shown with. */
const pages = repositoryFiles().filter((file) => /^(?:README|docs\/.+|packages\/[^/]+\/README)\.md$/.test(file));
const read = (page: string): string => readFileSync(join(root, page), "utf8");
/** `packages/cli/test/guide.test.ts` holds this table against `--help`. */
const known = [...read("docs/guide/cli.md").matchAll(/^\| `([a-z][a-z -]*)` \|/gm)].map(([, name = ""]) => name);

interface Shown {
  readonly page: string;
  readonly line: string;
  readonly command: string | undefined;
}

const shown: readonly Shown[] = pages.flatMap((page) =>
  [...read(page).matchAll(/(?:npx (?:-y )?|npm run )hubspoke (?:-- )?([a-z][^`\n]*)/g)].map(([, line = ""]) => ({
    page,
    line: line.trim(),
    command: known.find((name) => line === name || line.startsWith(`${name} `)),
  })),
);

const wrangler = ["dev", "d1", "queues", "secret", "deploy"];

describe("commands that pages show", () => {
  it("are commands of the command line", () => {
    expect(shown.length).toBeGreaterThan(60);
    expect(shown.filter(({ command }) => command === undefined)).toEqual([]);
  });

  it("take the options they are shown with", async () => {
    const wanted = new Map<string, Set<string>>();
    for (const { line, command = "" } of shown.filter(({ page }) => page !== "docs/guide/cli.md")) {
      for (const [option] of line.replace(/#.*$/, "").matchAll(/(?<= )--[a-z-]+/g))
        wanted.set(command, (wanted.get(command) ?? new Set()).add(option));
    }
    expect(wanted.size).toBeGreaterThan(5);
    const bin = join(root, "packages/cli/src/bin.ts");
    for (const [command, options] of wanted) {
      const argv = ["--conditions=@hubspoke/source", bin, ...command.split(" "), "--help"];
      const { stdout } = await promisify(execFile)(process.execPath, argv);
      const general = ["--json", "--tenant", "--config"];
      const missing = [...options].filter((option) => !stdout.includes(option) && !general.includes(option));
      expect(missing, command).toEqual([]);
    }
  }, 120_000);

  it("are else of npm, wrangler and tools every machine has", () => {
    const others = pages.flatMap((page) =>
      [...read(page).matchAll(/^```sh\n([\s\S]*?)^```/gm)]
        .flatMap(([, block = ""]) => block.split("\n"))
        .filter((line) => line !== "" && !/^#|^[A-Z_]+=/.test(line))
        .filter((line) => !/^(?:npx (?:-y )?hubspoke |npm run hubspoke -- |npx -y pnpm@12 )/.test(line))
        .map((line) => line.replace(/\s*#.*$/, "").split(" ")),
    );
    const odd = others.filter(([program = "", first = "", second = ""]) => {
      if (program === "npx" && first === "wrangler") return !wrangler.includes(second);
      if (program === "npm") return !["install", "test", "start", "run"].includes(first);
      return !["cd", "cp", "curl", "openssl", "node"].includes(program);
    });
    expect(odd).toEqual([]);
  });
});
