/** HubSpot with contacts that are made as they are asked for, behind its rate limit and 150 to 400 ms away. */
import type { Transport, TransportRequest } from "@hubspoke/core/ports";
import type { Chance } from "../lib/seeded.ts";
import type { JumpingClock } from "../limits/clock.ts";
import { LIMIT, RollingCount, WINDOW_MS } from "../limits/server.ts";
import { type Contacts, contactsOf } from "./contacts.ts";

export interface Portal {
  readonly transport: Transport;
  /** Calls that were answered, by kind. */
  readonly calls: Map<string, number>;
  readonly refused: () => number;
  /** How many contacts there are, and how many were edited. */
  readonly there: Contacts["there"];
  readonly edited: Contacts["edited"];
  /** Both together, of this run. */
  readonly writes: () => number;
}

interface Answered {
  readonly kind: string;
  readonly body: unknown;
}

interface Input {
  readonly id: string;
  readonly properties: unknown;
  readonly objectWriteTraceId: string;
}

/** An account that has the first `listed` of `n` contacts already. */
export function portalOf(n: number, listed: number, clock: JumpingClock, chance: Chance): Portal {
  const calls = new Map<string, number>();
  const window = new RollingCount();
  const contacts = contactsOf(n, listed, clock);
  let refused = 0;

  return {
    calls,
    refused: () => refused,
    there: contacts.there,
    edited: contacts.edited,
    writes: () => contacts.there() - listed + contacts.edited(),
    transport: {
      close: async () => {},
      async send(request) {
        const total = 150 + chance() * 250;
        const there = total * chance();
        await clock.sleep(there);
        const used = window.at(clock.exact());
        if (used < LIMIT) window.add(clock.exact());
        else refused++;
        const answered = used < LIMIT ? answer(contacts, request) : null;
        await clock.sleep(total - there);
        const headers = {
          "x-hubspot-ratelimit-max": String(LIMIT),
          "x-hubspot-ratelimit-interval-milliseconds": String(WINDOW_MS),
          "x-hubspot-ratelimit-remaining": String(Math.max(0, LIMIT - used - 1)),
        };
        if (answered === null)
          return { status: 429, headers, text: '{"status":"error","policyName":"TEN_SECONDLY_ROLLING"}' };
        const { kind, body } = answered;
        calls.set(kind, (calls.get(kind) ?? 0) + 1);
        return { status: 200, headers, text: JSON.stringify(body) };
      },
    },
  };
}

function answer(contacts: Contacts, { method, url, body }: TransportRequest): Answered {
  const { pathname, searchParams } = new URL(url);
  if (pathname.includes("/account-info/")) return { kind: "account", body: { portalId: 62515, timeZone: "UTC" } };
  if (pathname.includes("/properties/")) return { kind: "properties", body: { results: properties } };
  const [what = ""] = /\/contacts(.*)$/.exec(pathname)?.slice(1) ?? ["/unknown"];
  if (method === "GET" && what === "") return { kind: "list", body: page(contacts, searchParams) };
  if (method === "POST" && what === "/search") return { kind: "search", body: last(contacts) };
  const asked = JSON.parse(String(body ?? "{}")) as { readonly inputs: readonly Input[] };
  if (what === "/batch/read") return read(contacts, asked);
  if (what === "/batch/create") return { kind: "create", body: created(contacts, asked.inputs) };
  if (what === "/batch/update") return { kind: "update", body: updated(contacts, asked.inputs) };
  throw new Error(`This portal has no ${method} ${pathname}`);
}

function page(contacts: Contacts, query: URLSearchParams): unknown {
  const there = contacts.there();
  const from = contacts.indexOf(Number(query.get("after") ?? 0));
  const to = Math.min(there, from + Number(query.get("limit")));
  const results = Array.from({ length: Math.max(0, to - from) }, (_, i) => contacts.show(from + i));
  return { results, ...(to < there && { paging: { next: { after: String(contacts.idOf(to)) } } }) };
}

function last(contacts: Contacts): unknown {
  const total = contacts.there();
  return { total, results: total === 0 ? [] : [contacts.show(total - 1)] };
}

function read(
  contacts: Contacts,
  {
    inputs,
    idProperty,
    propertiesWithHistory = [],
  }: {
    readonly inputs: readonly Input[];
    readonly idProperty?: string;
    readonly propertiesWithHistory?: readonly string[];
  },
): Answered {
  const numbers = inputs.map(({ id }) =>
    idProperty === undefined ? contacts.indexOf(Number(id)) : contacts.byEmail(id),
  );
  const results = numbers.flatMap((i) => (i === null ? [] : [contacts.show(i, propertiesWithHistory)]));
  const kind = idProperty === undefined ? "read with history" : "read by e-mail";
  return { kind, body: { status: "COMPLETE", results } };
}

function created(contacts: Contacts, inputs: readonly Input[]): unknown {
  const results = inputs.map(({ properties: given, objectWriteTraceId }) => {
    return { ...contacts.show(contacts.create(given)), objectWriteTraceId };
  });
  return { status: "COMPLETE", results };
}

function updated(contacts: Contacts, inputs: readonly Input[]): unknown {
  const results = inputs.map(({ id, properties: given, objectWriteTraceId }) => {
    const i = contacts.indexOf(Number(id));
    contacts.update(i, given);
    return { ...contacts.show(i), objectWriteTraceId };
  });
  return { status: "COMPLETE", results };
}

const text = { type: "string", fieldType: "text", options: [], groupName: "contactinformation" };
const properties = ["email", "firstname", "lastname", "phone"].map((name) => ({
  ...text,
  name,
  label: name,
  hasUniqueValue: name === "email",
  modificationMetadata: { readOnlyValue: false },
}));
