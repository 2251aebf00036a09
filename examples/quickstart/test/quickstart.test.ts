import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const script = new URL("../../../scripts/example.ts", import.meta.url).pathname;

async function run(...argv: string[]): Promise<string> {
  const { HUBSPOT_ACCESS_TOKEN: _token, ...env } = process.env;
  const args = ["--conditions=@hubspoke/source", script, "quickstart", ...argv];
  return (await promisify(execFile)(process.execPath, args, { env })).stdout;
}

test("names the person behind a number, and nobody", async () => {
  expect(await run()).toBe("Ada Lovelace, (902) 555-1234\n");
  expect(await run("+1 902 555 0000")).toBe("Nobody has this number.\n");
});
