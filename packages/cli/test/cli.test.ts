import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { run, world } from "./cli.fixture.ts";

describe("hubspoke lookup", () => {
  it("names the person behind a number, for people and for programs", async () => {
    const { simulator, run } = await world();
    simulator
      .portal()
      .contacts.create({ firstname: "Ada", lastname: "Byron", phone: "(902) 555-1234", email: "ada@example.com" });
    const text = await run("lookup", "902 555 1234");
    expect(text).toMatchObject({ code: 0, err: "" });
    expect(text.out).toContain("Ada Byron");
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

  it("is told which version answers", async () => {
    expect(await run(["--version"], {})).toMatchObject({ code: 0, err: "", out: expect.stringMatching(/^\d+\.\d+/) });
  });

  it("serves a simulator until it is told to stop", async () => {
    const stop = new AbortController();
    stop.abort();
    const answer = await run(["simulate", "--port", "0", "--contacts", "3"], { signal: stop.signal });
    expect(answer).toMatchObject({ code: 0, err: "" });
    expect(answer.out).toContain("3 contacts");
  });
});
