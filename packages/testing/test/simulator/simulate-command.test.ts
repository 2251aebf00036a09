import { execFile, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { closest } from "../../src/bin/closest.ts";

const BIN = fileURLToPath(new URL("../../src/bin/simulate.ts", import.meta.url));
const run = (...flags: string[]) => promisify(execFile)(process.execPath, [BIN, ...flags]);

describe("simulate", () => {
  it("explains itself", async () => {
    const { stdout } = await run("--help");
    for (const flag of ["--port", "--contacts", "--seed", "--webhook-url", "--app-secret-env", "--host"]) {
      expect(stdout).toContain(flag);
    }
  });

  it.each([
    [["--prot", "1"], "Unknown flag --prot: did you mean --port?"],
    [["--zzzzzz"], "Unknown flag --zzzzzz: --help lists them all"],
    [["--port", "many"], '--port needs a whole number, got "many"'],
    [["--webhook-url", "nowhere"], '--webhook-url needs a URL, got "nowhere"'],
    [["--app-secret-env", "NO_SUCH_VARIABLE"], "--app-secret-env names NO_SUCH_VARIABLE, which is not set"],
  ])("refuses %j with a reason", async (flags, message) => {
    await expect(run(...flags)).rejects.toMatchObject({ code: 1, stderr: `${message}\n` });
  });

  it("serves until told to stop, with its secret from the environment", async () => {
    const child = spawn(process.execPath, [BIN, "--port", "0", "--contacts", "25", "--app-secret-env", "SIM_SECRET"], {
      env: { ...process.env, SIM_SECRET: "hush" },
    });
    const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
    let printed = "";
    for await (const chunk of child.stdout) {
      printed += String(chunk);
      if (printed.includes("stop with")) break;
    }
    expect(printed).not.toContain("hush");
    const url = /http:\/\/\S+/.exec(printed)?.[0];
    const contacts = await fetch(`${url}/_simulator/contacts`);
    expect(await contacts.json()).toHaveLength(25);
    child.kill("SIGTERM");
    expect(await exited).toBe(0);
  });
});

it("suggests the nearest word only when it is near", () => {
  expect(closest("contact", ["contacts", "port"])).toBe("contacts");
  expect(closest("sed", ["seed", "help"])).toBe("seed");
  expect(closest("verbose", ["seed", "help"])).toBeUndefined();
});
