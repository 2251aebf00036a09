import { inspect } from "node:util";
import { type ErrorCode, isHubspokeError } from "@hubspoke/core/errors";
import { type PostgresClientLike, type PostgresPoolLike, postgresStorage } from "@hubspoke/storage-postgres";
import { describe, expect, it } from "vitest";

/** A pool whose server refuses everything after the first word in the way given. */
function refusing(error: unknown): { readonly pool: PostgresPoolLike; readonly released: boolean[] } {
  const released: boolean[] = [];
  const client: PostgresClientLike = {
    async query(sql) {
      if (sql.includes("current_setting")) return { rows: [{ commits: "on" }], rowCount: 1 };
      throw error;
    },
    release: (destroy = false) => {
      released.push(destroy);
    },
  };
  return { pool: { connect: async () => client, end: async () => {} }, released };
}

const said = "duplicate key value violates unique constraint: Key (email)=(jane@example.com) already exists.";
const driver = (code: string): Error => Object.assign(new Error(said), { code, detail: said });

async function codeOf(error: unknown): Promise<{ readonly code: ErrorCode; readonly destroyed: boolean }> {
  const { pool, released } = refusing(error);
  const storage = postgresStorage({ pool, migrate: "manual" });
  const caught: unknown = await storage.tenants.get("a").catch((one: unknown) => one);
  if (!isHubspokeError(caught)) throw new Error("a foreign error came through");
  expect(inspect(caught, { depth: 9 }), "nothing of what the driver said").not.toContain("jane");
  expect(JSON.stringify(caught)).not.toContain("jane");
  expect(caught.unsafeDetails()).toBe(error);
  return { code: caught.code, destroyed: released.at(-1) ?? false };
}

describe("what Postgres says is one of our codes, and decides whether the connection goes on", () => {
  it.each<[string, ErrorCode, boolean]>([
    ["40001", "STORE_BUSY", false], // serialization failure
    ["40P01", "STORE_BUSY", false], // deadlock
    ["55P03", "STORE_BUSY", false], // lock timeout
    ["57014", "STORE_BUSY", false], // statement timeout
    ["25006", "STORE_READ_ONLY", false],
    ["53100", "STORE_FULL", false],
    ["54000", "STORE_VALUE_TOO_LARGE", false],
    ["22021", "INPUT_INVALID", false], // NUL in text
    ["23502", "INPUT_INVALID", false],
    ["23505", "STORE_UNAVAILABLE", false],
    ["42501", "STORE_PATH_INVALID", false],
    ["28P01", "STORE_PATH_INVALID", false],
    ["3D000", "STORE_PATH_INVALID", false],
    ["53300", "STORE_UNAVAILABLE", false],
    ["57P01", "STORE_UNAVAILABLE", true], // terminated
    ["25P03", "STORE_UNAVAILABLE", true], // idle in transaction
    ["08006", "STORE_UNAVAILABLE", true],
    ["XX000", "STORE_UNAVAILABLE", true],
    ["EPIPE", "STORE_UNAVAILABLE", true],
    ["ECONNRESET", "STORE_UNAVAILABLE", true],
  ])("%s is %s, connection closed: %s", async (state, code, destroyed) => {
    expect(await codeOf(driver(state))).toEqual({ code, destroyed });
  });

  it("what is undone for another's sake is tried five times", async () => {
    const { pool, released } = refusing(driver("40P01"));
    await expect(postgresStorage({ pool }).schemaVersion()).rejects.toMatchObject({ code: "STORE_BUSY" });
    // The first word; and each try looks for the version, then for its table.
    expect(released).toHaveLength(1 + 5 * 2);
  });
});

describe("an address", () => {
  it.each(["", "localhost:5432", "mysql://u:secret@host/db", "postgres//u:secret@host"])(
    "%s is refused",
    async (url) => {
      const caught: unknown = await postgresStorage({ url })
        .migrate()
        .catch((one: unknown) => one);
      expect(caught).toMatchObject({ code: "STORE_PATH_INVALID" });
      expect(inspect(caught, { depth: 9 })).not.toContain("secret");
    },
  );

  it("where nobody listens is STORE_UNAVAILABLE, and no password is in the error", async () => {
    const storage = postgresStorage({ url: "postgres://user:secret@127.0.0.1:1/db" });
    const caught: unknown = await storage.tenants.get("a").catch((one: unknown) => one);
    expect(caught).toMatchObject({ code: "STORE_UNAVAILABLE", retryable: true, details: { postgres: "ECONNREFUSED" } });
    expect(String(caught)).toContain("cannot be reached (ECONNREFUSED); check that it runs, and the host and port");
    expect(inspect(caught, { depth: 9 })).not.toContain("secret");
    await storage.close();
  });
});

describe("waiting", () => {
  /** Fires when told, and says how long it was asked to wait. */
  function handTimer() {
    const running = new Set<() => void>();
    const asked: number[] = [];
    return {
      asked,
      running,
      pass: () => {
        for (const fire of running) fire();
      },
      timer: (ms: number, fire: () => void) => {
        asked.push(ms);
        running.add(fire);
        return () => running.delete(fire);
      },
    };
  }

  it("for a connection ends, and a connection that comes late goes back to the pool", async () => {
    let arrive = (_client: PostgresClientLike): void => {};
    const released: boolean[] = [];
    const pool: PostgresPoolLike = {
      connect: () =>
        new Promise((resolve) => {
          arrive = resolve;
        }),
      end: async () => {},
    };
    const time = handTimer();
    const call = postgresStorage({ pool, timeoutMs: 700, timer: time.timer }).tenants.get("a");
    await tick();
    time.pass();
    await expect(call).rejects.toMatchObject({ code: "STORE_UNAVAILABLE", details: { postgres: "no answer" } });
    expect(time.asked).toEqual([700]);
    const release = (destroy = false): void => {
      released.push(destroy);
    };
    arrive({ query: async () => ({ rows: [], rowCount: 0 }), release });
    await tick();
    expect(released).toEqual([false]);
  });

  it("for an answer ends, and its connection is closed", async () => {
    const released: boolean[] = [];
    const client: PostgresClientLike = {
      query: (sql) =>
        sql.includes("current_setting") ? Promise.resolve({ rows: [], rowCount: 0 }) : new Promise(() => {}),
      release: (destroy = false) => {
        released.push(destroy);
      },
    };
    const time = handTimer();
    const pool = { connect: async () => client, end: async () => {} };
    const call = postgresStorage({ pool, timer: time.timer }).schemaVersion();
    await tick();
    time.pass();
    await tick();
    time.pass();
    await expect(call).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
    expect(released).toEqual([false, true, true]);
    expect(time.running.size, "no timer is left behind").toBe(0);
  });

  const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
});

it("constructing does no I/O, and closing what was never used is quiet", async () => {
  const pool: PostgresPoolLike = {
    connect: () => Promise.reject(new Error("no")),
    end: () => Promise.reject(new Error("no")),
  };
  const storage = postgresStorage({ pool });
  await storage.close();
  await expect(storage.tenants.get("a")).rejects.toMatchObject({ code: "STORE_CLOSED" });
});
