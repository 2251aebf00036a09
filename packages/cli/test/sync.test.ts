import { describe, expect, it } from "vitest";
import { leadsWorld } from "./leads.fixture.ts";

const ada = { id: "1", workspace: "acme", email: "ada@example.com", name: "Byron" };

describe("hubspoke sync", () => {
  it("shows what a pass would do, does it, and says that both sides are equal", async () => {
    const { run, crm } = await leadsWorld();
    await crm.insertInto("leads").values(ada).execute();
    const plan = await run("--json", "sync", "plan");
    expect(plan).toMatchObject({ code: 0, err: "" });
    expect(JSON.parse(plan.out)).toMatchObject({ sync: "leads", equal: false });
    expect(plan.out).not.toContain("ada@example.com");
    expect((await run("sync", "status")).out).toMatch(/leads +off +0 +0 +0 +never/);

    const backfill = await run("sync", "backfill", "leads");
    expect(backfill.code).toBe(0);
    expect(backfill.out).toContain("leads: backfill done in");
    expect(backfill.err).toMatch(/remote: \d+/);
    expect(await crm.selectFrom("leads").selectAll().execute()).toHaveLength(21);

    expect((await run("sync", "reconcile")).out).toContain("both sides were equal");
    expect((await run("sync", "status")).out).toMatch(/leads +on +21 +0 +0 +reconcile done/);
  });

  it("works off what is due, once", async () => {
    const { run, crm, simulator } = await leadsWorld();
    await crm.insertInto("leads").values(ada).execute();
    await run("sync", "backfill");
    await crm.updateTable("leads").set({ name: "Lovelace" }).where("id", "=", "1").execute();
    expect(await run("sync", "run", "--once")).toMatchObject({ code: 0 });
    const contact = simulator.portal().contacts.findBy("email", "ada@example.com");
    expect(contact?.properties.lastname).toBe("Lovelace");
  });

  it("pauses, says why, and goes on", async () => {
    const { run } = await leadsWorld();
    await run("sync", "backfill");
    await run("sync", "pause", "--reason", "migration");
    expect((await run("sync", "status")).out).toContain("paused: migration");
    expect(await run("--json", "sync", "backfill")).toMatchObject({
      code: 1,
      out: expect.stringContaining("SYNC_PAUSED"),
    });
    await run("sync", "resume");
    expect((await run("sync", "backfill")).code).toBe(0);
  });

  it("asks for a name where there is none of that", async () => {
    const { run } = await leadsWorld();
    const answer = await run("sync", "plan", "deals");
    expect(answer.code).toBe(2);
    expect(answer.err).toContain("there are leads");
  });
});

describe("a conflict on the command line", () => {
  it("is explained, listed and settled; values only where they are asked for", async () => {
    const { run, crm, simulator } = await leadsWorld();
    await crm.insertInto("leads").values(ada).execute();
    await run("sync", "backfill");
    const contacts = simulator.portal().contacts;
    const { id } = contacts.findBy("email", "ada@example.com")!;
    await crm.updateTable("leads").set({ name: "Lovelace" }).where("id", "=", "1").execute();
    contacts.update(id, { lastname: "King" });
    await run("sync", "reconcile");

    const explained = await run("sync", "explain", "--local", "1");
    expect(explained.out).toMatch(/name +review +yes +changed +changed +waits for review/);
    expect(explained.out).not.toContain("Lovelace");
    expect((await run("sync", "explain", "--hubspot", id, "--values")).out).toContain('"Lovelace"');
    expect((await run("sync", "explain")).code).toBe(2);

    const listed = await run("--json", "conflicts", "list");
    const [conflict] = (JSON.parse(listed.out) as { items: { id: string; field: string }[] }).items;
    expect(conflict).toMatchObject({ field: "name" });
    expect((await run("conflicts", "list", "--values")).out).toContain('"Lovelace" / "King"');
    expect((await run("conflicts", "resolve", conflict!.id, "mine")).code).toBe(2);
    expect(await run("conflicts", "resolve", conflict!.id, "local")).toMatchObject({ code: 0 });
    expect(contacts.findBy("email", "ada@example.com")?.properties.lastname).toBe("Lovelace");
    expect((await run("conflicts", "list")).out).toBe("None.\n");
    const resolved = await run("--json", "conflicts", "list", "--status", "resolved");
    expect(JSON.parse(resolved.out)).toMatchObject({ items: [{ id: conflict!.id, winner: "local" }] });
    expect((await run("conflicts", "resolve", conflict!.id, "local")).code).toBe(1);
  });
});

describe("hubspoke privacy", () => {
  it("exports a person as JSON, and erases them only when it is meant", async () => {
    const { run, crm } = await leadsWorld();
    await crm.insertInto("leads").values(ada).execute();
    await run("sync", "backfill");
    const exported = await run("privacy", "export", "--email", "ada@example.com");
    expect(JSON.parse(exported.out)).toMatchObject({
      hubspot: [{ emails: ["ada@example.com"] }],
      links: [{ sync: "leads" }],
    });
    expect((await run("privacy", "erase", "--email", "ada@example.com")).err).toContain("--yes");
    expect((await run("privacy", "erase")).err).toContain("say who is meant");
    const erased = await run("--json", "privacy", "erase", "--email", "ada@example.com", "--yes");
    expect(JSON.parse(erased.out)).toMatchObject({ removed: expect.objectContaining({ links: 1 }) });
    expect(await run("privacy", "readmit", "--email", "ada@example.com")).toMatchObject({ code: 0 });
  });
});

describe("hubspoke quarantine", () => {
  it("lists what could not be synced, and tries it again", async () => {
    const { run, crm } = await leadsWorld();
    await crm
      .insertInto("leads")
      .values({ ...ada, email: "no address" })
      .execute();
    await run("sync", "backfill");
    const listed = await run("--json", "quarantine", "list");
    expect(JSON.parse(listed.out)).toMatchObject({ items: [{ side: "local", key: "1" }] });
    expect(listed.out).not.toContain("no address");
    await crm.updateTable("leads").set({ email: "ada@example.com" }).where("id", "=", "1").execute();
    expect((await run("quarantine", "replay", "--local", "1")).out).toBe("1 will be tried again.\n");
    await run("sync", "run", "--once");
    expect((await run("quarantine", "list")).out).toBe("None.\n");
  });
});
