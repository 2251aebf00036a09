/** Packs every package as it would be published: pnpm applies `publishConfig` and replaces `workspace:` versions. */
import { mkdirSync } from "node:fs";
import { type Outcome, packages, pnpm, run } from "./workspace.ts";

export function pack(destination: string): Outcome {
  mkdirSync(destination, { recursive: true });
  const outcomes = packages().map((one) => run(pnpm("pack", "--pack-destination", destination), one.path));
  return { ok: outcomes.every((one) => one.ok), output: outcomes.map((one) => one.output).join("\n") };
}
