import { execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { targets, versions } from "../src/init/project.ts";
import { run, world } from "./cli.fixture.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
/** Where the workspace has what a project installs. */
const installed: Readonly<Record<string, string>> = {
  hubspoke: "packages/cli",
  "@hubspoke/core": "packages/core",
  "@hubspoke/express": "packages/express",
  "@hubspoke/hono": "packages/hono",
  "@hubspoke/storage-d1": "packages/storage-d1",
  "@hubspoke/storage-sqlite": "packages/storage-sqlite",
  "@hubspoke/testing": "packages/testing",
  "@hono/node-server": "packages/hono/node_modules/@hono/node-server",
  "@types/express": "packages/express/node_modules/@types/express",
  "@types/node": "node_modules/@types/node",
  express: "packages/express/node_modules/express",
  hono: "packages/hono/node_modules/hono",
  msw: "packages/testing/node_modules/msw",
};

/** A new project, with the workspace's packages in place of what `npm install` would fetch. */
async function project(target: string): Promise<string> {
  const cwd = mkdtempSync(join(tmpdir(), "hubspoke-init-"));
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }));
  expect(await run(["init", "app", "--target", target], { cwd })).toMatchObject({ code: 0, err: "" });
  const folder = join(cwd, "app");
  for (const [name, path] of Object.entries(installed)) {
    const link = join(folder, "node_modules", name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(root, path), link, "dir");
  }
  return folder;
}

function ran(argv: readonly string[], cwd: string): Promise<{ readonly ok: boolean; readonly output: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [...argv], { cwd }, (error, out, err) =>
      resolve({ ok: error === null, output: out + err }),
    );
  });
}

describe("hubspoke init", () => {
  it.each(targets)("writes a project for %s that type-checks, and whose test passes", async (target) => {
    const folder = await project(target);
    const config = { extends: "./tsconfig.json", compilerOptions: { customConditions: ["@hubspoke/source"] } };
    writeFileSync(
      join(folder, "tsconfig.sources.json"),
      JSON.stringify({ ...config, include: ["*.ts", "src", "test"] }),
    );
    const tsc = join(root, "node_modules/typescript-native/bin/tsc");
    const { output } = await ran([tsc, "-p", "tsconfig.sources.json"], folder);
    // The workspace's own sources are checked with its own options elsewhere.
    expect(output.split("\n").filter((line) => line !== "" && !/^( |\.\.\/)/.test(line))).toEqual([]);
    const tested = await ran(["--conditions=@hubspoke/source", "--test", "test/lookup.test.ts"], folder);
    expect(tested, tested.output).toMatchObject({ ok: true });
  });

  it.each(["express", "hono"])(
    "writes a server for %s that starts, lets no stranger in, answers, and tells of a token that is refused",
    async (target) => {
      const { simulator, env } = await world();
      simulator.portal().contacts.create({ firstname: "Ada", lastname: "Byron", phone: "(902) 555-1234" });
      const cwd = await project(target);
      const server = spawn(process.execPath, ["--conditions=@hubspoke/source", "src/server.ts"], {
        cwd,
        env: { ...env, PATH: process.env.PATH, PORT: "0", APP_TOKEN: "let-me-in" },
      });
      onTestFinished(() => void server.kill("SIGKILL"));
      let url = "";
      for await (const line of createInterface({ input: server.stdout })) {
        expect(line).not.toContain("FAILED");
        url = /^listening on (.+)$/.exec(line)?.[1] ?? "";
        if (url !== "") break;
      }
      const asked = `${url}/hubspot/contacts/lookup/+19025551234`;
      expect((await fetch(asked)).status).toBe(403);
      const answer = await fetch(asked, { headers: { authorization: "Bearer let-me-in" } });
      expect(await answer.text()).toContain("Ada Byron");
      const told = once(createInterface({ input: server.stderr }), "line");
      simulator.faults.add("/** 401 rate=1");
      await fetch(`${url}/hubspot/contacts/lookup/+19025559999`, { headers: { authorization: "Bearer let-me-in" } });
      expect(await told).toEqual([expect.stringContaining("auth.invalid")]);
      server.kill("SIGTERM");
      expect(await once(server, "exit")).toEqual([0, null]);
    },
  );

  it.each(["express", "hono"])("writes a server for %s that stops where its port is taken", async (target) => {
    const { env } = await world();
    const cwd = await project(target);
    const taken = createServer().listen(0);
    await once(taken, "listening");
    onTestFinished(() => void taken.close());
    const { port } = taken.address() as AddressInfo;
    const server = spawn(process.execPath, ["--conditions=@hubspoke/source", "src/server.ts"], {
      cwd,
      env: { ...env, PATH: process.env.PATH, PORT: String(port), APP_TOKEN: "let-me-in" },
    });
    onTestFinished(() => void server.kill("SIGKILL"));
    const said = await text(server.stderr);
    expect(said).toContain("EADDRINUSE");
    expect(server.exitCode ?? (await once(server, "exit"))[0]).not.toBe(0);
  });

  it.each(targets)("keeps secrets and databases of a project for %s out of git, and nothing else", async (target) => {
    const cwd = mkdtempSync(join(tmpdir(), "hubspoke-init-"));
    onTestFinished(() => rmSync(cwd, { recursive: true, force: true }));
    const made = JSON.parse((await run(["--json", "init", ".", "--target", target], { cwd })).out) as {
      files: string[];
    };
    const databases = ["hubspoke.db", "app.db"].flatMap((name) => [name, `${name}-wal`, `${name}-shm`]);
    const secrets = [".env", ".dev.vars"];
    for (const name of [...databases, ...secrets]) writeFileSync(join(cwd, name), "");
    execFileSync("git", ["init", "--quiet"], { cwd });
    const seen = execFileSync("git", ["ls-files", "--others", "--exclude-standard"], { cwd, encoding: "utf8" });
    expect(seen.trim().split("\n").sort()).toEqual(made.files.filter((file) => !secrets.includes(file)).sort());
  });

  it("refuses a folder that holds something, and a target it does not know", async () => {
    const { run, folder } = await world();
    writeFileSync(join(folder, "mine.txt"), "mine");
    expect(await run("init", ".", "--target", "hono")).toMatchObject({
      code: 2,
      err: expect.stringContaining("not empty"),
    });
    expect(readdirSync(folder)).toEqual(["mine.txt"]);
    expect(await run("init", "x", "--target", "deno")).toMatchObject({ code: 2 });
    expect(existsSync(join(folder, "x"))).toBe(false);
    const made = await run("--json", "init", "x", "--target", "workers");
    expect(JSON.parse(made.out)).toMatchObject({ target: "workers", files: expect.arrayContaining(["src/worker.ts"]) });
  });

  it("asks for versions that the workspace is developed against", () => {
    const manifests = ["", "packages/hono", "packages/express", "packages/testing"].map(
      (path) => JSON.parse(readFileSync(join(root, path, "package.json"), "utf8")) as { devDependencies: object },
    );
    const known = Object.assign({}, ...manifests.map(({ devDependencies }) => devDependencies)) as Record<
      string,
      string
    >;
    const { wrangler: _, ...compared } = versions;
    expect(Object.fromEntries(Object.keys(compared).map((name) => [name, known[name]]))).toEqual(compared);
  });
});
