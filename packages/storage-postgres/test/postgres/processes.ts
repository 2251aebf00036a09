import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { databaseUrl } from "./database.ts";

/** Runs a script of `test/fixtures` in a process of its own on a schema; answers what it printed. */
export async function inProcess<T>(script: string, schema: string): Promise<T> {
  const path = new URL(`../fixtures/${script}`, import.meta.url).pathname;
  const { stdout } = await promisify(execFile)(process.execPath, [
    "--conditions=@hubspoke/source",
    "--no-warnings",
    path,
    databaseUrl(),
    schema,
  ]);
  return JSON.parse(stdout) as T;
}
