import type { BlindIndex } from "../../crypto/blind-index.ts";
import type { Sealer } from "../../crypto/sealer.ts";
import { isHubspokeError } from "../../errors/hubspoke-error.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Ctx } from "../../ports/context.ts";
import type { HistoryRow, HistoryStore } from "../../ports/history-store.ts";
import type { EpochMs, RowId, Tenant } from "../../ports/ids.ts";
import type { Logger } from "../../ports/logger.ts";
import { decodePerson, type KnownPerson } from "./known-person.ts";
import { normalised } from "./read-query.ts";

export interface HistoryBookDeps {
  readonly store: HistoryStore;
  readonly sealer: Sealer;
  readonly index: BlindIndex;
  readonly newId: () => RowId;
  readonly clock: Pick<Clock, "now">;
  readonly logger: Logger;
}

/** Somebody who is to be forgotten: all that a search for them could say. */
export interface ForgottenPerson {
  readonly contactIds: readonly string[];
  readonly emails: readonly string[];
  /** E.164. */
  readonly phones: readonly string[];
  readonly people: readonly { readonly properties: Readonly<Record<string, string | null>> }[];
}

/** One row of the history about somebody. */
export interface HistoryEntry {
  readonly at: EpochMs;
  readonly actor: string;
  /** The text of a search; null where the person was opened. */
  readonly searchedFor: string | null;
}

/** Rows of one page of a tenant's history. */
const scanned = 200;

const unreadable: ReadonlySet<string> = new Set(["KEY_UNKNOWN", "DECRYPTION_FAILED", "ENVELOPE_MALFORMED"]);

/**
 * What each actor searched for and whom they opened. Texts and people exist only sealed. It is a convenience: where its
 * store fails, that is logged, and searches go on without it.
 */
export class HistoryBook {
  readonly #deps: HistoryBookDeps;

  constructor(deps: HistoryBookDeps) {
    this.#deps = deps;
  }

  async searched(ctx: Ctx, query: string): Promise<void> {
    const subject = await this.#deps.index.index(ctx.tenant, "query", normalised(query));
    await this.#put(ctx, "search", subject, null, query);
  }

  opened(ctx: Ctx, person: KnownPerson): Promise<void> {
    return this.#put(ctx, "recent", person.id, person.id, person);
  }

  /** Whom the actor opened, the latest first. */
  async people(ctx: Ctx, limit: number): Promise<readonly KnownPerson[]> {
    const rows = await this.#list(ctx, "recent", limit);
    return rows.flatMap(({ value }) => decodePerson(value) ?? []);
  }

  /** What the actor searched for, the latest first. What was typed on the way to a longer text is left out. */
  async searches(ctx: Ctx, limit: number): Promise<readonly { readonly query: string; readonly at: EpochMs }[]> {
    const rows = await this.#list(ctx, "search", limit * 4);
    const kept: { readonly query: string; readonly at: EpochMs }[] = [];
    for (const { value, at } of rows) {
      if (typeof value !== "string") continue;
      if (!kept.some(({ query }) => normalised(query).startsWith(normalised(value)))) kept.push({ query: value, at });
    }
    return kept.slice(0, limit);
  }

  forget({ tenant, actor }: Ctx): Promise<number> {
    return this.#deps.store.deleteByActor(tenant, actor.id);
  }

