/** The TypeScript of a page as files that a compiler can read. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./workspace.ts";

/**
 * Files by path. The plain blocks of a page, in order, are one program, `page.ts`; a block with a word after its language
 * (`ts vitest`) is a file of that name. On the pages under `docs/start` every block is the file that its first line names.
 * What the host brings is declared in comments no reader sees: `<!-- ts declare const app: Express; -->`, or a file of its
 * own, `<!-- ts file=src/app.ts … -->`. Pages of error codes speak of an instance that is there.
 */
export function programsOf(page: string): ReadonlyMap<string, string> {
  const text = readFileSync(join(root, page), "utf8");
  const files = new Map<string, string>();
  const add = (path: string, part: string): void => void files.set(path, `${files.get(path) ?? ""}${part}\n`);
  if (page.startsWith("docs/errors/")) add("page.ts", instance(text));
  for (const match of text.matchAll(/<!-- ts(?: file=(\S+))?\s([\s\S]*?)-->|^```ts(?: (\w+))?\n([\s\S]*?)^```/gm)) {
    const [, hiddenFile, hidden, word, block = ""] = match;
    const named = page.startsWith("docs/start/") ? /^\/\/ (\S+\.ts)\n/.exec(block)?.[1] : undefined;
    add(hiddenFile ?? named ?? `${word ?? "page"}.ts`, hidden ?? block);
  }
  return files;
}

function instance(text: string): string {
  if (!/^```ts$/m.test(text) || /\b(?:const|let) hubspoke\b/.test(text)) return "";
  return 'declare const hubspoke: import("@hubspoke/core").Hubspoke;';
}
