import { describe, expect, it } from "vitest";
import { type KeysDeps, keysFor } from "./keys.ts";

const ring = { currentId: () => "k2", ids: () => ["k2", "k1", "k0"] } as const;
const nothing = { listForReseal: async () => [] };

/** Keys of a storage whose outbox has that many rows under k0. */
function status(rows: number) {
  const outbox = {
    listForReseal: async (_current: string, limit: number) => Array(Math.min(rows, limit)).fill({ keyId: "k0" }),
  };
  const tenants = { list: async () => [] };
  const storage = {
    tenants,
    tokens: nothing,
    secrets: nothing,
    outbox,
    flows: nothing,
    inbox: nothing,
  } as unknown as KeysDeps["storage"];
  return keysFor({ ring, storage, tables: [] }).status();
}

describe("the keys of a ring", () => {
  it("may retire where nothing is under them", async () => {
    const { keys } = await status(999);
    expect(keys.map(({ id, rows, mayRetire }) => [id, rows, mayRetire])).toEqual([
      ["k2", {}, false],
      ["k1", {}, true],
      ["k0", { outbox: 999 }, false],
    ]);
  });

  it("may not retire while there are more rows than one look shows: the others may be under any", async () => {
    const { keys } = await status(1_500);
    expect(keys.map(({ mayRetire }) => mayRetire)).toEqual([false, false, false]);
  });
});
