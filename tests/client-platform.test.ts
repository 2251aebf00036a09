import { privateApp } from "@hubspoke/core";
import { describe, expect, it } from "vitest";
import { all, client } from "./client/bed.ts";

describe("files", () => {
  it("go up, are opened by a signed address, replaced and erased", async () => {
    const { hs, drive, simulator } = client();
    const file = await drive(
      hs.files.upload({
        data: "hello",
        fileName: "notes.txt",
        contentType: "text/plain",
        folderPath: "/calls",
        access: "PRIVATE",
      }),
    );
    expect(file).toMatchObject({
      name: "notes",
      extension: "txt",
      size: 5,
      path: "/calls/notes.txt",
      access: "PRIVATE",
    });
    expect(await drive(hs.files.get(file.id))).toEqual(file);
    const { url } = await drive(hs.files.signedUrl(file.id, { expiresIn: 60 }));
    expect(await (await simulator.fetch(url)).text()).toBe("hello");
    const again = { data: new TextEncoder().encode("hello!"), fileName: "notes.txt", access: "PRIVATE" } as const;
    expect(await drive(hs.files.replace(file.id, again))).toMatchObject({ id: file.id, size: 6 });
    await drive(hs.files.gdprDelete(file.id));
    await expect(drive(hs.files.get(file.id))).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("whose answer is lost go up again only where a second one is harmless", async () => {
    const { hs, drive, simulator } = client();
    await drive(hs.accountInfo());
    const file = { data: "hello", fileName: "a.txt", folderPath: "/calls", access: "PRIVATE" } as const;
    simulator.faults.add({ method: "POST", phase: "after", effect: "reset" });
    await expect(drive(hs.files.upload(file))).rejects.toMatchObject({ code: "UNKNOWN_OUTCOME" });
    simulator.faults.add({ method: "POST", phase: "after", effect: "reset" });
    const second = await drive(hs.files.upload({ ...file, duplicates: "RETURN_EXISTING" }));
    expect(second).toMatchObject({ name: "a", size: 5 });
  });

  it("come from an address, later", async () => {
    const outbound = () => new Response("ring", { headers: { "content-type": "audio/wav" } });
    const { hs, drive, clock } = client({ platform: { outbound } });
    const task = await drive(
      hs.files.importFromUrl({ url: "https://example.com/ring.wav", folderPath: "/calls", access: "PRIVATE" }),
    );
    expect((await drive(hs.files.importStatus(task))).file).toBeNull();
    await clock.advance(5_000);
    expect(await drive(hs.files.importStatus(task))).toMatchObject({
      status: "COMPLETE",
      file: { name: "ring", size: 4, type: "AUDIO" },
      errors: [],
    });
  });
});

describe("imports and exports", () => {
  it("rows become records, and what is wrong with a row is said without its values", async () => {
    const { hs, drive, clock } = client();
    const data = "Email,First\nann@example.com,Ann\nnot an address,Bo\n";
    const columns = [
      { columnName: "Email", objectTypeId: "0-1", property: "email", identifies: "unique" },
      { columnName: "First", objectTypeId: "0-1", property: "firstname" },
    ] as const;
    const run = await drive(hs.imports.start({ name: "People", files: [{ fileName: "people.csv", data, columns }] }));
    expect(run.state).toBe("STARTED");
    await clock.advance(5_000);
    expect(await drive(hs.imports.get(run.id))).toMatchObject({
      state: "DONE",
      counters: { TOTAL_ROWS: 2, ERRORS: 1 },
    });
    const errors = await drive(all(hs.imports.errors(run.id)));
    expect(errors).toMatchObject([{ lineNumber: 3, objectTypeId: "0-1" }]);
    expect(JSON.stringify(errors)).not.toContain("Bo");
    expect((await drive(all(hs.imports.list()))).map(({ id }) => id)).toEqual([run.id]);
    const other = await drive(hs.imports.start({ name: "More", files: [{ fileName: "people.csv", data, columns }] }));
    await drive(hs.imports.cancel(other.id));
    expect((await drive(hs.imports.get(other.id))).state).toBe("CANCELED");
  });

  it("records become a file", async () => {
    const { hs, drive, simulator, clock } = client();
    simulator.portal().contacts.create({ email: "ann@example.com" });
    const task = await drive(
      hs.exports.start({
        exportType: "VIEW",
        exportName: "People",
        format: "CSV",
        language: "EN",
        objectType: "CONTACT",
        objectProperties: ["email"],
      }),
    );
    expect((await drive(hs.exports.status(task))).url).toBeNull();
    await clock.advance(5_000);
    const { status, url } = await drive(hs.exports.status(task));
    expect(status).toBe("COMPLETE");
    expect(await (await simulator.fetch(url ?? "")).text()).toContain("ann@example.com");
    expect(await drive(hs.exports.get(task))).toMatchObject({ name: "People", state: "DONE", recordCount: 1 });
  });
});

describe("webhooks, as an app manages them", () => {
  it.each(["2026-09", "2026-03", "v3"] as const)("settings and subscriptions, %s", async (apiVersion) => {
    const { hs, drive } = client({}, { apiVersion });
    const settings = hs.webhookSettings("1");
    const target = { targetUrl: "https://example.com/hubspot/webhooks", maxConcurrentRequests: 20 };
    expect(await drive(settings.setTarget(target))).toEqual(target);
    expect(await drive(settings.target())).toEqual(target);
    const made = await drive(settings.subscribe({ eventType: "contact.propertyChange", propertyName: "email" }));
    expect(made).toMatchObject({ eventType: "contact.propertyChange", propertyName: "email", active: false });
    expect((await drive(settings.setActive(made.id, true))).active).toBe(true);
    expect(await drive(settings.subscriptions())).toMatchObject([{ id: made.id, active: true }]);
    await drive(settings.unsubscribe(made.id));
    expect(await drive(settings.subscriptions())).toEqual([]);
    await drive(settings.clearTarget());
    await expect(drive(settings.target())).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("the journal is read from any offset to its end, its files without the token", async () => {
    const scopes = ["developer.webhooks_journal.read", "developer.webhooks_journal.subscriptions.write"];
    scopes.push("developer.webhooks_journal.snapshots.write");
    const { hs, drive, simulator, clock } = client(
      { portals: [{ id: 62515, tokens: [{ token: "journal-token", scopes }] }] },
      { auth: privateApp("journal-token") },
    );
    const journal = hs.webhookJournal({ local: true });
    expect(await drive(journal.earliest())).toBeNull();
    const subscription = await drive(
      journal.subscriptions.create({ subscriptionType: "OBJECT", portalId: 62515, objectTypeId: "0-1" }),
    );
    expect(await drive(journal.subscriptions.list())).toMatchObject([
      { id: subscription.id, subscriptionType: "OBJECT" },
    ]);
    const { contacts } = simulator.portal();
    const { id } = contacts.create({ email: "ann@example.com" });
    await clock.advance(2_000);
    contacts.update(id, { firstname: "Ann" });
    await clock.advance(2_000);
    const entries = await drive(all(journal.entries(null)));
    expect(entries.length).toBeGreaterThanOrEqual(2);
    const [first] = entries;
    if (first === undefined) throw new Error("no entries");
    expect((await drive(journal.next(first.offset)))?.offset).toBe(entries[1]?.offset);
    expect((await drive(journal.latest()))?.offset).toBe(entries.at(-1)?.offset);
    expect(await drive(journal.next(entries.at(-1)?.offset ?? ""))).toBeNull();
    const file = await drive(journal.read(first));
    expect(file.offset).toBe(first.offset);
    expect(file.events).toMatchObject([expect.objectContaining({ objectTypeId: "0-1" })]);
    await expect(drive(journal.read({ ...first, url: "http://elsewhere.example/x" }))).rejects.toMatchObject({
      code: "INPUT_INVALID",
    });
    const snapshot = { portalId: 62515, objectId: Number(id), objectTypeId: "0-1", properties: ["email"] };
    expect(await drive(journal.snapshot([snapshot]))).toHaveLength(1);
    await drive(journal.subscriptions.delete(subscription.id));
    expect(await drive(journal.subscriptions.list())).toEqual([]);
  });

  it("the journal is not in v3", async () => {
    const { hs, drive } = client({}, { apiVersion: "v3" });
    await expect(drive(hs.webhookJournal().latest())).rejects.toMatchObject({ code: "UNSUPPORTED_IN_VERSION" });
  });
});
