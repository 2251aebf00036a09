import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bench, CONTACTS, UNLIMITED } from "./helpers.ts";

// An independent, much simpler description of what HubSpot does, compared with the simulator over random histories.

interface Person {
  id: string;
  values: Record<string, string>;
  archived: boolean;
}

const email = fc.constantFrom("a@x.example", "b@x.example", "c@x.example", "");
const word = fc.constantFrom("ann", "Bob", "cy lee", "");
const values = fc.record({ email, firstname: word, city: word }, { requiredKeys: [] });
const pick = fc.nat(30);

const step = fc.oneof(
  fc.record({ kind: fc.constant("create" as const), values }),
  fc.record({ kind: fc.constant("update" as const), values, who: pick }),
  fc.record({ kind: fc.constant("archive" as const), who: pick }),
  fc.record({ kind: fc.constant("list" as const), limit: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ kind: fc.constant("batch" as const), who: fc.uniqueArray(pick, { maxLength: 5 }) }),
);

const filled = (record: Record<string, string>) =>
  Object.fromEntries(Object.entries(record).filter(([, v]) => v !== ""));

describe("records", () => {
  it("behave like a list of objects whose addresses must differ", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const { call } = bench(UNLIMITED);
        const people: Person[] = [];
        const live = () => people.filter((person) => !person.archived);
        const holder = (address: string | undefined) =>
          address ? live().find((person) => person.values.email === address) : undefined;

        for (const now of steps) {
          const who =
            "who" in now && typeof now.who === "number" ? people[now.who % Math.max(1, people.length)] : undefined;
          if (now.kind === "create") {
            const taken = holder(now.values.email);
            const { status, body } = await call(`POST ${CONTACTS}`, { properties: now.values });
            if (taken === undefined) {
              expect(status).toBe(201);
              people.push({ id: body.id, values: filled(now.values as Record<string, string>), archived: false });
            } else expect(body.message).toBe(`Contact already exists. Existing ID: ${taken.id}`);
          } else if (now.kind === "update" && who) {
            const taken = holder(now.values.email);
            const { status } = await call(`PATCH ${CONTACTS}/${who.id}`, { properties: now.values });
            const expected = who.archived ? 404 : taken !== undefined && taken !== who ? 400 : 200;
            expect(status).toBe(expected);
            if (status === 200) who.values = filled({ ...who.values, ...(now.values as Record<string, string>) });
          } else if (now.kind === "archive" && who) {
            expect((await call(`DELETE ${CONTACTS}/${who.id}`)).status).toBe(204);
            who.archived = true;
          } else if (now.kind === "list") {
            const seen: string[] = [];
            for (let after = "0"; after !== ""; ) {
              const { body } = await call(`GET ${CONTACTS}?limit=${now.limit}&after=${after}`);
              seen.push(...body.results.map((contact: { id: string }) => contact.id));
              after = body.paging?.next.after ?? "";
            }
            expect(seen).toEqual(live().map((person) => person.id));
          } else if (now.kind === "batch") {
            const asked = now.who.flatMap((n) => people[n] ?? []);
            const { body } = await call(`POST ${CONTACTS}/batch/read`, {
              properties: ["email", "firstname", "city"],
              inputs: asked.map(({ id }) => ({ id })),
            });
            const returned = body.results.map((contact: { id: string; properties: Record<string, string | null> }) => {
              const { email, firstname, city } = contact.properties;
              return [contact.id, filled({ email: email ?? "", firstname: firstname ?? "", city: city ?? "" })];
            });
            const expected = asked.filter((person) => !person.archived).map((person) => [person.id, person.values]);
            expect(Object.fromEntries(returned)).toEqual(Object.fromEntries(expected));
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});
