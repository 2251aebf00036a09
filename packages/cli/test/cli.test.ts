import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import manifest from "../package.json" with { type: "json" };
import { tooOld } from "../src/base/node-version.ts";
import { run, world } from "./cli.fixture.ts";

describe("hubspoke lookup", () => {
  it("names the person behind a number, for people and for programs", async () => {
    const { simulator, run } = await world();
    simulator
      .portal()
      .contacts.create({ firstname: "Ada", lastname: "Byron", phone: "(902) 555-1234", email: "ada@example.com" });
    const text = await run("lookup", "902 555 1234");
    expect(text).toMatchObject({ code: 0, err: "" });
    expect(text.out).toMatch(/^Ada Byron {2}\(902\) 555-1234 {2}contact \d+ {2}hubspot\n$/);
    // As a shell hands over what nobody quoted.
    expect((await run("lookup", "902", "555", "1234")).out).toContain("Ada Byron");
    const json = await run("--json", "lookup", "+1 902-555-1234");
    expect(json.json()).toMatchObject({
      ok: true,
      phone: "+19025551234",
      contact: { firstName: "Ada", source: "cache" },
    });
  });

  it("says by its exit code that nobody has a number, and that a text is none", async () => {
    const { run } = await world();
    expect(await run("lookup", "+1 902 555 0000")).toMatchObject({ code: 1, out: "Nobody has this number.\n" });
    const refused = await run("--json", "lookup", "not a number");
    expect(refused.code).toBe(2);
    expect(refused.json()).toMatchObject({ error: { code: "PHONE_INVALID" } });
  });
});

describe("hubspoke search", () => {
  it("finds people by name", async () => {
    const { simulator, run } = await world();
    simulator.portal().contacts.create({ firstname: "Grace", lastname: "Hopper", email: "grace@example.com" });
    const found = await run("--json", "search", "grace", "hopper");
    expect(found.json().contacts).toMatchObject([{ fullName: "Grace Hopper" }]);
    expect((await run("search", "nobody-of-that-name")).code).toBe(1);
    expect(await run("search", "x", "--limit", "0")).toMatchObject({ code: 2 });
  });
});

describe("the set-up", () => {
  it("is the product's own instance, from hubspoke.config.ts", async () => {
    const { run, folder, env } = await world();
    writeFileSync(
      join(folder, "hubspoke.config.mjs"),
      `export default { hubspoke: { worker() {}, close: async () => { console.log }, migrate: async () => ({ from: 0, to: 4, applied: ["v1"] }) } };`,
    );
    env.HUBSPOT_ACCESS_TOKEN = "";
    expect(await run("migrate")).toEqual(expect.objectContaining({ code: 0, out: "From version 0 to 4: v1.\n" }));
  });

  it("is asked for where nothing says it", async () => {
    const answer = await run(["doctor"], { env: {} });
    expect(answer.code).toBe(2);
    expect(answer.err).toContain("HUBSPOT_ACCESS_TOKEN");
    expect(answer.err).toContain("openssl rand -base64 32");
  });

  it("that is no set-up, or cannot be loaded, is refused with what to do", async () => {
    const { run, folder } = await world();
    writeFileSync(join(folder, "a.mjs"), "export default { nothing: true };");
    expect((await run("--config", "a.mjs", "doctor")).err).toContain("defineConfig({ hubspoke })");
    writeFileSync(join(folder, "b.mjs"), "export default {");
    expect((await run("--config", "b.mjs", "doctor")).err).toContain("cannot be loaded");
    expect((await run("--config", "c.mjs", "doctor")).err).toContain("there is no c.mjs");
    writeFileSync(join(folder, "d.mjs"), "export default () => { throw new Error('no DATABASE_URL'); };");
    expect(await run("--config", "d.mjs", "doctor")).toMatchObject({
      code: 2,
      err: expect.stringContaining("CONFIG_INVALID: the config file cannot be loaded: no DATABASE_URL"),
    });
  });
});

describe("the exit code", () => {
  it("of a set-up that names a database where none can be, or declares a sync wrongly, is that of a wrong set-up", async () => {
    const { run, env, folder } = await world();
    writeFileSync(
      join(folder, "a.mjs"),
      `import { HubspokeError } from ${JSON.stringify(import.meta.resolve("@hubspoke/core/errors"))};
      throw new HubspokeError("SYNC_DECLARATION_INVALID", "a sync needs a name");`,
    );
    expect(await run("--config", "a.mjs", "migrate")).toMatchObject({
      code: 2,
      err: expect.stringContaining("a name"),
    });
    env.HUBSPOKE_DB = "no/such/folder/hubspoke.db";
    expect(await run("migrate")).toMatchObject({ code: 2, err: expect.stringContaining("STORE_PATH_INVALID") });
    // The audit trail is the first to stumble over it.
    const looked = await run("lookup", "902 555 1234");
    expect(looked.code).toBe(2);
    expect(looked.err).toMatch(
      /^AUDIT_FAILED: .+\n {2}because STORE_PATH_INVALID: the directory .+no\/such\/folder .+create it$/m,
    );
  });

  it("of a database that refuses is its own", async () => {
    const { run, folder } = await world();
    writeFileSync(
      join(folder, "a.mjs"),
      `import { HubspokeError } from ${JSON.stringify(import.meta.resolve("@hubspoke/core/errors"))};
      throw new HubspokeError("STORE_FULL", "the disk is full");`,
    );
    expect(await run("--config", "a.mjs", "migrate")).toMatchObject({ code: 4 });
  });
});

