import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { createHubSpotSimulator } from "@hubspoke/testing";
import { afterAll, expect, it } from "vitest";
import { root } from "../scripts/workspace.ts";

const folder = join(root, "tests/.tmp/guide-serverless");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a platform does with the page's functions; afterwards it stops asking, and the process must end by itself. */
const platform = `
const ask = async (path: string, init: RequestInit = {}) => {
  const answer = await GET(new Request("https://app.example.com/hubspot" + path, init));
  return [answer.status, (await answer.text()).slice(0, 60)];
};
const session = { headers: { authorization: "Bearer of-a-session" } };
const answers = await Promise.all([ask("/contacts/search?q=ann", session), ask("/health", session), ask("/health")]);
console.log(JSON.stringify(answers));
const stranger = await cron(new Request("https://app.example.com/cron"));
const allowed = { headers: { authorization: "Bearer " + process.env.CRON_SECRET } };
const worked = await cron(new Request("https://app.example.com/cron", allowed));
console.log(stranger.status, worked.status, (await worked.json()).idle);
`;

it("serverless.md does what it says, and leaves nothing running", async () => {
  const text = readFileSync(join(root, "docs/guide/serverless.md"), "utf8");
  const program = [...text.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map((match) => match[1] ?? "").join("\n");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "program.ts"), program + platform);
  const simulator = createHubSpotSimulator({ seed: 7 });
  simulator.portal().contacts.create({ firstname: "Ann", email: "ann@example.com" });
  const server = await simulator.listen({ port: 0 });
  try {
    const env = {
      ...process.env,
      HUBSPOT_ACCESS_TOKEN: simulator.token,
      HUBSPOT_API_BASE_URL: server.url,
      HUBSPOKE_KEY: Buffer.alloc(32, 1).toString("base64"),
      HUBSPOKE_DB: join(folder, "hubspoke.db"),
      CRON_SECRET: "of-the-platform",
    };
    const args = ["--conditions=@hubspoke/source", join(folder, "program.ts")];
    // Nothing closes the instance: a timer or socket left behind would keep the process until this limit.
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, env, timeout: 25_000 });
    const [answers = "", cron] = stdout.trim().split("\n");
    expect(JSON.parse(answers)).toEqual([
      [200, expect.stringContaining("contacts")],
      [200, expect.stringContaining('{"ok":true,"storage":"well"')],
      [403, expect.stringContaining("ACCESS_DENIED")],
    ]);
    expect(cron).toBe("401 200 true");
  } finally {
    await server.close();
  }
});
