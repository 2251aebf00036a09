import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bench, CONTACTS, UNLIMITED } from "./helpers.ts";

// An independent, much simpler description of what HubSpot does, compared with the simulator over random histories.

const link = fc.record({
  op: fc.constantFrom("default", "put-primary", "put-plain", "delete", "archive-primary"),
  contact: fc.nat(2),
  company: fc.nat(2),
});

describe("associations", () => {
  it("are the same from both sides, with at most one primary company", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(link, { maxLength: 30 }), async (steps) => {
        const { call } = bench(UNLIMITED);
        const make = async (type: string) =>
          (await call(`POST /crm/objects/2026-09/${type}`, { properties: {} })).body.id as string;
        const contacts = [await make("contacts"), await make("contacts"), await make("contacts")];
        const companies = [await make("companies"), await make("companies"), await make("companies")];
        const linked = contacts.map(() => new Set<number>());
        const primary: (number | undefined)[] = contacts.map(() => undefined);
        const spec = (id: number) => [{ associationCategory: "HUBSPOT_DEFINED", associationTypeId: id }];

        for (const { op, contact, company } of steps) {
          const base = `/crm/objects/2026-09/contacts/${contacts[contact]}/associations`;
          const pair = `${base}/companies/${companies[company]}`;
          if (op === "default") await call(`PUT ${base}/default/companies/${companies[company]}`);
          else if (op === "put-primary") await call(`PUT ${pair}`, spec(1));
          else if (op === "put-plain") await call(`PUT ${pair}`, spec(279));
          else if (op === "delete") await call(`DELETE ${pair}`);
          else {
            const [from, to] = [{ id: contacts[contact] }, { id: companies[company] }];
            const inputs = [{ from, to, types: spec(1) }];
            await call("POST /crm/associations/2026-09/contacts/companies/batch/labels/archive", { inputs });
          }

          if (op === "delete") {
            linked[contact]?.delete(company);
            if (primary[contact] === company) primary[contact] = undefined;
          } else if (op === "archive-primary") {
            if (primary[contact] === company) primary[contact] = undefined;
          } else {
            linked[contact]?.add(company);
            if (op === "put-primary") primary[contact] = company;
            else if (op === "put-plain" && primary[contact] === company) primary[contact] = undefined;
            primary[contact] ??= company;
          }
        }

        for (const [n, contact] of contacts.entries()) {
          const { body } = await call(`GET /crm/objects/2026-09/contacts/${contact}/associations/companies`);
          const seen = body.results.map((one: { toObjectId: string; associationTypes: { typeId: number }[] }) => [
            companies.indexOf(one.toObjectId),
            one.associationTypes.map((type) => type.typeId),
          ]);
          const expected = [...(linked[n] ?? [])].sort().map((c) => [c, c === primary[n] ? [1, 279] : [279]]);
          expect(seen).toEqual(expected);
          const read = await call(`GET ${CONTACTS}/${contact}?properties=associatedcompanyid`);
          const named = primary[n] === undefined ? null : companies[primary[n]];
          expect(read.body.properties.associatedcompanyid).toBe(named);
        }
        for (const [c, company] of companies.entries()) {
          const { body } = await call(`GET /crm/objects/2026-09/companies/${company}/associations/contacts`);
          const seen = body.results.map((one: { toObjectId: string }) => contacts.indexOf(one.toObjectId));
          expect(seen).toEqual([0, 1, 2].filter((n) => linked[n]?.has(c)));
        }
      }),
      { numRuns: 60 },
    );
  });
});
