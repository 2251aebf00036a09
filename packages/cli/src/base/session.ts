import { userInfo } from "node:os";
import type { CrmSchema, Ctx, Hubspoke } from "@hubspoke/core";
import { HubspokeError, isHubspokeError } from "@hubspoke/core/errors";
import type { Command } from "commander";
import type { Use } from "../needs/uses.ts";
import { type AppConfig, loadConfig } from "./config.ts";
import { exitCodeOf, exitCodes } from "./exit-codes.ts";
import type { Io } from "./io.ts";
import { refuseStranger } from "./known-tenant.ts";

/** What every command gets besides its own arguments. */
export interface Session {
  readonly hubspoke: Hubspoke;
  readonly tenant: string;
  /** What the set-up declares, if it does. */
  readonly schema: CrmSchema | undefined;
  readonly uses: readonly Use[];
  readonly app: AppConfig | undefined;
  readonly io: Io;
  /** Who is asking, for the audit trail: the system's user, in the role of `--role`. */
  ctx(role: string): Ctx;
}

/** What a command answers: `json` for programs, `text` for people, `code` 0 unless something was found. */
export interface Answer {
  readonly json: unknown;
  readonly text: string;
  readonly code?: number;
}

export interface Host {
  readonly io: Io;
  finish(code: number): void;
}

interface GlobalOptions {
  readonly config?: string;
  readonly tenant?: string;
  readonly newTenant?: boolean;
  readonly json?: boolean;
}

type Run<A extends unknown[]> = (session: Session, ...args: A) => Promise<Answer>;
type Action = (this: Command, ...args: unknown[]) => Promise<void>;

/** The action of a command for one tenant: loads the set-up, runs, prints the answer or the error, closes. */
export function withSession<A extends unknown[]>(host: Host, run: Run<A>): Action {
  return inSession(host, run, true);
}

/** The same for a command that makes a tenant, or for which it is all one who they are. */
export function withSetUp<A extends unknown[]>(host: Host, run: Run<A>): Action {
  return inSession(host, run, false);
}

function inSession<A extends unknown[]>({ io, finish }: Host, run: Run<A>, forTenant: boolean): Action {
  return answering({ io, finish }, async (options, ...args: A) => {
    if (options.tenant === "") throw new HubspokeError("INPUT_INVALID", "--tenant needs a name, and has none");
    const config = await loadConfig(io, options.config);
    const tenant = options.tenant ?? config.tenant ?? "default";
    try {
      const meant = options.newTenant === true || tenant === config.tenant;
      if (forTenant && !meant) await refuseStranger(config.hubspoke, tenant);
      const ctx = (role: string): Ctx => ({
        tenant,
        actor: { id: `cli:${userInfo().username}`, role },
        purpose: "cli",
      });
      const { hubspoke, schema, uses = [], app } = config;
      return await run({ hubspoke, tenant, schema, uses, app, io, ctx }, ...args);
    } finally {
      await config.hubspoke.close();
    }
  });
}

/** The action of a command that needs no set-up. */
export function answering<A extends unknown[]>(
  { io, finish }: Host,
  run: (options: GlobalOptions, ...args: A) => Promise<Answer>,
): Action {
  return async function action(this: Command, ...args: unknown[]): Promise<void> {
    const options = this.optsWithGlobals<GlobalOptions>();
    try {
      // commander adds itself behind the command's own arguments and options.
      const { json, text, code } = await run(options, ...(args.slice(0, -1) as A));
      io.print(options.json === true ? `${JSON.stringify(json)}\n` : text);
      finish(code ?? exitCodes.ok);
    } catch (error) {
      finish(report(io, options, error));
    }
  };
}

/** A message with its code, said once: those of HubSpot's errors begin with it. */
export function named(code: string, message: string): string {
  return message.startsWith(`${code}: `) ? message : `${code}: ${message}`;
}

/** Messages of our errors hold no personal data and no secret; of any other error nothing is printed but its kind. */
function report(io: Io, { json }: GlobalOptions, thrown: unknown): number {
  const error = isHubspokeError(thrown)
    ? thrown
    : (fileTrouble(thrown) ??
      new HubspokeError("INTERNAL", "something failed that should not have; set HUBSPOKE_DEBUG=1 to see it", {
        unsafe: thrown,
      }));
  if (json === true) io.print(`${JSON.stringify({ error: error.toJSON() })}\n`);
  else
    io.complain(
      `${named(error.code, error.message)}\n${becauseOf(error)}  see ${error.docs} (in node_modules/@hubspoke/core)\n`,
    );
  if (io.env.HUBSPOKE_DEBUG === "1" && error.code === "INTERNAL") io.complain(`${stackOf(thrown)}\n`);
  return exitCodeOf(error);
}

/** What an error of ours goes back to, where that says more. */
function becauseOf({ code, cause }: HubspokeError): string {
  if (!isHubspokeError(cause)) return "";
  return `${cause.code === code ? "" : `  because ${named(cause.code, cause.message)}\n`}${becauseOf(cause)}`;
}

/** What Node says of a file that cannot be read or written; null for anything else. */
function fileTrouble(thrown: unknown): HubspokeError | null {
  if (!(thrown instanceof Error)) return null;
  const { code, path = "a file", syscall = "" } = thrown as NodeJS.ErrnoException;
  if (!["open", "read", "write", "mkdir", "scandir"].includes(syscall)) return null;
  return new HubspokeError("INPUT_INVALID", `${path} cannot be read or written (${code})`, { unsafe: thrown });
}

function stackOf(thrown: unknown): string {
  return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
}
