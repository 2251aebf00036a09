import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { createHubSpotSimulator, type HubSpotSimulator } from "@hubspoke/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root } from "../scripts/workspace.ts";

/** The programs of two guides, run as they stand: only the environment points at the simulator. */
const folder = join(root, "tests/.tmp/guide-services");

async function runGuide(name: string, simulator: HubSpotSimulator): Promise<readonly string[]> {
  const text = readFileSync(join(root, `docs/guide/${name}.md`), "utf8");
  const program = [...text.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map((match) => match[1] ?? "").join("\n");
  const file = join(folder, `${name}.ts`);
  writeFileSync(file, program);
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
    return stdout.trim().split("\n");
  } finally {
    await server.close();
  }
}

function withAnn(): HubSpotSimulator {
  const simulator = createHubSpotSimulator({ seed: 7 });
  simulator.portal().contacts.create({ email: "ann@example.com", phone: "902-555-1234", country: "Canada" });
  return simulator;
}

describe("guides", () => {
  beforeAll(() => mkdirSync(folder, { recursive: true }));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("activities.md writes what it says", async () => {
    const simulator = withAnn();
    expect(await runGuide("activities", simulator)).toEqual([
      "done linked",
      "created",
      "opened true",
      "opened",
      "4",
      "true",
      "true",
      "welcome true 0",
    ]);
    const portal = simulator.portal();
    expect(
      portal
        .objects("notes")
        .list()
        .map(({ properties }) => properties.hs_note_body),
    ).toEqual([
      expect.stringContaining("Asked about &lt;pricing&gt;<br>Calls back on Monday<br><br>Recording: <a href="),
      "<strong>Trunk created</strong><br>Trunk id: trunk_789",
    ]);
    expect(portal.objects("emails").list()).toHaveLength(1);
    expect(
      portal
        .objects("tickets")
        .list()
        .map(({ properties }) => properties.content),
    ).toEqual(["60% again", "35%"]);
  });

  it("workflows.md does what it says", async () => {
    const simulator = withAnn();
    expect(await runGuide("workflows", simulator)).toEqual([
      "true true",
      expect.stringMatching(/^sales hears of m-\d true$/),
      expect.stringMatching(/^sales hears of m-\d true$/),
      expect.stringMatching(/^reply:m-\d done, reply:m-\d done$/),
      "account true",
      "done",
      "1",
    ]);
    const [ann] = simulator.portal().contacts.list();
    expect(ann?.properties).toMatchObject({
      lifecyclestage: "lead",
      jobtitle: expect.stringContaining("answered the "),
    });
    expect(simulator.portal().objects("companies").list()[0]?.properties.annualrevenue).toBe("5000");
  });
});
