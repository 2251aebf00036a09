import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bench, CONTACTS, UNLIMITED } from "./helpers.ts";

// An independent, much simpler description of what HubSpot does, compared with the simulator over random histories:
// whole lives of people, who are merged, archived, restored, erased and belong to companies.

interface Person {
  id: string;
  email: string;
  others: Set<string>;
  key: string;
  city: string;
  companies: Set<number>;
  formerIds: string[];
  state: "live" | "archived" | "erased" | "merged";
}

const who = fc.nat(12);
const email = fc.constantFrom("", "a@x.example", "b@x.example", "c@x.example", "d@x.example");
const key = fc.constantFrom("", "k1", "k2", "k3");
const city = fc.constantFrom("", "Halifax", "Rome");
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("create" as const), email, key, city }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("update" as const), who, email, key, city }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("merge" as const), who, other: who }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("archive" as const), who }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("restore" as const), who }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("erase" as const), who }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("upsert" as const), key: fc.constantFrom("k1", "k2", "k3"), city }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("link" as const), who, company: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("unlink" as const), who, company: fc.nat(2) }) },
);

class Model {
  readonly people: Person[] = [];

  live(): Person[] {
    return this.people.filter(({ state }) => state === "live");
  }

  /** Whom an id leads to. */
  behind(id: string): Person | undefined {
    return this.people.find((one) => one.state !== "merged" && (one.id === id || one.formerIds.includes(id)));
  }

  addressTaken(address: string, self?: Person): boolean {
    return (
      address !== "" && this.live().some((one) => one !== self && (one.email === address || one.others.has(address)))
    );
  }

  keyTaken(value: string, self?: Person): boolean {
    return value !== "" && this.live().some((one) => one !== self && one.key === value);
  }

  add(id: string, values: Pick<Person, "email" | "key" | "city">): void {
    this.people.push({ id, ...values, others: new Set(), companies: new Set(), formerIds: [], state: "live" });
  }

  merge(id: string, primary: Person, loser: Person): void {
    const others = new Set([...primary.others, ...loser.others]);
    if (primary.email !== "" && loser.email !== "") others.add(loser.email);
    this.people.push({
      id,
      email: primary.email || loser.email,
      key: primary.key || loser.key,
      city: primary.city || loser.city,
      others,
      companies: new Set([...primary.companies, ...loser.companies]),
      formerIds: [...primary.formerIds, ...loser.formerIds, primary.id, loser.id],
      state: "live",
    });
    primary.state = "merged";
    loser.state = "merged";
  }
}

async function world() {
  const made = bench(UNLIMITED);
  const definition = { name: "key", label: "Key", type: "string", fieldType: "text", groupName: "contactinformation" };
  await made.call("POST /crm/properties/2026-09/contacts", { ...definition, hasUniqueValue: true });
  const companies: string[] = [];
  for (let n = 0; n < 3; n++) {
    companies.push((await made.call("POST /crm/objects/2026-09/companies", { properties: {} })).body.id);
  }
  return { ...made, companies };
}

type World = Awaited<ReturnType<typeof world>>;
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Does a step to both; what the simulator answers must be what the model expects. */
async function perform({ call, sim, companies }: World, model: Model, now: Step): Promise<void> {
  const person = "who" in now ? model.people[now.who % Math.max(1, model.people.length)] : undefined;
  if ("who" in now && person === undefined) return;
  const target = person && model.behind(person.id);
  const isLive = target?.state === "live";

  if (now.do === "create") {
    const { do: _, ...values } = now;
    const { status, body } = await call(`POST ${CONTACTS}`, { properties: values });
    const expected = model.addressTaken(now.email) ? [409, 400] : model.keyTaken(now.key) ? [400] : [201];
    expect(expected).toContain(status);
    if (status === 201) model.add(body.id, values);
  } else if (now.do === "update") {
    const { do: _, who: __, ...values } = now;
    const { status } = await call(`PATCH ${CONTACTS}/${person?.id}`, { properties: values });
    const taken = model.addressTaken(now.email, target) || model.keyTaken(now.key, target);
    expect(status).toBe(!isLive ? 404 : taken ? 400 : 200);
    if (status === 200 && target !== undefined) Object.assign(target, values);
  } else if (now.do === "merge") {
    const other = model.people[now.other % model.people.length];
    const loser = other && model.behind(other.id);
    const body = { primaryObjectId: person?.id, objectIdToMerge: other?.id };
    const answer = await call(`POST ${CONTACTS}/merge`, body);
    const possible = isLive && loser?.state === "live";
    expect(answer.status).toBe(!possible ? 404 : target === loser ? 400 : 200);
    if (answer.status === 200) model.merge(answer.body.id, target!, loser!);
  } else if (now.do === "archive") {
    const { status } = await call(`DELETE ${CONTACTS}/${person?.id}`);
    expect(status).toBe(target === undefined || target.state === "erased" ? 404 : 204);
    if (isLive) target!.state = "archived";
  } else if (now.do === "restore") {
    if (target?.state !== "archived") return;
    const addresses = [target.email, ...target.others];
    const taken =
      addresses.some((address) => model.addressTaken(address, target)) || model.keyTaken(target.key, target);
    const restore = () => sim.portal().contacts.restore(target.id);
    if (taken) expect(restore).toThrow();
    else {
      restore();
      target.state = "live";
    }
  } else if (now.do === "erase") {
    await call(`POST ${CONTACTS}/gdpr-delete`, { objectId: person?.id });
    if (target !== undefined) target.state = "erased";
  } else if (now.do === "upsert") {
    const inputs = [{ id: now.key, idProperty: "key", properties: { city: now.city } }];
    const { status, body } = await call(`POST ${CONTACTS}/batch/upsert`, { inputs });
    expect(status).toBe(200);
    const holder = model.live().find((one) => one.key === now.key);
    expect(body.results[0].new).toBe(holder === undefined);
    if (holder === undefined) model.add(body.results[0].id, { email: "", key: now.key, city: now.city });
    else holder.city = now.city;
  } else {
    const company = companies[now.company];
    const base = `${CONTACTS}/${person?.id}/associations`;
    const path = now.do === "link" ? `PUT ${base}/default/companies/${company}` : `DELETE ${base}/companies/${company}`;
    const { status } = await call(path);
    expect(status).toBe(!isLive ? 404 : now.do === "link" ? 200 : 204);
    if (isLive && now.do === "link") target!.companies.add(now.company);
    if (isLive && now.do === "unlink") target!.companies.delete(now.company);
  }
}

