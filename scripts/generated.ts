/** Parts of a page that are written from the code: between `<!-- generated:name -->` and `<!-- /generated -->`. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./workspace.ts";

export interface GeneratedPage {
  readonly path: string;
  /** The command that writes it again. */
  readonly command: string;
  readonly sections: () => Promise<Readonly<Record<string, string>>>;
}

export function fill(page: string, sections: Readonly<Record<string, string>>): string {
  let filled = page;
  for (const [name, content] of Object.entries(sections)) {
    const start = `<!-- generated:${name} -->`;
    const end = "<!-- /generated -->";
    const from = filled.indexOf(start);
    const to = filled.indexOf(end, from);
    if (from < 0 || to < 0)
      throw new Error(`The page has no section ${start} … ${end}: put both lines where it belongs.`);
    filled = `${filled.slice(0, from + start.length)}\n\n${content.trim()}\n\n${filled.slice(to)}`;
  }
  return filled;
}

export async function isFresh(page: GeneratedPage): Promise<boolean> {
  const text = readFileSync(join(root, page.path), "utf8");
  return fill(text, await page.sections()) === text;
}

/** Writes the page; with `--check` only says whether it would change. */
export async function main(page: GeneratedPage): Promise<void> {
  if (process.argv.includes("--check")) {
    if (await isFresh(page)) return;
    console.error(`${page.path} is stale. Write it again: ${page.command}`);
    process.exitCode = 1;
    return;
  }
  const path = join(root, page.path);
  writeFileSync(path, fill(readFileSync(path, "utf8"), await page.sections()));
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), `|${head.map(() => "---").join("|")}|`, ...rows.map(line)].join("\n");
}
