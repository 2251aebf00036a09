import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startedAlone } from "../child.ts";

const main = (example: string) => join(import.meta.dirname, "../..", example, "main.ts");

// Miniflare would end the process of the first with 130 before anything is put away.
test.each(["call-notes", "coldcopy"])("Ctrl+C ends %s with 0, no word of trouble and nothing kept", async (example) => {
  const data = mkdtempSync(join(tmpdir(), "kept-"));
  onTestFinished(() => rmSync(data, { recursive: true }));
  const child = await startedAlone(main(example), { CALL_NOTES_DATA: data, COLDCOPY_DATA: data });
  const before = child.said();
  expect(before).toContain("http://localhost:");
  expect(await child.stop()).toEqual([0, null]);
  expect(child.said()).toBe(before);
  expect(readdirSync(data), "of a simulated HubSpot").toEqual([]);
});

test("a port that is taken, that is none, and a misspelt setting are one line each", async () => {
  const first = await startedAlone(main("coldcopy"), {});
  const port = /localhost:(\d+)/.exec(first.said())?.[1] ?? "";
  for (const [settings, said] of [
    [{ PORT: port }, `port ${port} is taken, perhaps by the same program: stop that one, or set PORT\n`],
    [{ PORT: "abc" }, "PORT goes from 0 (any that is free) to 65535\n"],
    [
      { HUBSPOT_CLIENT_ID: "x", HUBSPOT_CLIENT_SECERT: "y" },
      expect.stringMatching(/^ENV_UNKNOWN: .*did you mean HUBSPOT_CLIENT_SECRET\?.*\n$/),
    ],
  ] as const) {
    const second = await startedAlone(main("coldcopy"), settings);
    expect(second.said()).toEqual(said);
    expect((await second.stop())[0]).toBe(1);
  }
  await first.stop();
});

test("what the settings lack is said in one line, and the process ends with 1", async () => {
  const child = await startedAlone(main("coldcopy"), { HOST: "0.0.0.0" });
  expect(child.said()).toMatch(/^CONFIG_INVALID: HOST=0\.0\.0\.0 .*LOGIN_PASSWORD.*\n$/);
  expect((await child.stop())[0]).toBe(1);
});
