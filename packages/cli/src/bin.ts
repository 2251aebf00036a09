#!/usr/bin/env node
import { exitCodes } from "./base/exit-codes.ts";
import { tooOld } from "./base/node-version.ts";

const refusal = tooOld(process.versions.node);
if (refusal !== null) {
  process.stderr.write(refusal);
  process.exitCode = exitCodes.usage;
} else {
  // Only here: what these import may not load on an older Node.
  const [{ main }, { nodeIo }] = await Promise.all([import("./main.ts"), import("./base/io.ts")]);
  process.exitCode = await main(process.argv.slice(2), nodeIo());
}