  /** Removes the searches that would find this person. Says how many. */
  async forgetAbout(tenant: Tenant, person: ForgottenPerson): Promise<number> {
    let removed = 0;
    for await (const { row } of this.#searchesFor(tenant, person))
      if (await this.#deps.store.delete(tenant, row.id)) removed++;
    return removed;
  }

  /** The searches that would find this person, and who opened them. */
  async about(tenant: Tenant, person: ForgottenPerson): Promise<readonly HistoryEntry[]> {
    const found: HistoryEntry[] = [];
    for await (const { row, text } of this.#searchesFor(tenant, person))
      found.push({ at: row.at, actor: row.actorId, searchedFor: text });
    for await (const { contactId, actorId, at } of this.#rows(tenant))
      if (contactId !== null && person.contactIds.includes(contactId))
        found.push({ at, actor: actorId, searchedFor: null });
    return found;
  }

  /**
   * Reads every search of the tenant, because texts are sealed: under the names HubSpot has now, and under those the
   * person had when somebody opened them.
   */
  async *#searchesFor(
    tenant: Tenant,
    person: ForgottenPerson,
  ): AsyncGenerator<{ readonly row: HistoryRow; readonly text: string }> {
    const earlier: { readonly properties: Readonly<Record<string, string | null>> }[] = [];
    for await (const row of this.#rows(tenant)) {
      if (row.contactId === null || !person.contactIds.includes(row.contactId)) continue;
      const fields = decodePerson(await this.#open(row))?.fields;
      earlier.push({ properties: { firstname: fields?.firstName ?? null, lastname: fields?.lastName ?? null } });
    }
    const all = { ...person, people: [...person.people, ...earlier] };
    for await (const row of this.#rows(tenant)) {
      const text = row.kind === "search" ? await this.#open(row) : undefined;
      if (typeof text === "string" && isAbout(all, text)) yield { row, text };
    }
  }

  async *#rows(tenant: Tenant): AsyncGenerator<HistoryRow> {
    for (let after: RowId | null = null; ; ) {
      const rows: readonly HistoryRow[] = await this.#deps.store.scan(tenant, after, scanned);
      yield* rows;
      const last = rows.at(-1);
      if (last === undefined || rows.length < scanned) return;
      after = last.id;
    }
  }

  async #put(
    { tenant, actor }: Ctx,
    kind: HistoryRow["kind"],
    subject: string,
    contactId: string | null,
    value: unknown,
  ): Promise<void> {
    const { store, sealer, newId, clock } = this.#deps;
    const id = newId();
    const sealed = await sealer.sealJson(bindingOf(tenant, id), value);
    const keyId = sealer.keyIdOf(sealed);
    await this.#orLog(tenant, () =>
      store.put({ id, tenant, actorId: actor.id, kind, subject, contactId, sealed, keyId, at: clock.now() }),
    );
  }

  async #list(
    { tenant, actor }: Ctx,
    kind: HistoryRow["kind"],
    limit: number,
  ): Promise<readonly { readonly value: unknown; readonly at: EpochMs }[]> {
    const rows = (await this.#orLog(tenant, () => this.#deps.store.list(tenant, actor.id, kind, limit))) ?? [];
    const opened = await Promise.all(rows.map((row) => this.#open(row)));
    return rows.flatMap(({ at }, i) => (opened[i] === undefined ? [] : { value: opened[i], at }));
  }

  async #open(row: HistoryRow): Promise<unknown> {
    const { sealer, logger } = this.#deps;
    try {
      return await sealer.openJson(bindingOf(row.tenant, row.id), row.sealed);
    } catch (error) {
      if (!isHubspokeError(error) || !unreadable.has(error.code)) throw error;
      logger.warn("history.entry_unreadable", { tenant: row.tenant, rowId: row.id, code: error.code });
      return undefined;
    }
  }

  async #orLog<T>(tenant: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (!isHubspokeError(error) || error.category !== "storage") throw error;
      this.#deps.logger.error("history.store_failed", { tenant, code: error.code });
      return undefined;
    }
  }
}

function isAbout({ emails, phones, people }: ForgottenPerson, text: string): boolean {
  const query = normalised(text);
  const digits = query.replace(/\D/g, "");
  if (emails.some((email) => email.startsWith(query) || query.includes(email))) return true;
  if (digits.length >= 7 && phones.some((phone) => phone.includes(digits) || digits.includes(phone.slice(2))))
    return true;
  return people.some(({ properties }) => {
    const names = [properties.firstname, properties.lastname].flatMap((name) => normalised(name ?? "").split(/\s+/));
    return query.split(/\s+/).every((word) => names.some((name) => name !== "" && name.startsWith(word)));
  });
}

export function bindingOf(
  tenant: string,
  rowId: RowId,
): { readonly tenant: string; readonly table: string; readonly column: string; readonly rowId: RowId } {
  return { tenant, table: "history", column: "sealed", rowId };
}
