import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseCsv, toCsv } from "../../../src/simulator/platform/csv.ts";
import type { SimulatorOptions } from "../../../src/simulator.ts";
import { bench } from "../helpers.ts";

const IMPORTS = "/crm/imports/2026-09";

const column = (columnName: string, propertyName: string | null, more: Record<string, unknown> = {}) => ({
  columnObjectTypeId: "0-1",
  columnName,
  propertyName,
  ...more,
});

function importBench(options: SimulatorOptions = {}) {
  const made = bench(options);
  async function start(
    csv: string,
    columnMappings: unknown[],
    more: Record<string, unknown> = {},
    fileName = "in.csv",
  ) {
    const page = { hasHeader: true, columnMappings };
    const importRequest = {
      name: "Spring",
      files: [{ fileName: "in.csv", fileFormat: "CSV", fileImportPage: page }],
      ...more,
    };
    const form = new FormData();
    form.append("importRequest", JSON.stringify(importRequest));
    form.append("files", new Blob([csv], { type: "text/csv" }), fileName);
    const response = await made.sim.fetch(`https://api.hubapi.com${IMPORTS}`, {
      method: "POST",
      headers: { authorization: `Bearer ${made.sim.token}` },
      body: form,
    });
    // biome-ignore lint/suspicious/noExplicitAny: tests reach into bodies of every shape
    return { status: response.status, body: (await response.json()) as any };
  }
  const errors = async () => (await made.call(`GET ${IMPORTS}/1/errors`)).body.results;
  return { ...made, start, errors };
}

