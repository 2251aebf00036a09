/** Every published entry point with its source file: what the reference documents and the docstring test reads. */
import { join } from "node:path";
import { sourceCondition } from "./exports.ts";
import { packages } from "./workspace.ts";

export interface Entry {
  /** As it is imported: `@hubspoke/core/errors`. */
  readonly specifier: string;
  /** Absolute path of its source. */
  readonly source: string;
  /** The page of the reference, without ending: `core-errors`. */
  readonly page: string;
}

export function publicEntries(): readonly Entry[] {
  return packages().flatMap(({ name, path, manifest }) =>
    Object.entries(manifest.exports ?? {}).flatMap(([subpath, target]): Entry[] => {
      const source = typeof target === "string" ? undefined : target[sourceCondition];
      if (typeof source !== "string") return [];
      const specifier = `${name}${subpath.slice(1)}`;
      return [
        { specifier, source: join(path, source), page: specifier.replace("@hubspoke/", "").replaceAll("/", "-") },
      ];
    }),
  );
}
