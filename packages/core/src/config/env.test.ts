import { describe, expect, it } from "vitest";
import { envFlag, envInteger, readEnv } from "./env.ts";
import { tenantKey } from "./tenant-key.ts";

const failure = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    return error as { code: string; message: string };
  }
  throw new Error("nothing was thrown");
};

describe("readEnv", () => {
  it("refuses a misspelt name and says which one was meant", () => {
    const error = failure(() => readEnv({ HUBSPOT_ACESS_TOKEN: "x", PATH: "/bin" }));
    expect(error.code).toBe("ENV_UNKNOWN");
    expect(error.message).toContain("HUBSPOT_ACESS_TOKEN (did you mean HUBSPOT_ACCESS_TOKEN?)");
  });

  it("names every unknown at once and never repeats a value", () => {
    const error = failure(() => readEnv({ HUBSPOT_X: "secret-value", HUBSPOKE_Y: "other" }));
    expect(error.message).toContain("HUBSPOKE_Y");
    expect(error.message).toContain("HUBSPOT_X");
    expect(JSON.stringify(error)).not.toContain("secret-value");
  });

  it("leaves the host's own names alone when they are declared", () => {
    expect(readEnv({ HUBSPOT_FRAME: "1" }, { alsoKnown: ["HUBSPOT_FRAME"] }).size).toBe(0);
  });

  it("trims values and treats empty ones as unset", () => {
    const env = readEnv({ HUBSPOT_PORTAL_ID: " 62515 ", HUBSPOT_API_VERSION: "  " });
    expect([...env]).toEqual([["HUBSPOT_PORTAL_ID", "62515"]]);
  });
});

describe("values", () => {
  it.each([
    ["true", true],
    ["ON", true],
    ["1", true],
    ["no", false],
    ["0", false],
  ])("reads %s as %s", (text, value) => {
    expect(envFlag("HUBSPOT_CACHE_ENABLED", text)).toBe(value);
  });

  it("refuses anything else instead of guessing", () => {
    expect(failure(() => envFlag("HUBSPOT_CACHE_ENABLED", "maybe")).message).toContain("HUBSPOT_CACHE_ENABLED");
    expect(failure(() => envInteger("HUBSPOT_RATE_LIMIT", "100/s", 1)).message).toContain("HUBSPOT_RATE_LIMIT");
    expect(failure(() => envInteger("HUBSPOT_RATE_LIMIT", "0", 1)).code).toBe("CONFIG_INVALID");
  });
});

describe("tenantKey", () => {
  it("keeps different parts apart, whatever they contain", () => {
    const keys = [tenantKey("a:b", "c"), tenantKey("a", "b:c"), tenantKey("a", "b", "c"), tenantKey("a%3Ab", "c")];
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("refuses nothing at all", () => {
    expect(failure(() => tenantKey()).code).toBe("INPUT_INVALID");
    expect(failure(() => tenantKey("w", "")).code).toBe("INPUT_INVALID");
  });
});