describe("an import", () => {
  it("starts, processes and is done, by the clock", async () => {
    const { start, call, clock, sim } = importBench({ platform: { taskTime: 10_000 } });
    const known = sim.portal().contacts.create({ email: "ann@acme.example", firstname: "Anne" });
    const csv = 'Mail,First,Ignored\r\nann@acme.example,Ann,x\r\nben@acme.example,"Ben ""B"", Jr",y\r\n';
    const started = await start(csv, [column("Mail", "email"), column("First", "firstname"), column("Ignored", null)]);
    expect(started.status).toBe(200);
    expect(started.body).toMatchObject({
      id: "1",
      state: "STARTED",
      importName: "Spring",
      importSource: "API",
      mappedObjectTypeIds: ["0-1"],
      metadata: { counters: {}, objectLists: [] },
    });
    await clock.advance(5_000);
    expect((await call(`GET ${IMPORTS}/1`)).body.state).toBe("PROCESSING");
    expect(sim.portal().contacts.size).toBe(1);
    await clock.advance(5_000);
    const done = (await call("GET /crm/v3/imports/1")).body;
    expect(done).toMatchObject({
      state: "DONE",
      updatedAt: "2026-11-20T12:00:10.000Z",
      metadata: {
        counters: {
          TOTAL_ROWS: 2,
          CREATED_OBJECTS: 1,
          UPDATED_OBJECTS: 1,
          UNIQUE_OBJECTS_WRITTEN: 2,
          PROPERTY_VALUES_EMITTED: 4,
          ERRORS: 0,
        },
      },
    });
    expect(sim.portal().contacts.get(known.id)?.properties.firstname).toBe("Ann");
    expect(sim.portal().contacts.findBy("email", "ben@acme.example")?.properties.firstname).toBe('Ben "B", Jr');
    expect(sim.portal().contacts.history(known.id, "firstname")[0]).toMatchObject({
      value: "Ann",
      timestamp: "2026-11-20T12:00:10.000Z",
      sourceType: "IMPORT",
      sourceId: "1",
    });
  });

  it("lists what was wrong, row by row, and writes the rest", async () => {
    const { start, clock, errors, sim } = importBench();
    await start("Mail,Stage,Close\nann@acme.example,astronaut,1\nnot a mail,,\nben@acme.example\n", [
      column("Mail", "email"),
      column("Stage", "lifecyclestage"),
      column("Close", "firstname"),
    ]);
    await clock.advance(2_000);
    expect(await errors()).toMatchObject([
      {
        id: "1",
        errorType: "INVALID_ENUMERATION_OPTION",
        objectTypeId: "0-1",
        invalidValue: "astronaut",
        knownColumnNumber: 2,
        sourceData: { lineNumber: 2, rowData: ["ann@acme.example", "astronaut", "1"] },
      },
      { errorType: "INVALID_EMAIL", sourceData: { lineNumber: 3 } },
      { errorType: "INCORRECT_NUMBER_OF_COLUMNS", sourceData: { lineNumber: 4 } },
    ]);
    expect(sim.portal().contacts.list()).toMatchObject([{ properties: { email: "ann@acme.example", firstname: "1" } }]);
  });

  it("creates only or updates only, when told to, and finds records by id", async () => {
    const { start, clock, call, sim } = importBench();
    const known = sim.portal().contacts.create({ email: "ann@acme.example" });
    const mapping = [column("Mail", "email"), column("First", "firstname")];
    const csv = "Mail,First\nann@acme.example,Ann\nben@acme.example,Ben\n";
    await start(csv, mapping, { importOperations: { "0-1": "CREATE" } });
    await start(csv, mapping, { importOperations: { "0-1": "UPDATE" } });
    const byId = [column("Id", null, { columnType: "HUBSPOT_OBJECT_ID" }), column("First", "firstname")];
    await start(`Id,First\n${known.id},Anna\n999,Nobody\n`, byId);
    await clock.advance(2_000);
    const kinds = async (id: string) =>
      (await call(`GET ${IMPORTS}/${id}/errors`)).body.results.map((error: { errorType: string }) => error.errorType);
    expect(await kinds("1")).toEqual(["CREATE_ONLY_IMPORT"]);
    expect(await kinds("2")).toEqual([]);
    expect(await kinds("3")).toEqual(["INVALID_OBJECT_ID"]);
    expect(sim.portal().contacts.get(known.id)?.properties.firstname).toBe("Anna");
    expect((await call(`GET ${IMPORTS}?limit=2`)).body).toMatchObject({
      results: [{ id: "1" }, { id: "2" }],
      paging: { next: { after: "2" } },
    });
  });

  it("associates the records of a row, reads dates as told, and can make a list", async () => {
    const { start, clock, call, sim } = importBench();
    const mappings = [
      column("Mail", "email"),
      { ...column("Deal", "dealname"), columnObjectTypeId: "0-3" },
      { ...column("Close", "closedate"), columnObjectTypeId: "0-3" },
    ];
    const more = { dateFormat: "DAY_MONTH_YEAR", createContactListFromImport: true };
    await start("Mail,Deal,Close\nann@acme.example,Big,31/12/2026\n", mappings, more);
    await clock.advance(2_000);
    const [contact] = sim.portal().contacts.list();
    const [deal] = sim.portal().objects("deals").list();
    const links = await call(`GET /crm/objects/2026-09/contacts/${contact?.id}/associations/deals`);
    expect(links.body.results).toMatchObject([{ toObjectId: deal?.id }]);
    expect(deal?.properties.closedate).toMatch(/^2026-12-31T00:00:00/);
    const [list] = (await call(`GET ${IMPORTS}/1`)).body.metadata.objectLists;
    const { results } = (await call(`GET /crm/lists/2026-09/${list.listId}/memberships`)).body;
    expect(results).toMatchObject([{ recordId: contact?.id }]);
  });

  it("can be cancelled while it is not over", async () => {
    const { start, clock, call, sim } = importBench();
    await start("Mail\nann@acme.example\n", [column("Mail", "email")]);
    await clock.advance(1_500);
    expect((await call(`POST ${IMPORTS}/1/cancel`)).status).toBe(200);
    await clock.advance(5_000);
    expect((await call(`GET ${IMPORTS}/1`)).body.state).toBe("CANCELED");
    expect(sim.portal().contacts.size).toBe(0);
    expect((await call(`POST ${IMPORTS}/1/cancel`)).status).toBe(400);
    expect((await call(`GET ${IMPORTS}/2`)).status).toBe(404);
  });

  it.each<[string, string, unknown[], Record<string, unknown>, RegExp]>([
    ["no name", "A\n", [column("A", "email")], { name: "" }, /name is required/],
    ["no files", "A\n", [], { files: [] }, /files is empty/],
    ["an unknown column", "A\n", [column("B", "email")], {}, /no column named B/],
    ["an unknown property", "A\n", [column("A", "shoe_size")], {}, /"shoe_size" does not exist/],
    ["an unknown operation", "A\n", [column("A", "email")], { importOperations: { "0-1": "DROP" } }, /DROP/],
    ["too many rows", "A\na@b.example\nc@d.example\n", [column("A", "email")], {}, /more than 1 rows/],
    ["too many bytes", `A\n${"x".repeat(100)}\n`, [column("A", "email")], {}, /larger than 60 bytes/],
  ])("is refused with %s", async (_, csv, mappings, more, message) => {
    const { start } = importBench({ platform: { importLimits: { rows: 1, bytes: 60 } } });
    const { status, body } = await start(csv, mappings, more);
    expect([status, body.category]).toEqual([400, "VALIDATION_ERROR"]);
    expect(body.message).toMatch(message);
  });

  it("is refused when its file did not come with it, and when the day is full until midnight", async () => {
    const { start, clock } = importBench({ platform: { importLimits: { rowsPerDay: 2 } } });
    const mapping = [column("A", "email")];
    expect((await start("A\n", mapping, {}, "other.csv")).body.message).toMatch(/No file named in.csv/);
    expect((await start("A\na@b.example\nc@d.example\n", mapping)).status).toBe(200);
    expect((await start("A\ne@f.example\n", mapping)).body.message).toMatch(/in a day/);
    await clock.advance(17 * 3_600_000);
    expect((await start("A\ne@f.example\n", mapping)).status).toBe(200);
  });
});

it("reads back any table that it wrote", () => {
  const cell = fc.string({ unit: fc.constantFrom("a", ",", '"', "\n", "\r", " ", "é") });
  const row = fc.array(cell, { minLength: 2, maxLength: 4 });
  fc.assert(
    fc.property(fc.array(row), (rows) => {
      expect(parseCsv(toCsv(rows))).toEqual(rows);
    }),
  );
});
