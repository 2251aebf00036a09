import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { createHubSpotSimulator } from "@hubspoke/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
import { root } from "../scripts/workspace.ts";

const folder = join(root, "tests/.tmp/guide-sync");
beforeAll(() => mkdirSync(folder, { recursive: true }));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The program of the guide, run as it stands: only the environment points at the simulator. */
it("sync.md does what it says", async () => {
  const text = readFileSync(join(root, "docs/guide/sync.md"), "utf8");
  const program = [...text.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map((match) => match[1] ?? "").join("\n");
  writeFileSync(join(folder, "sync.ts"), program);
  const simulator = createHubSpotSimulator({ seed: 7 });
  simulator.portal().contacts.create({ email: "ann@example.com", firstname: "Ann", phone: "902-555-1234" });
  const server = await simulator.listen({ port: 0 });
  try {
    const env = {
      ...process.env,
      HUBSPOT_ACCESS_TOKEN: simulator.token,
      HUBSPOT_API_BASE_URL: server.url,
      HUBSPOKE_KEY: Buffer.alloc(32, 1).toString("base64"),
    };
    const run = promisify(execFile);
    const args = ["--conditions=@hubspoke/source", join(folder, "sync.ts")];
    const { stdout } = await run(process.execPath, args, { cwd: folder, env });
    expect(stdout.trim().split("\n")).toEqual([
      "{ 'create-local': 1, 'create-hubspot': 1 }",
      "1 1",
      "Newman",
      "true",
      "realtime",
      "schema, schedules, sync:leads",
      expect.stringContaining('no property "jobtitel". Did you mean "jobtitle"?'),
      expect.stringContaining("trim lower-case-email phone full-name enum"),
      "done true",
      "2 0 0",
      "push",
      "email true, phone true, name true, title true",
    ]);
  } finally {
    await server.close();
  }
});
