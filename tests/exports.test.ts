import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { buildEntries, leaves, published, sourceCondition } from "../scripts/exports.ts";
import { inBuildOrder, type Package, packages, readManifest, root } from "../scripts/workspace.ts";

const all = packages();

describe.each(all)("$name", (one) => {
  const { manifest, path } = one;

  it("publishes what it exports, without the workspace's own condition", () => {
    expect(manifest.publishConfig?.exports).toEqual(published(manifest.exports ?? {}));
    if (manifest.imports !== undefined) expect(manifest.publishConfig?.imports).toEqual(published(manifest.imports));
    expect(JSON.stringify(manifest.publishConfig)).not.toContain(sourceCondition);
  });

  it("has a source file for every entry, and an entry for every promised output", () => {
    const entries = buildEntries(manifest);
    for (const source of Object.values(entries))
      expect(existsSync(join(path, source)), `${source} is not there`).toBe(true);
    const outputs = [
      ...leaves(manifest.publishConfig?.exports, "exports"),
      ...leaves(manifest.publishConfig?.imports, "imports"),
      ...leaves(manifest.publishConfig?.bin, "bin"),
    ]
      .map((leaf) => leaf.path.replace(/^\.\/dist\//, "").replace(/(?:\.d)?\.[cm]?[jt]s$/, ""))
      .filter((name) => !name.endsWith(".json"));
    expect(new Set(outputs)).toEqual(new Set(Object.keys(entries)));
  });

  it("gives ESM and CommonJS, each with its own declarations", () => {
    for (const [subpath, target] of Object.entries(manifest.publishConfig?.exports ?? {})) {
      if (subpath === "./package.json") continue;
      expect(target, subpath).toEqual({
        import: { types: expect.stringMatching(/\.d\.ts$/), default: expect.stringMatching(/\.js$/) },
        require: { types: expect.stringMatching(/\.d\.cts$/), default: expect.stringMatching(/\.cjs$/) },
      });
    }
  });

  it("is publishable: named, licensed, described, tree-shakeable, without install scripts", () => {
    expect(manifest).toMatchObject({
      license: "MIT",
      type: "module",
      sideEffects: false,
      files: expect.arrayContaining(["dist"]),
      engines: { node: ">=22.19" },
      publishConfig: { access: "public", provenance: true },
      description: expect.stringMatching(/\S{3,}/),
    });
    expect(Object.keys(manifest.scripts ?? {}).filter((name) => /^(?:pre|post)?install$|^prepare$/.test(name))).toEqual(
      [],
    );
  });

  it("takes core as a peer, so that one copy is in play", () => {
    expect(Object.keys(manifest.dependencies ?? {})).not.toContain("@hubspoke/core");
  });
});

it("core has at most seven runtime dependencies", () => {
  const core = all.find((one) => one.name === "@hubspoke/core");
  expect(Object.keys(core?.manifest.dependencies ?? {}).length).toBeLessThanOrEqual(7);
});

it("the build order puts needs first, and says who is in a circle", () => {
  const named = (name: string, ...dependencies: string[]): Package => ({
    name,
    folder: name,
    path: name,
    manifest: { name, version: "1.0.0", dependencies: Object.fromEntries(dependencies.map((one) => [one, "*"])) },
  });
  expect(inBuildOrder([named("c", "b"), named("b", "a", "zod"), named("a")]).map((one) => one.name)).toEqual([
    "a",
    "b",
    "c",
  ]);
  expect(() => inBuildOrder([named("a", "b"), named("b", "a"), named("c")])).toThrow("a, b");
});

it("entries are read from the manifest, conditions of the platform included", () => {
  expect(
    buildEntries({
      name: "x",
      version: "1.0.0",
      exports: {
        "./ports": {
          [sourceCondition]: "./src/ports.ts",
          import: { types: "./dist/ports.d.ts", default: "./dist/ports.js" },
        },
        "./package.json": "./package.json",
      },
      imports: {
        "#platform": {
          [sourceCondition]: { node: "./src/platform/node.ts", default: "./src/platform/web.ts" },
          node: { import: "./dist/platform-node.js" },
          default: { import: "./dist/platform-web.js" },
        },
      },
    }),
  ).toEqual({ ports: "src/ports.ts", "platform-node": "src/platform/node.ts", "platform-web": "src/platform/web.ts" });
});

it("every package has its first release, or a change, described", () => {
  const changes = readdirSync(join(root, ".changeset")).filter((file) => file.endsWith(".md") && file !== "README.md");
  const described = changes.map((file) => readFileSync(join(root, ".changeset", file), "utf8")).join("\n");
  const unreleased = all.filter((one) => one.manifest.version === "0.0.0" && !described.includes(`"${one.name}":`));
  expect(
    unreleased.map((one) => one.name),
    "npx -y pnpm@12 changeset",
  ).toEqual([]);
});

it("the root's scripts are the documented ones, and each file they run exists", () => {
  const scripts = readManifest(root).scripts ?? {};
  for (const name of ["demo", "test", "check", "build", "simulate"]) expect(Object.keys(scripts)).toContain(name);
  const files = Object.values(scripts).flatMap((line) => line.match(/\S+\.ts\b/g) ?? []);
  expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
});
