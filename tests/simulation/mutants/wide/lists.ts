import { field } from "@hubspoke/core/sync";
import type { Mutant } from "../mutant.ts";
import { answers, declared, intents, type Json, links, mapBase, network } from "../plant.ts";

const list = "hs_buying_role";

/** As HubSpot tells them, newest first. */
interface Version {
  readonly value: string;
  readonly timestamp: string;
  readonly sourceType?: string;
  readonly sourceId?: string;
}

/** Programs that are not this product have another id than its token or app. */
const isOurs = ({ sourceType, sourceId }: Version): boolean => sourceType === "INTEGRATION" && sourceId !== "4711";

/** The list's history, where a record was read with it. */
function historyOf(record: Record<string, unknown>): readonly Version[] {
  return (record.propertiesWithHistory as Record<string, Version[]> | undefined)?.[list] ?? [];
}

/** An edit between two writes of ours, with the newest edit after both: what a worker has to find and to put back. */
function withoutCovered(versions: readonly Version[]): readonly Version[] {
  const [newest] = versions;
  if (newest === undefined || isOurs(newest)) return versions;
  return versions.filter((version, i) => {
    const over = versions[i - 1];
    return i < 2 || isOurs(version) || over === undefined || !isOurs(over);
  });
}

function changeHistory(body: Json, change: (versions: readonly Version[]) => readonly Version[]): Json {
  const results = (body.results ?? []).map((record) => {
    const histories = record.propertiesWithHistory as Record<string, unknown> | undefined;
    if (histories?.[list] === undefined) return record;
    return { ...record, propertiesWithHistory: { ...histories, [list]: change(historyOf(record)) } };
  });
  return { ...body, results };
}

/**
 * A repair of a repair sends what the second edit made, which was made where the first one was covered: the first is
 * undone by it.
 */
const repairsOfRepairs = network("what covered a covered edit of a list is put back whole", () => {
  const histories = new Map<string, readonly Version[]>();
  return async (request, transport) => {
    const path = new URL(request.url).pathname;
    if (typeof request.body !== "string") return transport.send(request);
    if (path.endsWith("/batch/update")) {
      const body = JSON.parse(request.body) as { inputs: { id: string; properties: Record<string, string> }[] };
      for (const { id, properties } of body.inputs) {
        const [repair, covered, ours] = histories.get(id) ?? [];
        if (repair === undefined || covered === undefined || ours === undefined || !(list in properties)) continue;
        if (isOurs(repair) && !isOurs(covered) && isOurs(ours)) properties[list] = covered.value;
      }
      return transport.send({ ...request, body: JSON.stringify(body) });
    }
    const response = await transport.send(request);
    if (!path.endsWith("/batch/read") || response.status >= 300) return response;
    for (const record of (JSON.parse(response.text) as Json).results ?? [])
      histories.set(String(record.id), historyOf(record));
    return response;
  };
});

export const ofLists: readonly Mutant[] = [
  links("a list is merged without its base", (store) => ({
    put: (rows) =>
      store.put(rows.map((row) => ({ ...row, base: mapBase(row.base, ({ elements: _, ...one }) => one) }))),
  })),
  intents("what a write of a list agreed on is not in its intent", (store) => ({
    store: (rows) =>
      store.store(
        rows.map((row) => ({
          ...row,
          fields: Object.fromEntries(
            Object.entries(row.fields).map(([name, { elements: _, ...hashes }]) => [name, hashes]),
          ),
        })),
      ),
  })),
  declared("a list is one value, and the later one wins", (definition) => ({
    ...definition,
    fields: { ...definition.fields, roles: field(list, { rule: "latest", as: "list" }) },
  })),
  answers("what a write covered of a list is not looked for once the list was edited again", /\/batch\/read$/, (body) =>
    changeHistory(body, withoutCovered),
  ),
  repairsOfRepairs,
];
