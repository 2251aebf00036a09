/** Writes the list of promises and their tests into docs/security.md. */
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { type GeneratedPage, main, table } from "./generated.ts";
import { securityChecklist } from "./security-list.ts";
import { root } from "./workspace.ts";

export const securityPage: GeneratedPage = {
  path: "docs/security.md",
  command: "npx -y pnpm@12 run docs",
  sections: async () => ({ checklist: checklistTable() }),
};

function checklistTable(): string {
  const rows = Object.entries(securityChecklist).map(([name, tests]) => {
    const [, number = "", promise = ""] = /^(S\d+) (.+)$/.exec(name) ?? [];
    const held = tests.map(([file, title]) => `“${wholeTitle(file, title)}” in [${basename(file)}](../${file})`);
    return [number, promise, held.join("<br>")];
  });
  return table(["", "promise", "held by the test"], rows);
}

/** The list names a piece of a title; a reader gets all of it. */
function wholeTitle(file: string, piece: string): string {
  const text = readFileSync(join(root, file), "utf8");
  const titles = [...text.matchAll(/\b(?:it|test|describe)\b[^"`\n]*\(\s*["`]([^"`\n]+)["`]/g)].map(
    ([, title = ""]) => title,
  );
  return (titles.find((title) => title.includes(piece)) ?? piece)
    .replace(/^S\d+: /, "")
    .replace("%s", "each of a list");
}

if (import.meta.main) await main(securityPage);
