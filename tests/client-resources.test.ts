import { privateApp } from "@hubspoke/core";
import { describe, expect, it } from "vitest";
import { all, client } from "./client/bed.ts";

describe("properties and groups", () => {
  it("are made, read, changed and archived, and known to the client at once", async () => {
    const { hs, drive } = client();
    const properties = hs.properties("contacts");
    await expect(drive(hs.contacts.search({ properties: ["lead_score"] }))).rejects.toMatchObject({
      code: "PROPERTY_UNKNOWN",
    });
    const group = await drive(properties.groups.create({ name: "scoring", label: "Scoring" }));
    expect(group).toMatchObject({ name: "scoring", archived: false });
    const made = await drive(
      properties.create({
        name: "lead_score",
        label: "Score",
        type: "number",
        fieldType: "number",
        groupName: "scoring",
      }),
    );
    expect(made).toMatchObject({ name: "lead_score", type: "number", groupName: "scoring", readOnly: false });
    // No minute to wait: what the client changes it forgets.
    const { id } = await drive(hs.contacts.create({ properties: { email: "a@example.com", lead_score: 7 } }));
    expect((await drive(hs.contacts.get(id, { properties: ["lead_score"] }))).properties).toEqual({ lead_score: 7 });
    expect((await drive(properties.update("lead_score", { label: "Lead score" }))).label).toBe("Lead score");
    expect((await drive(properties.get("lead_score"))).label).toBe("Lead score");
    expect((await drive(properties.groups.update("scoring", { label: "Scores" }))).label).toBe("Scores");
    expect((await drive(properties.groups.list())).map(({ name }) => name)).toContain("scoring");
    await drive(properties.archive("lead_score"));
    expect((await drive(properties.list())).map(({ name }) => name)).not.toContain("lead_score");
    expect((await drive(properties.list({ archived: true }))).map(({ name }) => name)).toContain("lead_score");
    await expect(drive(hs.contacts.get(id, { properties: ["lead_score"] }))).rejects.toMatchObject({
      code: "PROPERTY_UNKNOWN",
    });
    await drive(properties.groups.archive("scoring"));
    expect((await drive(properties.groups.list())).map(({ name }) => name)).not.toContain("scoring");
  });

  it("in batches have an outcome each", async () => {
    const { hs, drive } = client();
    const { groups, ...properties } = hs.properties("contacts");
    await drive(groups.create({ name: "scoring", label: "Scoring" }));
    const input = (name: string) =>
      ({ name, label: name, type: "string", fieldType: "text", groupName: "scoring" }) as const;
    const made = await drive(
      properties.batchCreate([
        ...Array.from({ length: 120 }, (_, i) => input(`field_${i}`)),
        input("email"),
        { ...input("bad"), groupName: "nowhere" },
      ]),
    );
    expect(made.filter(({ ok }) => ok)).toHaveLength(120);
    expect(made.slice(120)).toMatchObject([
      { index: 120, ok: false, code: "CONFLICT" },
      { index: 121, ok: false, code: "VALIDATION_FAILED" },
    ]);
    const read = await drive(properties.batchRead(["field_3", "nothing", "field_119"]));
    expect(read).toMatchObject([
      { ok: true, value: { name: "field_3" } },
      { ok: false, code: "NOT_FOUND" },
      { ok: true, value: { name: "field_119" } },
    ]);
    await drive(properties.batchArchive(["field_3", "field_119"]));
    await drive(
      properties.create({
        ...input("colour"),
        type: "enumeration",
        fieldType: "select",
        options: [
          { value: "r", label: "Red" },
          { value: "g", label: "Green" },
        ],
      }),
    );
    expect((await drive(properties.get("colour"))).options).toEqual(["r", "g"]);
  });
});

