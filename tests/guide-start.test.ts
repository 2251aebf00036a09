import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root, run as runTool, tool } from "../scripts/workspace.ts";

/** The first page a stranger follows, followed: its files are written, its commands run, its outputs compared. */
const page = readFileSync(join(root, "docs/start/express.md"), "utf8");
const fromSource = "--conditions=@hubspoke/source";
const bin = join(root, "packages/cli/src/bin.ts");

/** Where the workspace has what the project installs. */
const installed: Readonly<Record<string, string>> = {
  hubspoke: "packages/cli",
  "@hubspoke/core": "packages/core",
  "@hubspoke/express": "packages/express",
  "@hubspoke/storage-kysely": "packages/storage-kysely",
  "@hubspoke/storage-sqlite": "packages/storage-sqlite",
  "@hubspoke/testing": "packages/testing",
  "@types/express": "packages/express/node_modules/@types/express",
  "@types/node": "node_modules/@types/node",
  express: "packages/express/node_modules/express",
  kysely: "packages/storage-kysely/node_modules/kysely",
  msw: "packages/testing/node_modules/msw",
};

const folder = mkdtempSync(join(tmpdir(), "hubspoke-start-"));
const project = join(folder, "crm");
let env: Record<string, string>;
let stop: () => Promise<void>;

beforeAll(async () => {
  await command("init", "crm", "--target", "express").then(({ ok, output }) => expect(ok, output).toBe(true));
  for (const [name, path] of Object.entries(installed)) {
    const link = join(project, "node_modules", name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(root, path), link, "dir");
  }
  const simulator = spawn(process.execPath, [fromSource, bin, ...flags("simulate")], { cwd: project });
  const said: Record<string, string> = {};
  for await (const line of createInterface({ input: simulator.stdout })) {
    const [, name = "", value = ""] = /^(.+?) {2,}(.+)$/.exec(line) ?? [];
    said[name] = value;
    if (line.startsWith("stop with")) break;
  }
  stop = async () => {
    simulator.kill("SIGTERM");
    await once(simulator, "exit");
  };
  expect(said["access token"]).toBe(/^HUBSPOT_ACCESS_TOKEN=(\S+)$/m.exec(page)?.[1]);
  env = {
    HUBSPOT_ACCESS_TOKEN: said["access token"] ?? "",
    HUBSPOT_API_BASE_URL: said["HubSpot simulator"] ?? "",
    HUBSPOKE_KEY: Buffer.alloc(32, 5).toString("base64"),
    HUBSPOKE_DEFAULT_REGION: "CA",
    APP_TOKEN: "let-me-in",
  };
}, 60_000);

afterAll(async () => {
  await stop?.();
  rmSync(folder, { recursive: true, force: true });
});

/** The flags the page gives, on a port that is free. */
function flags(name: string): string[] {
  const line = new RegExp(`^npx hubspoke (${name} .+)$`, "m").exec(page)?.[1] ?? "";
  return line.replace("--port 4010", "--port 0").split(" ");
}

function command(...argv: string[]): Promise<{ readonly ok: boolean; readonly output: string }> {
  return node([bin, ...argv], argv[0] === "init" ? folder : project);
}

function node(argv: readonly string[], cwd: string): Promise<{ readonly ok: boolean; readonly output: string }> {
  const options = { cwd, env: { PATH: process.env.PATH ?? "", ...env } };
  return new Promise((resolve) => {
    execFile(process.execPath, [fromSource, ...argv], options, (error, out) =>
      resolve({ ok: error === null, output: out }),
    );
  });
}

/** Commands of the page with what it shows below them, in order. */
function steps(): { readonly argv: readonly string[]; readonly shows: string | undefined }[] {
  const blocks = [...page.matchAll(/^```(sh|text)\n([\s\S]*?)^```/gm)];
  return blocks.flatMap(([, language, text = ""], index) => {
    if (language !== "sh") return [];
    const lines = [...text.matchAll(/^npm run hubspoke -- (.+)$/gm)].map(([, line = ""]) => line.split(" "));
    const next = blocks[index + 1];
    const shown = next?.[1] === "text" ? next[2] : undefined;
    return lines.map((argv, i) => ({ argv, shows: i === lines.length - 1 ? shown : undefined }));
  });
}

describe("docs/start/express.md, followed", () => {
  it("its files compile, its commands work and print what it shows, its test passes", async () => {
    for (const [, path = "", text = ""] of page.matchAll(/^```ts\n\/\/ (\S+\.ts)\n([\s\S]*?)^```/gm))
      writeFileSync(join(project, path), text);
    const all = steps();
    expect(all.map(({ argv }) => argv[0])).toContain("sync");
    for (const { argv, shows } of all) {
      const { ok, output } = await command(...argv);
      expect(ok, `${argv.join(" ")}: ${output}`).toBe(true);
      if (shows !== undefined) expect(plain(output)).toBe(plain(shows));
    }
    const compiled = types();
    expect(compiled).toEqual([]);
    const tested = await node(["--test", "test/down.test.ts"], project);
    expect(tested, tested.output).toMatchObject({ ok: true });
  }, 120_000);

  it("the number it asks for is that of the person it found", () => {
    const [, digits = ""] = /\/contacts\/lookup\/\+1(\d{10})/.exec(page) ?? [];
    const shown = /\((\d{3})\) (\d{3})-(\d{4})/.exec(page)?.slice(1).join("");
    expect(digits).toBe(shown);
  });
});

const plain = (text: string): string => text.replace(/ +/g, " ").trim();

function types(): readonly string[] {
  const config = { extends: "./tsconfig.json", compilerOptions: { customConditions: ["@hubspoke/source"] } };
  writeFileSync(
    join(project, "tsconfig.sources.json"),
    JSON.stringify({ ...config, include: ["*.ts", "src", "test"] }),
  );
  const { output } = runTool(
    [process.execPath, tool("typescript-native/bin/tsc"), "-p", "tsconfig.sources.json"],
    project,
  );
  // The workspace's own sources are checked with its own options elsewhere.
  return output.split("\n").filter((line) => line !== "" && !/^( |\.\.\/)/.test(line));
}
