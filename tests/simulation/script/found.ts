import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import type { Script } from "./steps.ts";

const folder = new URL("../found/", import.meta.url);

/** Histories that failed once, shrunk and kept whole: what a seed draws changes with the drawing, these do not. */
export function found(): readonly { readonly name: string; readonly script: Script }[] {
  const files = readdirSync(folder).filter((file) => file.endsWith(".json"));
  return files.toSorted().map((file) => ({
    name: file.slice(0, -".json".length),
    script: JSON.parse(readFileSync(new URL(file, folder), "utf8")) as Script,
  }));
}

export function keep(name: string, script: Script): void {
  writeFileSync(new URL(`${name}.json`, folder), `${JSON.stringify(script, null, 2)}\n`);
}
