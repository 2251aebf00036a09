import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { createHubSpotSimulator } from "@hubspoke/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
import { root } from "../scripts/workspace.ts";

/** The guide's program, run as it stands against a served simulator. */
const folder = join(root, "tests/.tmp/guide-client");

beforeAll(() => mkdirSync(folder, { recursive: true }));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("client.md does what it says", async () => {
  const page = readFileSync(join(root, "docs/guide/client.md"), "utf8");
  const program = [...page.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map((match) => match[1] ?? "").join("\n");
  const file = join(folder, "client.ts");
  writeFileSync(file, program);
  const simulator = createHubSpotSimulator({ seed: 7 });
  const { contacts } = simulator.portal();
  contacts.create({ email: "ann@acme.example", firstname: "Ann", city: "Halifax" });
  for (let i = 0; i < 4; i++) contacts.create({ email: `c${i}@acme.example`, city: "Halifax" });
  const server = await simulator.listen();
  try {
    const env = {
      ...process.env,
      HUBSPOT_ACCESS_TOKEN: simulator.token,
      HUBSPOT_API_BASE_URL: server.url,
      HUBSPOKE_KEY: Buffer.alloc(32, 1).toString("base64"),
    };
    const args = ["--conditions=@hubspoke/source", file];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, env });
    expect(stdout.trim().split("\n")).toEqual([
      "62515",
      "Ann true",
      "10 5 5",
      "0 created",
      "1 CONFLICT true",
      "object 200 true",
      "there already",
      "false [ 'calls', 'search' ]",
      expect.stringMatching(/^true 0 0 \{ '2026-09': \d+ \}$/),
    ]);
  } finally {
    await server.close();
  }
});
