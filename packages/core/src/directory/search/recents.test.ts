import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { staff } from "../testing.fixture.ts";
import { fields, ids, office } from "./office.fixture.ts";

const second = 1_000;
const other = { ...staff, actor: { id: "u8", role: "support" } };

describe("recents", () => {
  it("are whom the actor opened, the latest first, apart from what HubSpot finds", async () => {
    const { directory, hubspot, clock } = office();
    await directory.search("smith", staff);
    for (const id of ["501", "502", "501"]) {
      await clock.advance(second);
      await directory.opened(id, staff);
    }
    expect(hubspot.calls).toHaveLength(1);
    expect(ids(await directory.search("", staff))).toEqual([["501", "502"], []]);
    expect(ids(await directory.search("joanna", staff))).toEqual([["502"], []]);
    expect(ids(await directory.search("416 555", staff))).toEqual([["502"], []]);
    expect(ids(await directory.search("smith", staff, { includeRecent: false }))).toEqual([[], ["501", "502"]]);
    expect(ids(await directory.search("smith", other))).toEqual([[], ["501", "502"]]);
    expect((await directory.recents(staff)).contacts.map(({ fullName }) => fullName)).toEqual([
      "John Smith",
      "Joanna Smith",
    ]);
    expect((await directory.recents(staff, 1)).contacts).toHaveLength(1);
  });

  it("take somebody no search showed from HubSpot, and nobody for an id that is none", async () => {
    const { directory, hubspot } = office();
    await directory.opened("502", staff);
    expect(hubspot.calls.map(({ text }) => text)).toEqual(["id 502"]);
    await expect(directory.opened("999", staff)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(directory.opened("../1", staff)).rejects.toMatchObject({ code: "INPUT_INVALID" });
  });

  it("keep what was searched for, without what was typed on the way, until the actor forgets it", async () => {
    const { directory, clock } = office();
    for (const typed of ["s", "sm", "Smith", "john", "JOHN", "jo"]) {
      await clock.advance(second);
      await directory.search(typed, staff);
    }
    await directory.search("secret", staff, { remember: false });
    const { searches } = await directory.recents(staff);
    expect(searches.map(({ query }) => query)).toEqual(["jo", "JOHN", "Smith"]);
    expect((await directory.recents(other)).searches).toEqual([]);
    expect(await directory.forgetHistory(staff)).toBeGreaterThan(0);
    expect(await directory.recents(staff)).toEqual({ contacts: [], searches: [] });
  });

  it("are sealed: neither texts nor people can be read from the store", async () => {
    const { directory, storage } = office();
    await directory.search("john smith", staff);
    await directory.opened("501", staff);
    const rows = await storage.history.scan("acme", null, 100);
    expect(rows.map(({ kind }) => kind).sort()).toEqual(["recent", "search"]);
    const bytes = rows.map(({ sealed }) => Buffer.from(sealed).toString("latin1")).join();
    expect(inspect(rows) + bytes).not.toMatch(/john|smith|abc corp|902555/i);
  });

  it("show a role only what it may see, also of what was opened before", async () => {
    const options = { fields, access: { visible: { guest: ["firstName"] } } } as const;
    const { directory } = office({ options });
    await directory.opened("501", staff);
    const guest = { ...staff, actor: { id: "u7", role: "guest" } };
    expect((await directory.recents(guest)).contacts).toMatchObject([{ fullName: "John" }]);
    expect((await directory.search("smith", guest)).recent, "nor finds by what it may not see").toEqual([]);
  });
});
