import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { exitCodes } from "../src/base/exit-codes.ts";
import { run } from "./cli.fixture.ts";

const page = readFileSync(new URL("../../../docs/guide/cli.md", import.meta.url), "utf8");

/** What a help lists under "Commands:", by name. */
async function listed(argv: readonly string[]): Promise<readonly string[]> {
  const { out } = await run([...argv, "--help"], {});
  const section = /\nCommands:\n([\s\S]*)$/.exec(out)?.[1] ?? "";
  return [...section.matchAll(/^ {2}([a-z][a-z-]*)/gm)]
    .map((match) => match[1] ?? "")
    .filter((name) => name !== "help");
}

/** Every command that does something, by the words that call it. */
async function commands(): Promise<readonly string[]> {
  const all: string[] = [];
  for (const name of await listed([])) {
    const below = name === "simulate" ? [] : await listed([name]);
    all.push(...(below.length === 0 ? [name] : below.map((one) => `${name} ${one}`)));
  }
  return all;
}

describe("docs/guide/cli.md", () => {
  it("has a row for every command of --help, and for no other", async () => {
    const rows = [...page.matchAll(/^\| `([^`]+)` \|/gm)].map((match) => match[1]);
    expect(rows.toSorted()).toEqual((await commands()).toSorted());
  });

  it("has an example of every command, with options it knows", async () => {
    const all = await commands();
    const examples = [...page.matchAll(/^npx hubspoke (.+)$/gm)].map((match) => match[1] ?? "");
    const shown = new Set<string>();
    for (const example of examples) {
      const name = all.find((one) => example === one || example.startsWith(`${one} `));
      expect(name, example).toBeDefined();
      shown.add(name ?? "");
      const { out } = await run([...(name ?? "").split(" "), "--help"], {});
      for (const [option] of example.matchAll(/(?<= )--[a-z-]+/g)) expect(out, example).toContain(option);
    }
    expect([...shown].toSorted()).toEqual(all.toSorted());
  });

  it("has a row for every exit code", () => {
    const rows = [...page.matchAll(/^\| (\d+) \|/gm)].map((match) => Number(match[1]));
    expect(rows).toEqual(Object.values(exitCodes));
  });
});
