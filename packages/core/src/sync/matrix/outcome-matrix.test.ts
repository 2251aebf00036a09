import { describe, expect, test } from "vitest";
import type { LocalRecord, LocalSource } from "../../ports/local-source.ts";
import { type CodecField, field, type PropertyField } from "../declare/field.ts";
import type { RemotePort, RemoteRecord } from "../remote-port.ts";
import { FakeLocal } from "../testing-fakes/fake-local.fixture.ts";
import { createWorld, tenant } from "../testing-fakes/world.fixture.ts";
import { cell, columns, type MatrixColumn, outcomeMatrix, rows } from "./outcome-matrix.ts";

/** Runs the engine over one cell of the table: whatever the page says is what happens to a field here. */
async function play(row: string, column: MatrixColumn): Promise<string> {
  const first = row.startsWith("first contact");
  const bed = await cellWorld(column, first);
  const { world, sides } = bed;
  const before = [sides.local(), sides.hubspot()];
  happen(row, bed, column.order);
  const edited = [sides.local(), sides.hubspot()];
  if (first) await world.clock.drive(bed.sync.backfill());
  await world.settle(bed.worker);
  if (row === "normalised by HubSpot" || row === "refused by HubSpot") {
    const settled = [sides.local(), sides.hubspot()];
    const writes = world.hubspot.writes + world.local.writes;
    await world.clock.drive(bed.sync.reconcile());
    await world.settle(bed.worker);
    expect(world.hubspot.writes + world.local.writes).toBe(writes);
    expect([sides.local(), sides.hubspot()]).toEqual(settled);
    return "nothing";
  }
  // No feed names an archived record when webhooks are lost: a reconciliation does.
  if (row === "archived in HubSpot") await world.clock.drive(bed.sync.reconcile());
  const status = await bed.sync.status();
  if (row === "archived in HubSpot" || row === "deleted locally") {
    const [link] = await world.storage.links.byLocalIds(tenant, "leads", [bed.ids.localId]);
    expect(world.hubspot.ids().length + world.local.ids().length).toBe(1);
    return link?.state === "unlinked"
      ? "nothing, the pair is undone"
      : link?.state === "local-deleted"
        ? "nothing, the pair rests"
        : "";
  }
  if (row === "merged in HubSpot") {
    expect([before, sides.local()]).toEqual([edited, sides.hubspot()]);
    return status.linked === 1 ? "nothing, goes on with the survivor" : "lost";
  }
  return inWords(bed, edited as [string, string]);
}

async function inWords({ sides, sync, world, worker }: Bed, [local, hubspot]: [string, string]): Promise<string> {
  const conflicts = (await sync.conflicts.list()).items;
  if (conflicts.some(({ status }) => status === "open")) {
    // It waits for a person however often it is looked at.
    await world.clock.drive(sync.reconcile());
    await world.settle(worker);
    expect([sides.local(), sides.hubspot()]).toEqual([local, hubspot]);
    return "parked for review (logged)";
  }
  const logged = conflicts.length > 0 ? " (logged)" : "";
  const [toLocal, toHubspot] = [sides.local() !== local, sides.hubspot() !== hubspot];
  if (toLocal && toHubspot) return `merged → both${logged}`;
  if (toLocal) return `HubSpot → local${logged}`;
  if (toHubspot) return `local → HubSpot${logged}`;
  return `nothing${logged}`;
}

/** Local values as HubSpot writes them, so that both sides compare. */
const textOf = (value: unknown): string => (Array.isArray(value) ? [...value].sort().join(";") : String(value ?? ""));

type Bed = Awaited<ReturnType<typeof cellWorld>>;

