import type { LocalSource, LocalWrite, LocalWriteResult } from "@hubspoke/core/ports";
import { unknownRole } from "../../script/fields.ts";
import type { Mutant } from "../mutant.ts";
import { type Json, links, local, mapBase, network, stores } from "../plant.ts";

type Inputs = { inputs: { id?: string; properties: Record<string, string> }[] };

/** Answers that a write was refused, changed. */
function refusedHere(
  name: string,
  change: (write: LocalWrite, result: Rejected, source: LocalSource) => Promise<LocalWriteResult> | LocalWriteResult,
): Mutant {
  return local(name, () => (source) => ({
    write: async (tenant, writes) => {
      const results = await source.write(tenant, writes);
      return Promise.all(
        results.map((result, i) =>
          result.outcome === "rejected" ? change(writes[i] as LocalWrite, result, source) : result,
        ),
      );
    },
  }));
}

type Rejected = Extract<LocalWriteResult, { outcome: "rejected" }>;

const tenant = "acme";

export const ofRefusals: readonly Mutant[] = [
  links("what the product's table refused is forgotten", (store) => ({
    put: (rows) =>
      store.put(
        rows.map((row) => ({
          ...row,
          base: mapBase(row.base, ({ refused, ...one }) =>
            refused === undefined || refused === "LOCAL_REJECTED" ? one : { ...one, refused },
          ),
        })),
      ),
  })),
  refusedHere("what the product's table refuses is taken for written", async (write, result, source) => {
    const [record] = write.kind === "update" ? await source.read(tenant, [write.id]) : [];
    if (record === undefined) return result;
    return { outcome: "written", record: { ...record, values: { ...record.values, ...write.values } } };
  }),
  refusedHere("what is refused takes the other fields with it", (write, result) => ({
    ...result,
    fields: Object.keys(write.values),
  })),
  // Dates that are none, and elements that HubSpot has no box for.
  network("what HubSpot refuses is left out and taken for written", () => async (request, transport) => {
    if (typeof request.body !== "string" || !/\/batch\/update$/.test(new URL(request.url).pathname))
      return transport.send(request);
    const body = JSON.parse(request.body) as Inputs;
    const left = new Map<string, Record<string, string>>();
    for (const { id = "", properties } of body.inputs)
      for (const [name, value] of Object.entries(properties)) {
        const isRefused = name === "closedate" ? value.startsWith("no ") : value.split(";").includes(unknownRole);
        if (!isRefused || (name !== "closedate" && name !== "hs_buying_role")) continue;
        delete properties[name];
        left.set(id, { ...left.get(id), [name]: value });
      }
    const response = await transport.send({ ...request, body: JSON.stringify(body) });
    if (left.size === 0 || response.status >= 300) return response;
    const answer = JSON.parse(response.text) as Json;
    const results = (answer.results ?? []).map((record) => ({
      ...record,
      properties: { ...(record.properties as object), ...left.get(String(record.id)) },
    }));
    return { ...response, text: JSON.stringify({ ...answer, results }) };
  }),
  stores("a conflict is closed though the other side refused what a person decided", ({ links: store, conflicts }) => ({
    links: {
      ...store,
      put: async (rows) => {
        for (const { tenant: of, base } of rows)
          for (const { refused, parked } of Object.values(base))
            if (refused !== undefined && parked !== undefined) await conflicts.resolve(of, parked, "local");
        const open = rows.map((row) => ({
          ...row,
          base: mapBase(row.base, ({ parked, ...one }) =>
            parked === undefined || one.refused !== undefined ? one : { ...one, parked },
          ),
        }));
        return store.put(open);
      },
    },
  })),
];