describe("owners and pipelines", () => {
  it("owners by page, address, owner id and user id, those who left apart", async () => {
    const { hs, drive } = client();
    expect((await drive(all(hs.owners.list()))).map(({ firstName }) => firstName)).toEqual(["Robin", "Sam"]);
    expect(await drive(all(hs.owners.list({ email: "sam@portal.example" })))).toMatchObject([{ id: "70002" }]);
    expect(await drive(all(hs.owners.list({ archived: true })))).toMatchObject([
      { id: "70003", userId: null, userIdIncludingInactive: "1003", archived: true },
    ]);
    expect((await drive(hs.owners.get("1001", { idProperty: "userId" }))).id).toBe("70001");
    await expect(drive(hs.owners.get("1"))).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("pipelines and their stages are made, changed, replaced and removed", async () => {
    const { hs, drive } = client();
    const pipelines = hs.pipelines("tickets");
    const stage = (label: string, displayOrder: number) => ({ label, displayOrder, metadata: { ticketState: "OPEN" } });
    const made = await drive(
      pipelines.create({ label: "Support", displayOrder: 5, stages: [stage("New", 0), stage("Done", 1)] }),
    );
    expect(made.stages.map(({ label }) => label)).toEqual(["New", "Done"]);
    expect((await drive(pipelines.list())).map(({ id }) => id)).toContain(made.id);
    expect((await drive(pipelines.update(made.id, { label: "Help" }))).label).toBe("Help");
    const stages = pipelines.stages(made.id);
    const added = await drive(stages.create(stage("Waiting", 2)));
    expect((await drive(stages.update(added.id, { label: "On hold" }))).label).toBe("On hold");
    expect((await drive(stages.get(added.id))).metadata).toMatchObject({ ticketState: "OPEN" });
    await drive(stages.archive(added.id));
    expect(await drive(stages.list())).toHaveLength(2);
    const replaced = await drive(
      pipelines.replace(made.id, { label: "Help", displayOrder: 1, stages: [stage("Only", 0)] }),
    );
    expect(replaced.stages.map(({ label }) => label)).toEqual(["Only"]);
    expect((await drive(pipelines.get(made.id))).displayOrder).toBe(1);
    await drive(pipelines.archive(made.id));
    await expect(drive(pipelines.get(made.id))).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});

describe("lists", () => {
  it("are made, found, filled, emptied, renamed, deleted and restored", async () => {
    const { hs, drive, simulator } = client();
    const ids = simulator.seedContacts(300);
    const list = await drive(hs.lists.create({ name: "VIPs", objectTypeId: "0-1", processingType: "MANUAL" }));
    expect(list).toMatchObject({ name: "VIPs", objectTypeId: "0-1", processingType: "MANUAL" });
    expect(await drive(hs.lists.add(list.id, [...ids.slice(0, 290), "999"]))).toMatchObject({
      added: ids.slice(0, 290),
      missing: ["999"],
    });
    const members = await drive(all(hs.lists.members(list.id)));
    expect(members.map(({ recordId }) => recordId).toSorted()).toEqual(ids.slice(0, 290).toSorted());
    expect(members[0]?.addedAt).toBeInstanceOf(Date);
    expect(await drive(all(hs.lists.members(list.id, { order: "joined" })))).toHaveLength(290);
    expect(await drive(hs.lists.remove(list.id, [ids[0] ?? ""]))).toMatchObject({ removed: [ids[0]] });
    expect(await drive(hs.lists.of("contacts", ids[1] ?? ""))).toEqual([list.id]);
    const copy = await drive(hs.lists.create({ name: "Copy", objectTypeId: "0-1", processingType: "MANUAL" }));
    await drive(hs.lists.addFrom(copy.id, list.id));
    expect((await drive(hs.lists.get(copy.id))).size).toBe(289);
    await drive(hs.lists.clear(copy.id));
    expect((await drive(hs.lists.get(copy.id))).size).toBe(0);
    expect((await drive(hs.lists.rename(copy.id, "Empty"))).name).toBe("Empty");
    expect((await drive(hs.lists.byName("0-1", "Empty"))).id).toBe(copy.id);
    expect((await drive(all(hs.lists.search({ query: "vip" })))).map(({ id }) => id)).toEqual([list.id]);
    await drive(hs.lists.delete(copy.id));
    expect(await drive(all(hs.lists.search()))).toHaveLength(1);
    await drive(hs.lists.restore(copy.id));
    expect(await drive(all(hs.lists.search({ processingTypes: ["MANUAL"] })))).toHaveLength(2);
  });

  it("that filter take no members by hand", async () => {
    const { hs, drive, simulator } = client();
    const { id } = simulator.portal().contacts.create({ city: "Halifax" });
    const operation = { operationType: "ALL_PROPERTY", operator: "IS_KNOWN", includeObjectsWithNoValueSet: false };
    const filterBranch = {
      filterBranchType: "OR",
      filterBranchOperator: "OR",
      filters: [],
      filterBranches: [
        {
          filterBranchType: "AND",
          filterBranchOperator: "AND",
          filterBranches: [],
          filters: [{ filterType: "PROPERTY", property: "city", operation }],
        },
      ],
    };
    const list = await drive(
      hs.lists.create({ name: "Known", objectTypeId: "0-1", processingType: "DYNAMIC", filterBranch }),
    );
    expect(await drive(all(hs.lists.members(list.id)))).toMatchObject([{ recordId: id }]);
    expect((await drive(hs.lists.get(list.id, { filters: true }))).filterBranch).toMatchObject({ filters: [] });
    expect((await drive(hs.lists.setFilters(list.id, filterBranch))).id).toBe(list.id);
    await expect(drive(hs.lists.add(list.id, [id]))).rejects.toMatchObject({ code: "VALIDATION_FAILED" });
  });
});

describe("what an integration may touch", () => {
  it("is named by resource as by object", async () => {
    const { hs, drive, simulator } = client({}, { allow: { owners: "read", files: "write", deals: "read" } });
    await drive(all(hs.owners.list()));
    await drive(hs.pipelines("deals").list());
    await drive(hs.request("GET /crm/owners/{version}"));
    const before = simulator.calls.length;
    for (const refused of [
      () => hs.lists.get("1"),
      () => hs.pipelines("deals").archive("default"),
      () => hs.pipelines("tickets").list(),
      () => hs.request("GET /crm/lists/{version}/{listId}", { path: { listId: "1" } }),
      () => hs.request("PATCH /crm/objects/{version}/{objectType}/{id}", { path: { objectType: "deals", id: "1" } }),
    ]) {
      await expect(drive(refused())).rejects.toMatchObject({ code: "NOT_ALLOWED" });
    }
    expect(simulator.calls.length).toBe(before);
  });

  it("reading stays possible where writing is off", async () => {
    const { hs, drive, simulator } = client({}, { readOnly: true, auth: privateApp("pat-sim-62515") });
    expect(await drive(all(hs.lists.search()))).toEqual([]);
    const before = simulator.calls.length;
    await expect(
      drive(hs.lists.create({ name: "x", objectTypeId: "0-1", processingType: "MANUAL" })),
    ).rejects.toMatchObject({ code: "READ_ONLY" });
    await expect(drive(hs.contacts.merge("1", "2"))).rejects.toMatchObject({ code: "READ_ONLY" });
    expect(simulator.calls.length).toBe(before);
  });
});
