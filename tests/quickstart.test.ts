import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { createHubSpotSimulator } from "@hubspoke/testing";
import { expect, test } from "vitest";
import { root } from "../scripts/workspace.ts";

/** The README's first program, copied out of it and run as it stands: only the environment points at the simulator. */
test("the quickstart runs and finds a name", async () => {
  const program = /## Quickstart\n\n```ts\n([\s\S]*?)\n```/.exec(readFileSync(join(root, "README.md"), "utf8"))?.[1];
  expect(program).toBeDefined();
  const simulator = createHubSpotSimulator({ seed: 7 });
  simulator.portal().contacts.create({
    email: "ada@example.com",
    firstname: "Ada",
    lastname: "Lovelace",
    phone: "902-555-1234",
    country: "Canada",
  });
  const server = await simulator.listen({ port: 0 });
  const folder = mkdtempSync(join(root, "tests", ".tmp-quickstart-"));
  try {
    writeFileSync(join(folder, "quickstart.ts"), program ?? "");
    const env = {
      ...process.env,
      HUBSPOT_ACCESS_TOKEN: simulator.token,
      HUBSPOT_API_BASE_URL: server.url,
      HUBSPOKE_KEY: Buffer.alloc(32, 1).toString("base64"),
    };
    const run = promisify(execFile);
    const { stdout } = await run(process.execPath, ["--conditions=@hubspoke/source", "quickstart.ts"], {
      cwd: folder,
      env,
    });
    const [name, contact] = stdout.trim().split("\n");
    expect(name).toBe("Ada Lovelace");
    expect(contact).toMatch(/^\d+ ada@example\.com \d{4}$/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await server.close();
  }
});