async function cellWorld({ rule, direction, order }: MatrixColumn, first: boolean) {
  const list = rule === "union";
  const last: PropertyField | CodecField = field("lastname", { rule, direction, ...(list && { as: "list" }) });
  const fields = { email: field("email", { owner: "hubspot" }), last };
  const world = createWorld({ fields, poll: { localMs: 1_000, remoteMs: 1_000 } });
  const { clock } = world;
  const silent = { local: false, hubspot: false };
  const shown = (record: LocalRecord): LocalRecord => {
    const { last: _last, ...rest } = record.values;
    const told = silent.local ? { ...record, values: rest } : record;
    if (order !== "order unknown") return told;
    const { fieldTimes: _fieldTimes, ...untimed } = told;
    return { ...untimed, updatedAt: null };
  };
  const source: LocalSource = Object.create(world.local, {
    read: { value: async (tenant: string, ids: readonly string[]) => (await world.local.read(tenant, ids)).map(shown) },
    findFolded: { value: undefined },
    findBy: {
      value: async (...args: Parameters<LocalSource["findBy"]>) => (await world.local.findBy(...args)).map(shown),
    },
  });
  for (const method of ["changes", "write", "delete", "fields"] as const)
    Object.defineProperty(source, method, { value: (FakeLocal.prototype[method] as () => unknown).bind(world.local) });
  const quiet = (record: RemoteRecord): RemoteRecord => {
    const { lastname: _lastname, ...values } = record.values;
    return silent.hubspot ? { ...record, values } : record;
  };
  const remote = new Proxy(world.hubspot, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (key === "read")
        return async (query: Parameters<RemotePort["read"]>[0]) => (await target.read(query)).map(quiet);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  const worker = world.worker({ remote }, source);
  const ids = { localId: "", hubspotId: "" };
  const value = (text: string | null) => (text === null ? null : list ? text.split(";") : text);
  if (!first) {
    ids.hubspotId = world.hubspot.user({ email: "ann@x.com", lastname: "B" });
    await clock.drive(worker.sync.backfill());
    ids.localId = world.local.ids()[0] ?? "";
    // A field that only travels to HubSpot was not pulled at birth: both sides agree on B from here.
    if (direction === "to-hubspot") {
      world.local.edit(ids.localId, { last: value("B") });
      await world.settle(worker);
    }
    expect([textOf(world.local.value(ids.localId, "last")), world.hubspot.value(ids.hubspotId, "lastname")]).toEqual([
      "B",
      "B",
    ]);
    expect((await worker.sync.conflicts.list()).items).toEqual([]);
    clock.advance(60_000);
  }
  const sides = {
    local: () => textOf(world.local.value(ids.localId, "last")),
    hubspot: () => world.hubspot.value(ids.hubspotId, "lastname") ?? "",
  };
  return { world, worker, sync: worker.sync, sides, ids, silent, value };
}

function happen(row: string, { world, ids, silent, value }: Bed, order: string | null): void {
  const { clock, hubspot, local } = world;
  const here = (text: string | null) => {
    clock.advance(1_000);
    if (ids.localId === "") ids.localId = local.user({ email: "ann@x.com", last: value(text) });
    else local.edit(ids.localId, { last: value(text) });
  };
  const there = (text: string | null) => {
    clock.advance(1_000);
    if (ids.hubspotId === "") ids.hubspotId = hubspot.user({ email: "ann@x.com", lastname: text ?? "" });
    else hubspot.edit(ids.hubspotId, { lastname: text ?? "" });
  };
  const both = (ours: string | null, theirs: string | null) => {
    if (order === "HubSpot later") here(ours);
    there(theirs);
    if (order !== "HubSpot later") here(ours);
  };
  const events: Record<string, () => void> = {
    "both same": () => both("X", "X"),
    "nothing changed": () => {},
    "local only": () => here("L"),
    "HubSpot only": () => there("H"),
    "both different": () => both("L", "H"),
    "cleared locally": () => here(null),
    "cleared in HubSpot": () => there(null),
    "cleared locally, edited in HubSpot": () => both(null, "H"),
    "edited locally, cleared in HubSpot": () => both("L", null),
    "absent locally": () => {
      there("H");
      silent.local = true;
    },
    "absent in HubSpot": () => {
      here("L");
      silent.hubspot = true;
    },
    "normalised by HubSpot": () => here("L "),
    "refused by HubSpot": () => {
      hubspot.refused.set("lastname", (text) => text === "L");
      here("L");
    },
    "first contact, same": () => both("X", "X"),
    "first contact, local empty": () => both(null, "H"),
    "first contact, HubSpot empty": () => both("L", null),
    "first contact, different": () => both("L", "H"),
    "archived in HubSpot": () => hubspot.archiveRecord(ids.hubspotId),
    "deleted locally": () => local.remove(ids.localId),
    "merged in HubSpot": () => {
      const other = hubspot.user({ email: "dup@x.com", lastname: "B" });
      ids.hubspotId = hubspot.merge(ids.hubspotId, other);
    },
  };
  const event = events[row];
  if (event === undefined) throw new Error(`no test plays "${row}"`);
  event();
}

/** Cells a test cannot tell apart from "nothing": what is remembered is not seen. */
const seen = (text: string): string => (text.startsWith("nothing, ") && !/pair|survivor/.test(text) ? "nothing" : text);

describe.each(columns)("the outcome table, $name:", (column) => {
  test.each(rows)("%s", async (row) => {
    expect(await play(row, column)).toBe(seen(cell(row, column)));
  });
});

test("the table has a row for each situation and a column for each rule", () => {
  const lines = outcomeMatrix().split("\n");
  expect(lines).toHaveLength(rows.length + 2);
  expect(lines[0]?.split("|")).toHaveLength(columns.length + 3);
});
