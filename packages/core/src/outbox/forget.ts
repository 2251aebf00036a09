import type { Sealer } from "../crypto/sealer.ts";
import { isHubspokeError } from "../errors/hubspoke-error.ts";
import type { RowId, Tenant } from "../ports/ids.ts";
import type { Job } from "../ports/job.ts";
import type { Logger } from "../ports/logger.ts";
import type { OutboxStore, SealedOutboxEntry } from "../ports/outbox-store.ts";
import { safeParse } from "../util/parse.ts";
import type { JobPerson, KindRegistry } from "./kind.ts";
import { outboxBinding, type SealedJob } from "./outbox.ts";

export interface ForgetDeps {
  readonly store: OutboxStore;
  readonly kinds: KindRegistry;
  readonly sealer: Sealer;
  readonly ring: { currentId(): Promise<string> | string };
  readonly logger: Logger;
}

/** Everything a person is known by. */
export interface KnownAs {
  readonly contactIds: readonly string[];
  readonly emails: readonly string[];
  /** E.164. */
  readonly phones: readonly string[];
}

const pageSize = 200;

/** Removes the tenant's jobs that are about the person, in whatever state. Says how many. */
export async function forgetInOutbox(deps: ForgetDeps, tenant: Tenant, person: KnownAs): Promise<number> {
  let removed = 0;
  for await (const rows of jobsAbout(deps, tenant, person)) {
    const ids = rows.map(({ id }) => id);
    if (ids.length > 0) removed += await deps.store.delete(tenant, ids);
  }
  return removed;
}

/** The tenant's jobs that are about the person, page by page. */
export async function* jobsAbout(
  deps: ForgetDeps,
  tenant: Tenant,
  person: KnownAs,
): AsyncGenerator<readonly SealedOutboxEntry[]> {
  let after: RowId | null = null;
  for (;;) {
    const page: readonly SealedOutboxEntry[] = await deps.store.scan(tenant, after, pageSize);
    const found: SealedOutboxEntry[] = [];
    for (const row of page) if (await isAbout(deps, row, person)) found.push(row);
    yield found;
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) return;
    after = last.id;
  }
}

async function isAbout(
  { kinds, sealer, logger }: ForgetDeps,
  row: SealedOutboxEntry,
  person: KnownAs,
): Promise<boolean> {
  if (row.result !== null && mentions(JSON.parse(row.result), person)) return true;
  if (row.sealed === null) return false;
  let input: unknown;
  try {
    input = ((await sealer.openJson(outboxBinding(row.tenant, row.id), row.sealed)) as SealedJob).input;
  } catch (error) {
    // What nobody can open says nothing about anybody, and must not keep the others from being erased.
    logger.error("outbox.unreadable", { kind: row.kind, code: isHubspokeError(error) ? error.code : "INTERNAL" });
    return false;
  }
  return namedBy(kinds, row.kind, input).some((one) => isOne(one, person)) || mentions(input, person);
}

/** What the job's kind says whom it is about; a kind of another release, or one that says nothing, is searched instead. */
function namedBy(kinds: KindRegistry, name: string, input: unknown): readonly JobPerson[] {
  if (!kinds.names().includes(name)) return [];
  const kind = kinds.get(name);
  const read = safeParse(kind.input, input);
  return read.success ? (kind.people?.(read.data) ?? []) : [];
}

function isOne({ kind, value }: JobPerson, { contactIds, emails, phones }: KnownAs): boolean {
  if (kind === "contact") return contactIds.includes(value);
  return kind === "email" ? emails.includes(value.trim().toLowerCase()) : phones.includes(value);
}

/** An address or a number anywhere in the input, or the id where it is called a contact's. */
export function mentions(input: unknown, person: KnownAs, key = ""): boolean {
  if (typeof input === "object" && input !== null) {
    return Object.entries(input).some(([name, inner]) => mentions(inner, person, Array.isArray(input) ? key : name));
  }
  if (typeof input !== "string" && typeof input !== "number") return false;
  const text = String(input);
  if (/contact/i.test(key) && person.contactIds.includes(text)) return true;
  const lower = text.toLowerCase();
  if (person.emails.some((email) => lower.includes(email))) return true;
  const digits = text.replace(/\D/g, "");
  return person.phones.some((phone) => digits.includes(phone.slice(-10).replace(/\D/g, "")));
}

/** Seals jobs anew that are under another key than the current one. */
export function resealJob({ store, sealer, ring, logger }: ForgetDeps): Job {
  return {
    name: "outbox:reseal",
    async run({ now }) {
      let did = 0;
      const rows = await store.listForReseal(await ring.currentId(), 100);
      for (const row of rows) {
        try {
          const sealed = await sealer.reseal(outboxBinding(row.tenant, row.id), row.sealed);
          if (await store.reseal(row.tenant, row.id, sealed, sealer.keyIdOf(sealed), row.keyId)) did++;
        } catch (error) {
          if (!isHubspokeError(error) || error.category !== "crypto") throw error;
          logger.error("outbox.unreadable", { kind: row.kind, code: error.code });
        }
      }
      // Rows that do not open come first again: going on at once would spin on them.
      return { did, nextAt: did === 100 ? now : now + 3_600_000 };
    },
  };
}
