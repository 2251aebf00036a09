import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { explain, graphOf } from "../scripts/layers/cruise.ts";
import { floorOf, floors } from "../scripts/layers/floors.ts";
import { rules } from "../scripts/layers/rules.ts";
import { root } from "../scripts/workspace.ts";
import { ground, installed, plants } from "./layers/planted.ts";

describe("who imports whom", () => {
  it("breaks no rule, in packages, examples, tests, benchmarks and scripts", async () => {
    const { violations, files } = await graphOf(root, rules);
    expect(files).toContain("packages/core/src/ports.ts");
    expect(violations.map((one) => explain(one, rules)).join("\n\n")).toBe("");
    // It reads every file there is, which other work on the machine can make slow.
  }, 120_000);

  it("finds every room of core on exactly one floor", () => {
    const rooms = readdirSync(join(root, "packages/core/src"), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && readdirSync(join(entry.parentPath, entry.name)).length > 0)
      .map((entry) => entry.name);
    const unplaced = rooms.filter((room) => floorOf(room) < 0);
    expect(unplaced, "add the room to scripts/layers/floors.ts, on the lowest floor that carries it").toEqual([]);
    const listed = floors.flatMap((floor) => floor.rooms);
    expect(new Set(listed).size).toBe(listed.length);
  });
});

describe("the rules themselves", () => {
  const planted = mkdtempSync(join(tmpdir(), "hubspoke-layers-"));
  afterAll(() => rmSync(planted, { recursive: true, force: true }));

  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(planted, path)), { recursive: true });
    writeFileSync(join(planted, path), text);
  };

  it("report every planted violation, once, and nothing that is allowed", async () => {
    for (const [path, text] of Object.entries(ground)) write(path, text);
    for (const { files } of plants) for (const [path, text] of Object.entries(files)) write(path, text);
    for (const name of Object.keys(installed)) {
      write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: "1.0.0", main: "index.js" }));
      write(`node_modules/${name}/index.js`, "export {};\n");
    }
    mkdirSync(join(planted, "node_modules/@hubspoke"));
    symlinkSync(join(planted, "packages/core"), join(planted, "node_modules/@hubspoke/core"));

    const { violations } = await graphOf(planted, rules, ["packages", "examples", "scripts"]);
    const found = new Set(violations.map((one) => `${one.rule}: ${one.from}`));
    for (const { rule, guilty } of plants) expect(found, `nobody noticed ${guilty}`).toContain(`${rule}: ${guilty}`);

    const guilty = new Set(plants.flatMap(({ files }) => Object.keys(files)));
    expect([...found].filter((one) => !guilty.has(one.slice(one.indexOf(": ") + 2)))).toEqual([]);
  });

  it("are each broken by a plant, so none can rot unseen", () => {
    expect(rules.map((rule) => rule.name).toSorted()).toEqual(plants.map((plant) => plant.rule).toSorted());
  });

  it("say why they exist and where that is explained", () => {
    const said = explain({ rule: "simulator-alone", from: "a.ts", to: "b.ts", cycle: [] }, rules);
    expect(said).toContain("simulator-alone: a.ts → b.ts");
    expect(said).toContain("The simulator judges core");
    expect(said).toContain("docs/architecture/principles.md#6");
    for (const rule of rules) expect(rule.why.length, rule.name).toBeGreaterThan(40);
  });
});
