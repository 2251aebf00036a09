import { type AuditMode, createAuditWriter } from "../audit/audit-writer.ts";
import {
  type ManualClock,
  manualClock,
  nextId,
  type Recorder,
  recordedBackground,
  recorder,
} from "../audit/testing.fixture.ts";
import { createBlindIndex } from "../crypto/blind-index.ts";
import type { KeyRing } from "../crypto/key-ring.ts";
import { createSealer } from "../crypto/sealer.ts";
import { ringOf } from "../crypto/testing.fixture.ts";
import { HubspokeError } from "../errors/hubspoke-error.ts";
import { memoryStorage } from "../memory/memory-storage.ts";
import type { Lane } from "../model/lane.ts";
import { regionOfCountry } from "../phone/country.ts";
import { parsePhone } from "../phone/parse.ts";
import type { PhoneFilter, PhoneFilterGroup } from "../phone/search.ts";
import type { Region } from "../phone/types.ts";
import { cipher } from "../platform/node.ts";
import type { AuditRow } from "../ports/audit-store.ts";
import type { Ctx } from "../ports/context.ts";
import type { MetricName } from "../ports/metrics.ts";
import type { Storage } from "../ports/storage.ts";
import type { ContactSearchPort } from "./contact-finder.ts";
import { createDirectory, type Directory, type DirectoryDeps } from "./directory.ts";
import { createPhoneFinder } from "./find-by-phone.ts";
import type { ContactQueryPort } from "./search/contact-query.ts";

export interface SearchCall {
  readonly tenant: string;
  readonly groups: readonly PhoneFilterGroup[];
  readonly properties: readonly string[];
  readonly lane: Lane;
  readonly after: string | undefined;
  /** What was searched for by text, or `id …`. */
  readonly text?: string;
}

/** A HubSpot of contacts only: evaluates the filters a look-up sends, computes the calculated properties, counts calls. */
export interface FakeHubSpot extends ContactSearchPort, ContactQueryPort {
  readonly calls: SearchCall[];
  /** Set to fail every search with this code. */
  failing: HubspokeError | null;
  /** Set to hold every search until it resolves. */
  gate: Promise<void> | null;
  pageSize: number;
  add(id: string, properties: Readonly<Record<string, string>>): void;
  remove(id: string): void;
}

export function fakeHubSpot(region: Region = "CA"): FakeHubSpot {
  const contacts = new Map<string, Record<string, string>>();
  const hubspot: FakeHubSpot = {
    calls: [],
    failing: null,
    gate: null,
    pageSize: 200,
    add: (id, properties) => void contacts.set(id, { ...calculated(properties, region), ...properties }),
    remove: (id) => void contacts.delete(id),
    async search({ tenant, filterGroups, properties, limit, after, lane }) {
      hubspot.calls.push({ tenant, groups: filterGroups, properties, lane, after });
      await hubspot.gate;
      if (hubspot.failing !== null) throw hubspot.failing;
      const matches = [...contacts].filter(([, contact]) =>
        filterGroups.some((group) => group.filters.every((filter) => passes(filter, contact))),
      );
      const from = Number(after ?? 0);
      const until = from + Math.min(limit, hubspot.pageSize);
      const results = matches.slice(from, until).map(([id, contact]) => ({
        id,
        properties: picked(contact, properties),
      }));
      return { results, next: until < matches.length ? String(until) : null };
    },
    async byText({ tenant, text, properties, limit, lane }) {
      hubspot.calls.push({ tenant, groups: [], properties, lane, after: undefined, text });
      await hubspot.gate;
      if (hubspot.failing !== null) throw hubspot.failing;
      const words = text
        .toLowerCase()
        .split(/[\s@().-]+/)
        .filter((word) => word !== "");
      const fitting = [...contacts].filter(([, contact]) => {
        const own = ["firstname", "lastname", "email", "company", "phone"].flatMap((name) =>
          (contact[name] ?? "").toLowerCase().split(/[\s@().-]+/),
        );
        return words.every((word) => own.some((one) => one.startsWith(word)));
      });
      return fitting.slice(0, limit).map(([id, contact]) => ({ id, properties: picked(contact, properties) }));
    },
    async byId({ tenant, id, properties, lane }) {
      hubspot.calls.push({ tenant, groups: [], properties, lane, after: undefined, text: `id ${id}` });
      await hubspot.gate;
      if (hubspot.failing !== null) throw hubspot.failing;
      const contact = contacts.get(id);
      return contact === undefined ? null : { id, properties: picked(contact, properties) };
    },
  };
  return hubspot;
}

