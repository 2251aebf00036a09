import { randomBytes, randomInt } from "node:crypto";
import { type Ctx, createHubSpoke, type Hubspoke, privateApp } from "@hubspoke/core";
import { postgresStorage } from "@hubspoke/storage-postgres";
import { createHubSpotSimulator, createVirtualClock } from "@hubspoke/testing";
import type { Pool } from "pg";

/** Letters nothing else on the server writes: what other tests leave in its log is not ours. */
const unique = randomBytes(6).toString("hex");
export const tenant: string = `acme-${unique}`;
const digits = `555${randomInt(1_000, 9_999)}`;
export const person: Readonly<Record<"firstname" | "lastname" | "company" | "email" | "phone", string>> = {
  firstname: `Canaryfirst${unique}`,
  lastname: `Canarylast${unique}`,
  company: `Canarycorp${unique}`,
  email: `canary-${unique}@person.example`,
  phone: `(902) ${digits.slice(0, 3)}-${digits.slice(3)}`,
};
const token = `pat-sim-${unique}`;
const agent = `Canarybrowser/${unique}`;
export const text: string = `Canarynote${unique}`;
/** What must be found nowhere. */
export const planted: readonly string[] = [
  ...[person.firstname, person.lastname, person.company, person.email],
  ...[`902${digits}`, `902-${digits.slice(0, 3)}`, token, agent, text],
];
export const support: Ctx = { tenant, actor: { id: "u7", role: "support" }, ip: "203.0.113.7", userAgent: agent };
export const admin: Ctx = { ...support, actor: { id: "root", role: "admin" } };

/** A host over Postgres, with a HubSpot that knows the person. `key`: its root key. */
export function hubspokeOver(
  pool: Pool,
  schema: string,
  key: string = randomBytes(32).toString("base64"),
): { readonly hubspoke: Hubspoke; readonly key: string } {
  const clock = createVirtualClock();
  const portals = [{ id: 62515, tokens: [{ token }], defaultCountry: "CA" }];
  const simulator = createHubSpotSimulator({ seed: 7, clock, portals });
  simulator.portal().contacts.create(person);
  const hubspoke = createHubSpoke({
    auth: privateApp(token),
    storage: postgresStorage({ pool, schema }),
    keys: { current: "k1", keys: { k1: key } },
    defaultRegion: "CA",
    audit: "strict",
    telemetry: false,
    directory: { fields: ["firstName", "lastName", "company", "email"] },
    transport: {
      async send({ url, method, headers, body }) {
        // HubSpot's time, in which it notices who was made and forgets what was asked.
        await clock.advance(60_000);
        const init = { method, headers, ...(body === undefined ? {} : { body: body as BodyInit }) };
        const response = await simulator.fetch(url, init);
        return { status: response.status, headers: Object.fromEntries(response.headers), text: await response.text() };
      },
      close: async () => {},
    },
  });
  return { hubspoke, key };
}

/** What people do in a day with the person: named, found, opened, to be noted. */
export async function workDay({ directory, outbox, worker }: Hubspoke): Promise<readonly unknown[]> {
  const single = await directory.lookupByPhone(person.phone, support);
  const several = await directory.batchLookup([person.phone, "902-555-0000"], support);
  const { contacts } = await directory.search(person.lastname, support);
  await directory.opened(contacts[0]?.id ?? "", support);
  const { contacts: recent } = await directory.recents(support);
  const job = { to: [{ phone: person.phone }], body: text };
  const notBefore = new Date(Date.now() + 86_400_000);
  const { outcome } = await outbox.enqueue("note", job, { tenant, idempotencyKey: "call-1", notBefore });
  await worker().runJob("audit:flush");
  const named = [...several.values()].map(({ contact }) => contact?.lastName ?? null);
  return [single.contact?.lastName, named, contacts.map(({ lastName }) => lastName), recent.length, outcome];
}

/** What `workDay` answers the first time. */
export const usualDay: readonly unknown[] = [person.lastname, [person.lastname, null], [person.lastname], 1, "new"];
