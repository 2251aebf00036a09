import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { createHubSpotSimulator } from "@hubspoke/testing";
import { afterAll, expect, it } from "vitest";
import { root } from "../scripts/workspace.ts";

const folder = join(root, "tests/.tmp/guide-privacy");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The page's program, run as it stands: only the environment points at the simulator. */
it("privacy.md does what it says", async () => {
  const text = readFileSync(join(root, "docs/guide/privacy.md"), "utf8");
  const program = [...text.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map((match) => match[1] ?? "").join("\n");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "privacy.ts");
  writeFileSync(file, program);
  const simulator = createHubSpotSimulator({ seed: 7 });
  simulator.portal().contacts.create({ email: "ann@example.com", phone: "902-555-1234", country: "Canada" });
  const server = await simulator.listen({ port: 0 });
  try {
    const env = {
      ...process.env,
      HUBSPOT_ACCESS_TOKEN: simulator.token,
      HUBSPOT_API_BASE_URL: server.url,
      HUBSPOKE_KEY: Buffer.alloc(32, 1).toString("base64"),
    };
    const run = promisify(execFile);
    const { stdout } = await run(process.execPath, ["--conditions=@hubspoke/source", file], { cwd: root, env });
    expect(stdout.trim().split("\n")).toEqual([
      "1 1 export,lookup",
      "1 true true",
      "null",
      "2",
      "config,erase,export,review",
      "k2 k2 false,k1 true",
      "OUTBOUND_REFUSED",
    ]);
  } finally {
    await server.close();
  }
});