function picked(
  contact: Readonly<Record<string, string>>,
  properties: readonly string[],
): Readonly<Record<string, string | null>> {
  return Object.fromEntries(properties.map((name) => [name, contact[name] ?? null]));
}

function calculated(properties: Readonly<Record<string, string>>, region: Region): Record<string, string> {
  const out: Record<string, string> = {};
  for (const [typed, kind] of [
    ["phone", "phone"],
    ["mobilephone", "mobile"],
  ] as const) {
    const text = properties[typed];
    if (text === undefined) continue;
    const read = parsePhone(text, { defaultRegion: regionOfCountry(properties.country) ?? region });
    if (read.ok) out[`hs_calculated_${kind}_number`] = read.phone.e164;
    out[`hs_searchable_calculated_${kind}_number`] = read.ok ? read.phone.nationalDigits : text.replace(/\D/g, "");
  }
  return out;
}

function passes(
  { propertyName, operator, value, values }: PhoneFilter,
  contact: Readonly<Record<string, string>>,
): boolean {
  const own = contact[propertyName];
  if (own === undefined) return false;
  if (operator === "IN") return values?.includes(own) ?? false;
  if (operator === "EQ") return own === value;
  return own.endsWith((value ?? "").slice(1));
}

export const staff: Ctx = { tenant: "acme", actor: { id: "u7", role: "support" }, purpose: "message" };

export interface Bench {
  readonly directory: Directory;
  readonly hubspot: FakeHubSpot;
  readonly storage: Storage;
  readonly clock: ManualClock;
  readonly said: Recorder;
  readonly measured: [MetricName, number, Readonly<Record<string, string>> | undefined][];
  /** Waits for the work behind answers. */
  finish(): Promise<void>;
  /** Another process over the same store and the same HubSpot. */
  another(more?: BenchOptions): Bench;
  auditRows(tenant?: string): Promise<readonly AuditRow[]>;
}

export interface BenchOptions extends Partial<Omit<DirectoryDeps, "background">> {
  readonly ring?: KeyRing;
  readonly storage?: Storage;
  readonly hubspot?: FakeHubSpot;
  readonly at?: ManualClock;
  readonly auditMode?: AuditMode;
  /** False: nothing may run behind an answer. */
  readonly behind?: boolean;
}

export function bench(given: BenchOptions = {}): Bench {
  const {
    ring = ringOf(),
    storage = memoryStorage(),
    hubspot = fakeHubSpot(),
    behind = true,
    auditMode = "strict",
  } = given;
  const clock = given.at ?? manualClock();
  const said = recorder();
  const measured: Bench["measured"] = [];
  const { background, finish } = recordedBackground();
  const sealer = createSealer({ ring, cipher });
  const common = { clock, sealer, newId: nextId, ...said, ...(behind ? { background } : {}) };
  const directory = createDirectory({
    finder: createPhoneFinder({ search: hubspot, defaultRegion: "CA" }),
    portals: { pinned: () => "62515", remembered: () => "62515", learn: async () => "62515" },
    query: hubspot,
    store: storage.cache,
    history: storage.history,
    cursors: storage.cursors,
    leases: storage.leases,
    tenants: async () => (await storage.tenants.list(null, 100)).map(({ tenant }) => tenant),
    index: createBlindIndex(ring),
    audit: createAuditWriter({ ...common, store: storage.audit, mode: auditMode }),
    defaultRegion: "CA",
    metrics: {
      count: (name, value, labels) => void measured.push([name, value, labels]),
      record: (name, value, labels) => void measured.push([name, value, labels]),
    },
    ...common,
    ...given,
  });
  return {
    directory,
    hubspot,
    storage,
    clock,
    said,
    measured,
    finish,
    another: (more = {}) => bench({ ...given, storage, hubspot, at: clock, ...more }),
    auditRows: async (tenant = "acme") => (await storage.audit.query({ tenant, limit: 1_000 })).items.toReversed(),
  };
}

/** Somebody with everything a directory may hold. */
export const ada: Readonly<Record<string, string>> = {
  firstname: "Ada",
  lastname: "Lovelace",
  company: "Analytical Engines",
  email: "ada@example.com",
  phone: "(902) 555-1234",
};

/** A bench whose HubSpot knows Ada as contact 501. */
export function withAda(options: BenchOptions = {}): Bench {
  const made = bench(options);
  made.hubspot.add("501", ada);
  return made;
}

/** `HubspokeError` of a code, as the client throws it. */
export function failure(code: HubspokeError["code"]): HubspokeError {
  return new HubspokeError(code, `${code}: made by a test`);
}
