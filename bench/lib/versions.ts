import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Which version of each package is installed here, for the record. */
export function versionsOf(...names: readonly string[]): Record<string, string> {
  const folder = join(import.meta.dirname, "../node_modules");
  return Object.fromEntries(
    names.map((name) => {
      const manifest = JSON.parse(readFileSync(join(folder, name, "package.json"), "utf8")) as { version: string };
      return [name, manifest.version];
    }),
  );
}
