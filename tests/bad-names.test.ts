import {
  configFromEnv,
  createHubSpoke,
  fetchTransport,
  type Hubspoke,
  type HubspokeOptions,
  isHubspokeError,
  privateApp,
} from "@hubspoke/core";
import type { HubspokeError } from "@hubspoke/core/errors";
import { memoryStorage } from "@hubspoke/core/memory";
import { createHubSpotSimulator, type HubSpotSimulator } from "@hubspoke/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

/** What somebody misspells or leaves out is named, with what it was probably meant to be. */
let simulator: HubSpotSimulator;
const open: Hubspoke[] = [];

beforeEach(() => {
  simulator = createHubSpotSimulator({ seed: 3 });
  simulator.seedContacts(5);
});

afterEach(async () => {
  for (const hubspoke of open.splice(0)) await hubspoke.close();
});

function make(): Hubspoke {
  const hubspoke = createHubSpoke({
    auth: privateApp(simulator.token),
    storage: memoryStorage(),
    keys: { current: "k1", keys: { k1: "11".repeat(32) } },
    transport: fetchTransport(simulator.fetch),
  });
  open.push(hubspoke);
  return hubspoke;
}

async function failure(work: () => unknown): Promise<HubspokeError> {
  try {
    await work();
  } catch (error) {
    if (isHubspokeError(error)) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("names", () => {
  test("an unknown property is PROPERTY_UNKNOWN with a suggestion, and nothing is written", async () => {
    const contacts = make().client({ tenant: "acme" }).contacts;
    const properties = { emial: "new@example.com" } as unknown as { email: string };
    const error = await failure(() => contacts.create({ properties }));
    expect(error.code).toBe("PROPERTY_UNKNOWN");
    expect(error.message).toContain('"email"');
    expect(simulator.portal().contacts.list()).toHaveLength(5);
  });

  test("a read without properties, and a write whose values lie beside them, say how they are written", async () => {
    const { contacts } = make().client({ tenant: "acme" }) as unknown as {
      readonly contacts: Record<"get" | "create" | "update", (...given: unknown[]) => Promise<unknown>>;
    };
    const calls = [
      () => contacts.get("1"),
      () => contacts.get("1", { properties: "email" }),
      () => contacts.create({ firstname: "Ada" }),
      () => contacts.update("1", undefined),
    ];
    for (const call of calls) {
      await expect(call()).rejects.toMatchObject({
        code: "INPUT_INVALID",
        message: expect.stringContaining("properties: "),
      });
    }
    expect(simulator.calls).toEqual([]);
  });

  test("an unknown environment name is ENV_UNKNOWN with a suggestion", async () => {
    const error = await failure(() => configFromEnv({ HUBSPOT_ACCESS_TOKN: "pat-one-62515" }));
    expect(error.code).toBe("ENV_UNKNOWN");
    expect(error.message).toContain("did you mean HUBSPOT_ACCESS_TOKEN?");
  });

  test.each([{ tenant: "" }, {}, undefined])("a client for nobody (%j) is refused", async (options) => {
    const error = await failure(() => make().client(options as { tenant: string }));
    expect(error.code).toBe("INPUT_INVALID");
  });

  test("a missing part of the configuration is named with what to write", async () => {
    const error = await failure(() => createHubSpoke({ storage: memoryStorage() } as unknown as HubspokeOptions));
    expect(error.code).toBe("CONFIG_INVALID");
    expect(error.message).toContain("HUBSPOT_ACCESS_TOKEN");
  });
});
