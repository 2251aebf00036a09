/** HubSpot with `n` contacts that are made as they are listed, behind its rate limit and 150 to 400 ms away. */
import type { Transport, TransportRequest } from "@hubspoke/core/ports";
import type { Chance } from "../lib/seeded.ts";
import type { JumpingClock } from "../limits/clock.ts";
import { LIMIT, RollingCount, WINDOW_MS } from "../limits/server.ts";

/** Ids leave gaps, and not everywhere the same: an account's first half came close together, its second half far apart. */
const FIRST = 30_000_000_000;
const NEAR = 7;
const FAR = 211;

export interface Portal {
  readonly transport: Transport;
  /** Calls that were answered, by kind. */
  readonly calls: Map<string, number>;
  readonly refused: () => number;
}

export function portalOf(n: number, clock: JumpingClock, chance: Chance): Portal {
  const calls = new Map<string, number>();
  const window = new RollingCount();
  let refused = 0;
  const half = Math.floor(n / 2);
  const far = FIRST + half * NEAR + 1_000_000_000;
  const idOf = (i: number) => (i < half ? FIRST + i * NEAR : far + (i - half) * FAR);
  /** The first of the contacts whose id is not smaller. */
  const indexOf = (id: number) =>
    id <= FIRST ? 0 : id <= far ? Math.min(half, Math.ceil((id - FIRST) / NEAR)) : half + Math.ceil((id - far) / FAR);

  function page(query: URLSearchParams): unknown {
    const from = indexOf(Number(query.get("after") ?? 0));
    const to = Math.min(n, from + Number(query.get("limit")));
    const results = Array.from({ length: Math.max(0, to - from) }, (_, i) => contact(idOf(from + i)));
    return { results, ...(to < n && { paging: { next: { after: String(idOf(to)) } } }) };
  }

  function answer({ method, url }: TransportRequest): { readonly kind: string; readonly body: unknown } {
    const { pathname, searchParams } = new URL(url);
    if (pathname.includes("/account-info/")) return { kind: "account", body: { portalId: 62515, timeZone: "UTC" } };
    if (pathname.includes("/properties/")) return { kind: "properties", body: { results: properties } };
    if (pathname.endsWith("/contacts/search"))
      return { kind: "search", body: { total: n, results: n === 0 ? [] : [contact(idOf(n - 1))] } };
    if (method === "GET" && pathname.endsWith("/contacts")) return { kind: "list", body: page(searchParams) };
    throw new Error(`This portal has no ${method} ${pathname}`);
  }

  return {
    calls,
    refused: () => refused,
    transport: {
      close: async () => {},
      async send(request) {
        const total = 150 + chance() * 250;
        const there = total * chance();
        await clock.sleep(there);
        const used = window.at(clock.exact());
        if (used < LIMIT) window.add(clock.exact());
        else refused++;
        await clock.sleep(total - there);
        const headers = {
          "x-hubspot-ratelimit-max": String(LIMIT),
          "x-hubspot-ratelimit-interval-milliseconds": String(WINDOW_MS),
          "x-hubspot-ratelimit-remaining": String(Math.max(0, LIMIT - used - 1)),
        };
        if (used >= LIMIT)
          return { status: 429, headers, text: '{"status":"error","policyName":"TEN_SECONDLY_ROLLING"}' };
        const { kind, body } = answer(request);
        calls.set(kind, (calls.get(kind) ?? 0) + 1);
        return { status: 200, headers, text: JSON.stringify(body) };
      },
    },
  };
}

function contact(id: number): unknown {
  const values = { email: `p${id}@example.com`, firstname: `First ${id}`, lastname: `Last ${id}`, phone: null };
  const at = "2026-11-19T16:40:01.004Z";
  return { id: String(id), properties: values, createdAt: at, updatedAt: at, archived: false };
}

const text = { type: "string", fieldType: "text", options: [], groupName: "contactinformation" };
const properties = ["email", "firstname", "lastname", "phone"].map((name) => ({
  ...text,
  name,
  label: name,
  hasUniqueValue: name === "email",
  modificationMetadata: { readOnlyValue: false },
}));
