/** Times search pages over many records: through `fetch`, JSON on both sides included. */
import { createHubSpotSimulator } from "@hubspoke/testing/simulator";

interface Query {
  readonly what: string;
  readonly filters: readonly (readonly [property: string, operator: string, value: string])[];
  readonly sort: readonly [property: string, direction: "ASCENDING" | "DESCENDING"];
  readonly after?: string;
}

const COUNT = Number(process.argv[2] ?? 1_000_000);
const ROUNDS = 40;
const YEAR_MS = 365 * 86_400_000;

const simulator = createHubSpotSimulator({ limits: { tenSecondly: 1e9, searchPerSecond: 1e9, daily: 1e9 } });
const ids = simulator.seedContacts(COUNT);
const middle = ids[COUNT >> 1] ?? "0";
const lately = String(Date.now() - 86_400_000);
const lastYear = String(Date.now() - YEAR_MS);
const lastHalf = String(Date.now() - 1.5 * YEAR_MS);
const modified = "lastmodifieddate";
const id = "hs_object_id";

const QUERIES: readonly Query[] = [
  { what: "ids after one, by id", filters: [[id, "GT", middle]], sort: [id, "ASCENDING"] },
  { what: "modified since a year, by time", filters: [[modified, "GTE", lastYear]], sort: [modified, "ASCENDING"] },
  { what: "modified since a year, by id", filters: [[modified, "GTE", lastYear]], sort: [id, "ASCENDING"] },
  { what: "modified since a day, by id", filters: [[modified, "GTE", lately]], sort: [id, "ASCENDING"] },
  {
    what: "modified before a year, by id, last first",
    filters: [[modified, "LTE", lastYear]],
    sort: [id, "DESCENDING"],
  },
  { what: "ids after one, by time", filters: [[id, "GT", middle]], sort: [modified, "ASCENDING"] },
  { what: "ids before one, by time, last first", filters: [[id, "LT", middle]], sort: [modified, "DESCENDING"] },
  {
    what: "modified since ever and ids after one, by id",
    filters: [
      [modified, "GTE", "1"],
      [id, "GT", middle],
    ],
    sort: [id, "ASCENDING"],
  },
  {
    what: "modified since a year and a half, by id, the last page",
    filters: [[modified, "GTE", lastHalf]],
    sort: [id, "ASCENDING"],
    after: "9800",
  },
];

async function search({ filters, sort, after = "0" }: Query): Promise<number> {
  const [propertyName, direction] = sort;
  const body = JSON.stringify({
    filterGroups: [{ filters: filters.map(([name, operator, value]) => ({ propertyName: name, operator, value })) }],
    sorts: [{ propertyName, direction }],
    limit: 200,
    after,
  });
  const headers = { authorization: `Bearer ${simulator.token}`, "content-type": "application/json" };
  const start = performance.now();
  const answer = await simulator.fetch("https://api.hubapi.com/crm/objects/2026-09/contacts/search", {
    method: "POST",
    headers,
    body,
  });
  const { results } = (await answer.json()) as { results: unknown[] };
  if (results.length !== 200) throw new Error(`A page of ${results.length}`);
  return performance.now() - start;
}

const timed: { what: string; milliseconds: number[] }[] = [];
for (const query of QUERIES) {
  for (let warmUp = 0; warmUp < 5; warmUp++) await search(query);
  const milliseconds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) milliseconds.push(await search(query));
  timed.push({ what: query.what, milliseconds });
}
console.log(JSON.stringify(timed));
