import { execFile } from "node:child_process";
import { promisify } from "node:util";

const FLAGS = ["--conditions=@hubspoke/source", "--expose-gc", "--no-warnings"];

/** Runs a file in a process of its own, so that nothing before it has filled the heap, and reads what it printed. */
export function part<T>(file: URL, ...args: readonly string[]): Promise<T> {
  return partWithin<T>([], file, ...args);
}

/** The same with limits of V8's, as options of node. */
export async function partWithin<T>(limits: readonly string[], file: URL, ...args: readonly string[]): Promise<T> {
  const { stdout } = await promisify(execFile)(process.execPath, [...FLAGS, ...limits, file.pathname, ...args], {
    maxBuffer: 1 << 26,
  });
  return JSON.parse(stdout) as T;
}
