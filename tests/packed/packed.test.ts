import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type ErrorCode, errorCodes, HubspokeError } from "@hubspoke/core/errors";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Manifest, readManifest, run, tool } from "../../scripts/workspace.ts";
import { type Consumer, createConsumer } from "./consumer.ts";

let consumer: Consumer;
beforeAll(() => {
  consumer = createConsumer();
});
afterAll(() => consumer?.remove());

const names = (load: string, specifiers: readonly string[]): string => `
  const found = {};
  for (const specifier of ${JSON.stringify(specifiers)}) found[specifier] = Object.keys(${load}).filter((name) => name !== "default" && name !== "module.exports" && name !== "__esModule").sort();
  console.log(JSON.stringify(found));
`;

describe("installed from the tarballs, outside the workspace", () => {
  it("every subpath loads as ESM and as CommonJS, with the same names in both", () => {
    const esm = consumer.script("all.mjs", names("await import(specifier)", consumer.specifiers));
    expect(esm.ok, esm.output).toBe(true);
    const cjs = consumer.script("all.cjs", names("require(specifier)", consumer.specifiers));
    expect(cjs.ok, cjs.output).toBe(true);
    const loaded = JSON.parse(esm.output) as Record<string, string[]>;
    expect(JSON.parse(cjs.output)).toEqual(loaded);
    expect(Object.keys(loaded)).toEqual(consumer.specifiers);
    for (const [specifier, exported] of Object.entries(loaded)) expect(exported, specifier).not.toEqual([]);
  });

  it("an error made by the CommonJS copy is recognised by the ESM copy, and the other way round", () => {
    const { ok, output } = consumer.script(
      "brand.mjs",
      `import { createRequire } from "node:module";
       import * as esm from "@hubspoke/core/errors";
       const cjs = createRequire(import.meta.url)("@hubspoke/core/errors");
       const one = new cjs.HubspokeError("INTERNAL", "made by CommonJS");
       const two = new esm.HubspokeError("INTERNAL", "made by ESM");
       console.log(cjs.HubspokeError !== esm.HubspokeError, esm.isHubspokeError(one), cjs.isHubspokeError(two), one instanceof esm.HubspokeError);`,
    );
    expect({ ok, output }).toEqual({ ok: true, output: "true true true true\n" });
  });

  it("gives nothing but what is exported", () => {
    const { ok, output } = consumer.script("deep.mjs", `await import("@hubspoke/core/dist/index.js");`);
    expect(ok).toBe(false);
    expect(output).toContain("ERR_PACKAGE_PATH_NOT_EXPORTED");
  });
});

describe("the packages as npm installed them", () => {
  it("hold the page of every error where the error says it is", () => {
    const pages = Object.keys(errorCodes).map((code) => new HubspokeError(code as ErrorCode, code).docs);
    const core = join(consumer.path, "node_modules/@hubspoke/core");
    expect(pages.filter((page) => !existsSync(join(core, page)))).toEqual([]);
  });

  const manifestOf = (name: string): Manifest => readManifest(join(consumer.path, "node_modules", name));

  it("can be shaken, run nothing when they are installed, and need nothing of the workspace", () => {
    for (const { name } of consumer.packages) {
      const manifest = manifestOf(name);
      expect(manifest.sideEffects, name).toBe(false);
      const scripts = Object.keys(manifest.scripts ?? {});
      expect(
        scripts.filter((script) => /install|prepare|prepublish/.test(script)),
        name,
      ).toEqual([]);
      expect(JSON.stringify([manifest.dependencies, manifest.peerDependencies, manifest.exports]), name).not.toMatch(
        /workspace:|@hubspoke\/source/,
      );
    }
  });

  it("core brings at most seven libraries, and no package runs one of its own when it is installed", () => {
    const direct = Object.keys(manifestOf("@hubspoke/core").dependencies ?? {});
    expect(direct.length).toBeLessThanOrEqual(7);
    for (const name of direct) {
      const scripts = Object.keys(manifestOf(name).scripts ?? {});
      expect(
        scripts.filter((script) => /^(?:pre|post)?install$/.test(script)),
        name,
      ).toEqual([]);
    }
  });
});

describe("a TypeScript consumer, strict, with the libraries' own types checked", () => {
  const compilers = { "TypeScript 6": "typescript/bin/tsc", "TypeScript 7": "typescript-native/bin/tsc" };
  const configs = ["tsconfig.node16.json", "tsconfig.nodenext.json", "tsconfig.bundler.json"];
  // msw and kysely are ESM only. Node loads them from CommonJS, and `nodenext` knows that; `node16` still refuses.
  const inNode16 = (specifier: string): boolean => !/^@hubspoke\/(?:testing|storage-kysely)/.test(specifier);

  beforeAll(() => {
    const write = (file: string, specifiers: readonly string[]): void =>
      writeFileSync(
        join(consumer.path, "typescript", file),
        specifiers
          .map((name, index) => `import * as m${index} from "${name}";\nexport const k${index}: object = m${index};\n`)
          .join(""),
      );
    write("every-subpath.mts", consumer.specifiers);
    write("every-subpath.cts", consumer.specifiers);
    write("every-subpath.node16.cts", consumer.specifiers.filter(inNode16));
  });

  for (const [compiler, bin] of Object.entries(compilers)) {
    for (const config of configs) {
      it(`compiles with ${compiler} and ${config}`, () => {
        const outcome = run([process.execPath, tool(bin), "-p", join("typescript", config)], consumer.path);
        expect(outcome).toEqual({ ok: true, output: "" });
      });
    }
  }

  it("is refused when it uses something wrongly: the types are not empty", () => {
    const wrong = `import { isHubspokeError } from "@hubspoke/core/errors";\nexport const a: number = isHubspokeError(1);\n`;
    writeFileSync(join(consumer.path, "typescript", "wrong.mts"), wrong);
    const { ok, output } = run(
      [process.execPath, tool("typescript/bin/tsc"), "-p", join("typescript", "tsconfig.wrong.json")],
      consumer.path,
    );
    expect(ok).toBe(false);
    expect(output).toContain("TS2322");
  });
});

describe("bundled for Workers", () => {
  it("holds no Node builtin and no Node-only library", async () => {
    const result = await build({
      entryPoints: [join(consumer.path, "worker/worker.mjs")],
      absWorkingDir: consumer.path,
      bundle: true,
      format: "esm",
      platform: "browser",
      conditions: ["workerd", "worker", "import"],
      mainFields: ["module", "main"],
      target: "es2023",
      metafile: true,
      write: false,
      logLevel: "silent",
    });
    const inputs = Object.keys(result.metafile.inputs);
    expect(inputs.some((path) => path.endsWith("@hubspoke/core/dist/platform-web.js"))).toBe(true);
    expect(inputs.filter((path) => /node_modules\/undici\/|platform-node/.test(path))).toEqual([]);
    expect(Object.values(result.metafile.outputs).flatMap((output) => output.imports.map((one) => one.path))).toEqual(
      [],
    );
  });
});
