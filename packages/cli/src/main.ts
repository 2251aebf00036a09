import { readFileSync } from "node:fs";
import { HubspokeError } from "@hubspoke/core/errors";
import { Command, CommanderError } from "commander";
import { exitCodes } from "./base/exit-codes.ts";
import type { Io } from "./base/io.ts";
import { app } from "./commands/app.ts";
import { conflicts } from "./commands/conflicts.ts";
import { doctor } from "./commands/doctor.ts";
import { init } from "./commands/init.ts";
import { keys } from "./commands/keys.ts";
import { lookup } from "./commands/lookup.ts";
import { migrate } from "./commands/migrate.ts";
import { oauth } from "./commands/oauth.ts";
import { privacy } from "./commands/privacy.ts";
import { pullTypes } from "./commands/pull-types.ts";
import { quarantine } from "./commands/quarantine.ts";
import { schema } from "./commands/schema.ts";
import { search } from "./commands/search.ts";
import { runSimulator, simulateCommand } from "./commands/simulate.ts";
import { sync } from "./commands/sync/sync.ts";
import { webhooks } from "./commands/webhooks/webhooks.ts";

/**
 * Runs one command line; answers its exit code (see `exitCodes`). Writes to `io` only and never ends the process, so that
 * tests and other programs can call it.
 */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  const json = argv.includes("--json");
  if (argv.find((word) => word !== "--json") === "simulate") {
    return runSimulator(argv.toSpliced(argv.indexOf("simulate"), 1), io);
  }
  const program = new Command("hubspoke")
    .description("HubSpot inside your product: check, look up, sync, simulate.")
    .option("--config <file>", "the set-up to use (default: hubspoke.config.ts, else the environment)")
    .option("--tenant <name>", "for whom; the default is `tenant` of the set-up, else `default`")
    .option("--new-tenant", "the tenant is not known yet, and that is meant")
    .option("--json", "one JSON document on stdout instead of text")
    .version(version(), "--version", "which version this is")
    .showHelpAfterError("(`hubspoke --help` lists the commands)")
    .configureOutput({ writeOut: (text) => io.print(text), writeErr: (text) => json || io.complain(text) })
    .exitOverride();
  const done = { code: exitCodes.ok as number };
  for (const add of [
    doctor,
    lookup,
    search,
    sync,
    conflicts,
    quarantine,
    webhooks,
    privacy,
    schema,
    app,
    pullTypes,
    keys,
    oauth,
    migrate,
    init,
    simulateCommand,
  ]) {
    add(program, {
      io,
      finish: (code) => {
        done.code = code;
      },
    });
  }
  try {
    await program.parseAsync([...argv], { from: "user" });
    return done.code;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return exitCodes.ok;
    if (json) io.print(`${JSON.stringify({ error: refusal(error).toJSON() })}\n`);
    return exitCodes.usage;
  }
}

function refusal({ code, message }: CommanderError): HubspokeError {
  const said = code === "commander.help" ? "which command?" : message.replace("error: ", "").replace("\n", " ");
  return new HubspokeError("INPUT_INVALID", `${said} (\`hubspoke --help\` lists the commands)`);
}

function version(): string {
  return JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")).version;
}
