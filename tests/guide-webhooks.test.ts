import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { root } from "../scripts/workspace.ts";

const folder = join(root, "tests/.tmp/guide-webhooks");
beforeAll(() => mkdirSync(folder, { recursive: true }));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("the program of webhooks.md does what it says", async () => {
  const text = readFileSync(join(root, "docs/guide/webhooks.md"), "utf8");
  const program = [...text.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map((match) => match[1] ?? "").join("\n");
  const file = join(folder, "webhooks.ts");
  writeFileSync(file, program);
  const { stdout } = await promisify(execFile)(process.execPath, ["--conditions=@hubspoke/source", file], {
    cwd: folder,
  });
  expect(stdout.trim().split("\n")).toEqual([
    "2",
    "1",
    "contact.creation acme a contact true",
    "phone true",
    "2",
    "true",
  ]);
});