/** Everything that can be asked says what the model says. */
async function compare({ call, companies }: World, model: Model): Promise<void> {
  const read = (id: string) =>
    call(`GET ${CONTACTS}/${id}?properties=email,key,city,hs_additional_emails,hs_merged_object_ids`);
  for (const { id } of model.people) {
    const target = model.behind(id);
    const { status, body } = await read(id);
    expect(status).toBe(target?.state === "live" ? 200 : 404);
    if (target?.state !== "live") continue;
    const { properties } = body;
    expect([body.id, properties.email ?? "", properties.key ?? "", properties.city ?? ""]).toEqual([
      target.id,
      target.email,
      target.key,
      target.city,
    ]);
    const listed = (text: string | null) => new Set(text?.split(";") ?? []);
    expect(listed(properties.hs_additional_emails)).toEqual(target.others);
    expect(listed(properties.hs_merged_object_ids)).toEqual(new Set(target.formerIds));
    const linked = (await call(`GET ${CONTACTS}/${target.id}/associations/companies`)).body.results;
    const seen = linked.map((one: { toObjectId: string }) => companies.indexOf(one.toObjectId));
    expect(new Set(seen)).toEqual(target.companies);
    for (const address of [target.email, ...target.others].filter((one) => one !== "")) {
      expect((await call(`GET ${CONTACTS}/${encodeURIComponent(address)}?idProperty=email`)).body.id).toBe(target.id);
    }
  }
  const ids = (list: readonly { id: string }[]) => list.map((one) => one.id).toSorted();
  const state = (wanted: string) => ids(model.people.filter((one) => one.state === wanted));
  expect(ids((await call(`GET ${CONTACTS}?limit=100`)).body.results)).toEqual(state("live"));
  expect(ids((await call(`GET ${CONTACTS}?limit=100&archived=true`)).body.results)).toEqual(state("archived"));
  for (const [n, company] of companies.entries()) {
    const back = (await call(`GET /crm/objects/2026-09/companies/${company}/associations/contacts`)).body.results;
    const expected = model.live().filter((one) => one.companies.has(n));
    expect(back.map((one: { toObjectId: string }) => one.toObjectId).toSorted()).toEqual(ids(expected));
    const filters = [{ propertyName: "associations.company", operator: "EQ", value: company }];
    const found = (await call(`POST ${CONTACTS}/search`, { filterGroups: [{ filters }], limit: 100 })).body.results;
    expect(ids(found)).toEqual(ids(expected));
  }
  for (const wanted of ["Halifax", "Rome"]) {
    const filters = [{ propertyName: "city", operator: "EQ", value: wanted }];
    const found = (await call(`POST ${CONTACTS}/search`, { filterGroups: [{ filters }], limit: 100 })).body.results;
    expect(ids(found)).toEqual(ids(model.live().filter((one) => one.city === wanted)));
  }
}

describe("lives", () => {
  it("of people who are merged, archived, restored, erased and linked are those of a simple list", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
        const hubspot = await world();
        const model = new Model();
        for (const now of steps) await perform(hubspot, model, now);
        await compare(hubspot, model);
      }),
      { numRuns: 80 },
    );
  });
});
