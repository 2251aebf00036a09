import { join } from "node:path";
import { expect, test } from "vitest";
import { startedAlone } from "../child.ts";

const main = (example: string) => join(import.meta.dirname, "../..", example, "main.ts");

// Miniflare would end the process of the first with 130 before anything is put away.
test.each(["call-notes", "coldcopy"])("Ctrl+C ends %s with 0, and no word of trouble", async (example) => {
  const child = await startedAlone(main(example), {});
  const before = child.said();
  expect(before).toContain("http://localhost:");
  expect(await child.stop()).toEqual([0, null]);
  expect(child.said()).toBe(before);
});

test("what the settings lack is said in one line, and the process ends with 1", async () => {
  const child = await startedAlone(main("coldcopy"), { HOST: "0.0.0.0" });
  expect(child.said()).toMatch(/^CONFIG_INVALID: HOST=0\.0\.0\.0 .*LOGIN_PASSWORD.*\n$/);
  expect((await child.stop())[0]).toBe(1);
});
