import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { errorCodes } from "@hubspoke/core/errors";
import { describe, expect, it } from "vitest";
import { root } from "../scripts/workspace.ts";

const folder = join(root, "docs/errors");
const read = (file: string): string => readFileSync(join(folder, file), "utf8");
const again = (retryable: boolean): string => (retryable ? "yes" : "no");

describe("pages of the error codes", () => {
  it("are there for every code, and for nothing else", () => {
    const pages = readdirSync(folder).filter((file) => file !== "README.md");
    expect(pages.sort()).toEqual(
      Object.keys(errorCodes)
        .map((code) => `${code}.md`)
        .sort(),
    );
  });

  it.each(Object.entries(errorCodes))("%s: its page has its parts, and the facts of the table", (code, facts) => {
    const lines = read(`${code}.md`).split("\n");
    expect(lines[0]).toBe(`# ${code}`);
    expect(lines[2]).toMatch(/^[A-Z].+[.]$/);
    const { category, status, retryable } = facts;
    expect(lines.filter((line) => line.startsWith("Category "))).toEqual([
      `Category \`${category}\` · HTTP status of the mounts ${status} · the same call may succeed later: ${again(retryable)}`,
    ]);
    const text = lines.join("\n");
    expect(text).toMatch(/^\*\*Cause\*\*\s+\S/m);
    expect(text).toMatch(/^\*\*Fix\*\*\s+\S/m);
    expect(text).toMatch(/^\*\*Example\*\*\n\n```(?:ts|json)\n\S[\s\S]*\n```\n$/m);
  });

  it.each(Object.keys(errorCodes))("%s: a JSON body on its page is one that a mount answers", (code) => {
    for (const [, body = ""] of read(`${code}.md`).matchAll(/```json\n([\s\S]*?)```/g)) {
      const { error } = JSON.parse(body);
      expect(error).toEqual({ code, message: expect.stringMatching(/\S/), docs: `docs/errors/${code}.md` });
    }
  });

  it("are listed in the index, each under its category and with its facts", () => {
    const listed = read("README.md")
      .split(/^## /m)
      .slice(1)
      .flatMap((section) => {
        const category = section.slice(0, section.indexOf("\n"));
        const rows = section.matchAll(/^\| \[(\w+)\]\((\w+)\.md\) \| (\d+) \| (yes|no) \| \S.* \|$/gm);
        return [...rows].map(([, name, page, status, retry]) => [name, page, category, Number(status), retry]);
      });
    const known = Object.entries(errorCodes).map(([code, { category, status, retryable }]) => {
      return [code, code, category, status, again(retryable)];
    });
    expect(listed.map(String).sort()).toEqual(known.map(String).sort());
  });
});