describe("the program", () => {
  it("says on a Node that is too old which one it needs, as its manifest does", async () => {
    expect(tooOld("22.18.9")).toContain("needs Node 22.19 or newer; this is 22.18.9");
    expect([tooOld("22.19.0"), tooOld("23.0.0"), tooOld("24.1.0")]).toEqual([null, null, null]);
    expect(manifest.engines.node).toBe(">=22.19");
    const older = 'Object.defineProperty(process.versions, "node", { value: "20.20.2" })';
    const bin = fileURLToPath(new URL("../src/bin.ts", import.meta.url));
    const flags = ["--conditions=@hubspoke/source", "--import", `data:text/javascript,${encodeURIComponent(older)}`];
    const ran = promisify(execFile)(process.execPath, [...flags, bin, "doctor"], { env: {} });
    await expect(ran).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining("this is 20.20.2") });
  });
});

describe("a command line", () => {
  it("that is wrong is refused with a suggestion", async () => {
    const answer = await run(["lokup", "1"], {});
    expect(answer.code).toBe(2);
    expect(answer.err).toContain("lookup");
  });

  it("that is wrong is one JSON document where that was asked for", async () => {
    for (const [argv, said] of [
      [["lokup", "1", "--json"], "Did you mean lookup?"],
      [["conflicts", "resolve", "--json"], "missing required argument 'id'"],
      [["--json"], "which command?"],
    ] as const) {
      const answer = await run(argv, {});
      expect(answer).toMatchObject({ code: 2, err: "" });
      expect(answer.json()).toMatchObject({
        error: { code: "INPUT_INVALID", message: expect.stringContaining(said) },
      });
    }
  });

  it("for a tenant without a name is refused", async () => {
    const { run } = await world();
    for (const command of [["doctor"], ["sync", "status"]] as const)
      expect(await run("--tenant", "", ...command)).toMatchObject({
        code: 2,
        err: expect.stringContaining("--tenant needs a name"),
      });
  });

  it("for a tenant nobody knows is refused where others are known, and pins nobody", async () => {
    const { run } = await world();
    expect((await run("--tenant", "acme", "doctor")).code).toBe(0);
    const misspelt = await run("--json", "--tenant", "acem", "doctor");
    expect(misspelt.code).toBe(2);
    expect(misspelt.json()).toMatchObject({
      error: {
        code: "INPUT_INVALID",
        details: { tenants: ["acme"] },
        message: expect.stringContaining("--new-tenant"),
      },
    });
    // The name that is taken where none is given is no better.
    expect(await run("lookup", "+1 902 555 0000")).toMatchObject({
      code: 2,
      err: expect.stringContaining("no tenant is named default; known is acme. Say which with --tenant"),
    });
    expect((await run("migrate")).code).toBe(0);
    expect((await run("--tenant", "bolt", "--new-tenant", "doctor")).code).toBe(0);
    expect((await run("--tenant", "acem", "doctor")).err).toContain("known are acme, bolt");
  });

  it("is told which version answers", async () => {
    expect(await run(["--version"], {})).toMatchObject({ code: 0, err: "", out: expect.stringMatching(/^\d+\.\d+/) });
  });

  it("that asks for no simulator there can be is refused, as one JSON document where that was asked for", async () => {
    const port = ["--port", "99999999"];
    const said = "--port goes from 0 (any that is free) to 65535";
    expect(await run(["simulate", ...port], {})).toMatchObject({
      code: 2,
      out: "",
      err: expect.stringContaining(said),
    });
    for (const argv of [
      ["simulate", ...port, "--json"],
      ["--json", "simulate", ...port],
    ]) {
      const answer = await run(argv, {});
      expect(answer).toMatchObject({ code: 2, err: "" });
      expect(answer.json()).toMatchObject({
        error: { code: "INPUT_INVALID", message: expect.stringContaining(said) },
      });
    }
  });

  it("that names a file nobody can write, or read, says which and why", async () => {
    const { run, folder } = await world();
    writeFileSync(join(folder, "file"), "");
    for (const out of [".", "file/types.ts"]) {
      const answer = await run("--json", "pull-types", "--out", out);
      expect(answer.code, answer.out).toBe(2);
      expect(answer.json()).toMatchObject({
        error: { code: "INPUT_INVALID", message: expect.stringMatching(/cannot be read or written \(E[A-Z]+\)$/) },
      });
    }
    expect(await run("init", "file", "--target", "hono")).toMatchObject({
      code: 2,
      err: expect.stringContaining(`${join(folder, "file")} cannot be read or written (ENOTDIR)`),
    });
    expect((await run("pull-types", "--out", "made/on/the/way.ts")).code).toBe(0);
  });

  it("serves a simulator until it is told to stop", async () => {
    const stop = new AbortController();
    stop.abort();
    const answer = await run(["simulate", "--port", "0", "--contacts", "3"], { signal: stop.signal });
    expect(answer).toMatchObject({ code: 0, err: "" });
    expect(answer.out).toContain("3 contacts");
  });
});
