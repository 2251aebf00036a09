import { describe, expect, it } from "vitest";
import { bench } from "../helpers.ts";

const EXPORTS = "/crm/exports/2026-09";
const VIEW = {
  exportType: "VIEW",
  exportName: "All",
  format: "CSV",
  language: "EN",
  objectType: "CONTACT",
  objectProperties: ["firstname", "lifecyclestage"],
  exportInternalValuesOptions: [],
};

function exportBench() {
  const made = bench();
  const { contacts } = made.sim.portal();
  const ids = [
    contacts.create({ firstname: "Ann", lifecyclestage: "lead" }).id,
    contacts.create({ firstname: "Ben, Jr" }).id,
  ];
  async function run(body: Record<string, unknown>): Promise<string> {
    const { id } = (await made.call(`POST ${EXPORTS}/export/async`, body)).body;
    await made.clock.advance(2_000);
    const { result } = (await made.call(`GET ${EXPORTS}/export/async/tasks/${id}/status`)).body;
    return (await made.sim.fetch(result)).text();
  }
  return { ...made, ids, run };
}

describe("an export", () => {
  it("is enqueued, processed and done, and its address opens for five minutes", async () => {
    const { call, clock, sim, ids } = exportBench();
    await call("POST /crm/properties/2026-09/contacts", {
      name: "mood",
      label: "Mood",
      type: "enumeration",
      fieldType: "select",
      groupName: "contactinformation",
      options: [{ label: "In good spirits", value: "good", displayOrder: 0, hidden: false }],
    });
    sim.portal().contacts.update(ids[0] ?? "", { mood: "good" });
    const started = await call(`POST ${EXPORTS}/export/async`, { ...VIEW, objectProperties: ["firstname", "mood"] });
    expect([started.status, started.body.id]).toEqual([202, "1"]);
    const poll = async () => (await call(`GET ${new URL(started.body.links.status).pathname}`)).body;
    const state = async () => (await call(`GET ${EXPORTS}/export/1`)).body.exportState;
    expect([(await poll()).status, await state()]).toEqual(["PENDING", "ENQUEUED"]);
    await clock.advance(1_000);
    expect([(await poll()).status, await state()]).toEqual(["PROCESSING", "PROCESSING"]);
    await clock.advance(1_000);
    const done = await poll();
    expect(done).toMatchObject({ status: "COMPLETE", completedAt: "2026-11-20T12:00:02.000Z" });
    expect((await call("GET /crm/v3/exports/export/1")).body).toMatchObject({
      exportState: "DONE",
      exportType: "VIEW",
      recordCount: 2,
      objectProperties: ["firstname", "mood"],
    });
    const file = await sim.fetch(done.result);
    expect(await file.text()).toBe(
      `Record ID,First Name,Mood\r\n${ids[0]},Ann,In good spirits\r\n${ids[1]},"Ben, Jr",\r\n`,
    );
    await clock.advance(5 * 60_000);
    expect((await sim.fetch(done.result)).status).toBe(403);
    expect((await sim.fetch((await poll()).result)).status).toBe(200);
  });

  it("takes a search, internal names and values, and associated ids", async () => {
    const { run, call, sim, ids } = exportBench();
    const acme = sim.portal().objects("companies").create({ name: "Acme" }).id;
    await call(`PUT /crm/objects/2026-09/contacts/${ids[0]}/associations/default/companies/${acme}`);
    const csv = await run({
      ...VIEW,
      exportInternalValuesOptions: ["NAMES", "VALUES"],
      associatedObjectType: "COMPANY",
      publicCrmSearchRequest: { filters: [{ propertyName: "lifecyclestage", operator: "EQ", value: "lead" }] },
    });
    expect(csv).toBe(`Record ID,firstname,lifecyclestage,Associated company IDs\r\n${ids[0]},Ann,lead,${acme}\r\n`);
  });

  it("takes a list", async () => {
    const { run, call, ids } = exportBench();
    await call("POST /crm/lists/2026-09", { name: "L", objectTypeId: "0-1", processingType: "MANUAL" });
    await call("PUT /crm/lists/2026-09/1/memberships/add", [ids[1]]);
    const csv = await run({ ...VIEW, exportType: "LIST", listId: "1", objectProperties: ["firstname"] });
    expect(csv).toBe(`Record ID,First Name\r\n${ids[1]},"Ben, Jr"\r\n`);
  });

  it.each<[string, Record<string, unknown>, number]>([
    ["an unknown object type", { objectType: "SHOE" }, 400],
    ["an unknown property", { objectProperties: ["shoe_size"] }, 400],
    ["an unknown kind", { exportType: "ALL" }, 400],
    ["an unknown format", { format: "PDF" }, 400],
    ["an unknown list", { exportType: "LIST", listId: "9" }, 404],
    ["a bad filter", { publicCrmSearchRequest: { filters: [{ propertyName: "firstname", operator: "IS" }] } }, 400],
    ["a spreadsheet, which is not simulated", { format: "XLSX" }, 501],
  ])("is refused with %s", async (_, fields, status) => {
    const { call } = exportBench();
    expect((await call(`POST ${EXPORTS}/export/async`, { ...VIEW, ...fields })).status).toBe(status);
  });
});
