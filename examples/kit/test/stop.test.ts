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

test("what the settings lack is said in one line, and the process ends with 1", async () => {
  const child = await startedAlone(main("coldcopy"), { HOST: "0.0.0.0" });
  expect(child.said()).toMatch(/^CONFIG_INVALID: HOST=0\.0\.0\.0 .*LOGIN_PASSWORD.*\n$/);
  expect((await child.stop())[0]).toBe(1);
});
