import { inspect } from "node:util";
import { type HubspokeError, isHubspokeError } from "@hubspoke/core/errors";
import { type D1DatabaseLike, d1Storage } from "@hubspoke/storage-d1";
import { latestVersion } from "@hubspoke/storage-kysely";
import { describe, expect, it } from "vitest";

/** A migrated database, of which every query fails as D1 says it does. */
function failing(failure: unknown): D1DatabaseLike {
  return {
    prepare(sql) {
      const statement = {
        bind: () => statement,
        async all() {
          if (sql.includes("max(version)")) return { results: [{ version: latestVersion }], meta: {} };
          throw failure;
        },
      };
      return statement;
    },
    batch: () => Promise.reject(failure),
  };
}

async function failureOf(work: Promise<unknown>): Promise<HubspokeError> {
  const caught = await work.then(
    () => "an answer",
    (error: unknown) => error,
  );
  if (!isHubspokeError(caught)) throw new Error(`not one of our errors: ${String(caught)}`);
  return caught;
}

/** Messages as D1 gives them (https://developers.cloudflare.com/d1/observability/debug-d1/), and what we make of them. */
const says = {
  "D1_ERROR: NOT NULL constraint failed: hubspoke_inbox.id: SQLITE_CONSTRAINT": ["INPUT_INVALID", "NOT_NULL"],
  "D1_ERROR: string or blob too big: SQLITE_TOOBIG": ["STORE_VALUE_TOO_LARGE", "TOO_BIG"],
  "D1_ERROR: statement too long: SQLITE_TOOBIG": ["STORE_VALUE_TOO_LARGE", "TOO_BIG"],
  "D1_ERROR: Exceeded maximum DB size": ["STORE_FULL", "FULL"],
  "D1_ERROR: database or disk is full: SQLITE_FULL": ["STORE_FULL", "FULL"],
  "D1_ERROR: attempt to write a readonly database: SQLITE_READONLY": ["STORE_READ_ONLY", "READ_ONLY"],
  "D1_ERROR: D1 DB is overloaded. Requests queued for too long.": ["STORE_BUSY", "OVERLOADED"],
  "D1_ERROR: D1 DB is overloaded. Too many requests queued.": ["STORE_BUSY", "OVERLOADED"],
  "Too many API requests by single worker invocation.": ["STORE_UNAVAILABLE", "INVOCATION_LIMIT"],
  "Too many subrequests.": ["STORE_UNAVAILABLE", "INVOCATION_LIMIT"],
  "D1_ERROR: Network connection lost.": ["STORE_UNAVAILABLE", "none"],
  "D1_ERROR: D1 DB storage operation exceeded timeout which caused object to be reset.": ["STORE_UNAVAILABLE", "none"],
} as const;

describe("what D1 says becomes one of our errors", () => {
  it.each(Object.entries(says))("%s", async (message, [code, d1]) => {
    const failure = new Error(message);
    const error = await failureOf(d1Storage(failing(failure)).tenants.get("a"));
    expect(error).toMatchObject({ code, details: { d1 } });
    expect(error.unsafeDetails()).toBe(failure);
  });

  it("a violated key in a batch is the loser of a race, told from faults", async () => {
    const failure = new Error("D1_ERROR: UNIQUE constraint failed: hubspoke_links.hubspot_id: SQLITE_CONSTRAINT");
    const error = await failureOf(d1Storage(failing(failure)).tenants.pin("a", "100", 1));
    expect(error.details).toEqual({ d1: "UNIQUE" });
  });

  it("something that is no Error is STORE_UNAVAILABLE as well", async () => {
    expect(await failureOf(d1Storage(failing("gone")).tenants.get("a"))).toMatchObject({ code: "STORE_UNAVAILABLE" });
  });

  it("D1's own words, which can hold a bound value, are in unsafeDetails() and nowhere else", async () => {
    const failure = new Error("D1_TYPE_ERROR: Type 'object' not supported for value '+19025551234'");
    const error = await failureOf(d1Storage(failing(failure)).tenants.get("a"));
    const shown = [String(error), JSON.stringify(error), inspect(error), inspect(error.cause)].join();
    expect(shown).not.toMatch(/9025551234|D1_TYPE_ERROR/);
    expect(error.unsafeDetails()).toBe(failure);
  });
});

describe("what may not be bound never reaches D1", () => {
  const untouched = failing(new Error("D1 was asked"));

  it.each([
    ["undefined", undefined],
    ["boolean", true],
    ["bigint", 1n],
    ["object", new Date(0)],
  ])("%s", async (type, value) => {
    const error = await failureOf(d1Storage(untouched).tenants.get(value as never));
    expect(error).toMatchObject({ code: "INTERNAL", message: expect.stringContaining(`a ${type}`) });
  });

  it("a text beyond two million bytes, counted in bytes", async () => {
    const euros = (count: number) => d1Storage(untouched).tenants.get("€".repeat(count));
    expect(await failureOf(euros(666_666)), "1,999,998 bytes").toMatchObject({ code: "STORE_UNAVAILABLE" });
    expect(await failureOf(euros(666_667))).toMatchObject({
      code: "STORE_VALUE_TOO_LARGE",
      details: { bytes: 2_000_001, maxBytes: 2_000_000 },
    });
  });
});

describe("a storage", () => {
  it("does no I/O when it is made or closed, and says STORE_CLOSED afterwards", async () => {
    const storage = d1Storage(
      new Proxy({} as D1DatabaseLike, {
        get: () => {
          throw new Error("the binding was used");
        },
      }),
    );
    await storage.close();
    expect(await failureOf(storage.tenants.get("a"))).toMatchObject({ code: "STORE_CLOSED" });
  });
});
