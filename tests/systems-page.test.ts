import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { root } from "../scripts/workspace.ts";

/** docs/systems.md: what each system's document asks for, and where it lives. Its links are followed by docs.test.ts. */
const page = readFileSync(join(root, "docs/systems.md"), "utf8");
const rows = page
  .split("\n")
  .filter((line) => line.startsWith("|") && !/^\|[-|\s]+\|$/.test(line))
  .map((line) =>
    line
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim()),
  );

it("says of everything the documents ask for what is done here, and where", () => {
  expect(rows.length).toBeGreaterThan(100);
  expect(rows.filter((cells) => cells.length !== 3 || cells.includes(""))).toEqual([]);
});

it("leads to the table of every router a document asks for", () => {
  const tables = readdirSync(join(root, "packages/core/src/mount/tables"));
  // No document asks for a description of the routes.
  const wanted = tables.filter((file) => file !== "openapi.ts");
  expect(wanted.filter((file) => !page.includes(`mount/tables/${file})`))).toEqual([]);
});
