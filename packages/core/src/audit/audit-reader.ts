import * as z from "zod/mini";
import type { Sealer } from "../crypto/sealer.ts";
import { HubspokeError, isHubspokeError } from "../errors/hubspoke-error.ts";
import { requirePhone } from "../phone/parse.ts";
import type { Region } from "../phone/types.ts";
import type { AuditAction, AuditRow, AuditStore } from "../ports/audit-store.ts";
import type { Ctx } from "../ports/context.ts";
import type { EpochMs, PageCursor, RowId, Tenant } from "../ports/ids.ts";
import type { Logger } from "../ports/logger.ts";
import type { AuditWriter } from "./audit-writer.ts";
import type { KeptIndexes } from "./kept-indexes.ts";

/** Whose accesses are asked for. What is named narrows; nothing named is everything. */
export interface AuditQuery {
  /** The subject's number in any spelling; looked for under every index key, those of former root keys included. */
  readonly phone?: string;
  /** HubSpot's contact id. */
  readonly contactId?: string;
  /** As the host said it in `ctx.actor.id`, compared exactly. */
  readonly actorId?: string;
  /** From this moment, included. */
  readonly from?: EpochMs;
  /** Up to this moment, not included. */
  readonly to?: EpochMs;
  /** `next` of the page before, for the same question. */
  readonly after?: PageCursor;
  /** 1 to 500. Default 100. */
  readonly limit?: number;
}

/** One access. */
export interface AuditRecord {
  /** Random; it names the row and nothing else. */
  readonly id: RowId;
  /** When it was done, by the instance's clock. Rows are written up to moments later, many at a time. */
  readonly at: EpochMs;
  /** Who looked, and in which role, as the host said. */
  readonly actor: { readonly id: string; readonly role: string };
  /** What was done: a look-up, a search, a view, a change … */
  readonly action: AuditAction;
  /** As the host said; null when it did not. */
  readonly purpose: string | null;
  /** Null after the subject was erased, and where the access was about nobody in HubSpot. */
  readonly contactId: string | null;
  /** Whether it was allowed, and answered. */
  readonly outcome: AuditRow["outcome"];
  /** Of an access that failed or was refused; null else. */
  readonly errorCode: string | null;
  /** The host's own, to be found in its logs; null when it gave none. */
  readonly requestId: string | null;
  /** From where; null when it was not given, was erased, or its key is retired. */
  readonly ip: string | null;
  /** Null when it was not given, was erased, or its key is retired. */
  readonly userAgent: string | null;
}

/** A page of the audit trail, newest first; `next` is absent on the last. */
export interface AuditPage {
  /** Up to `limit`. Asking is on the trail too, and among them where it matches. */
  readonly items: readonly AuditRecord[];
  /** Hand it to `after` for the next page. */
  readonly next?: PageCursor;
}

/** Who saw whose data, when and why: what an inspector asks. */
export interface AuditReader {
  /** Newest first. Reading is itself recorded, as `review`. Errors: ACCESS_DENIED, INPUT_INVALID, PHONE_INVALID, those of the store. */
  query(query: AuditQuery, ctx: Ctx): Promise<AuditPage>;
}

export interface AuditReaderDeps {
  readonly store: Pick<AuditStore, "query">;
  readonly writer: Pick<AuditWriter, "record" | "flush">;
  readonly sealer: Sealer;
  readonly indexes: Pick<KeptIndexes, "indexesOf">;
  readonly logger: Logger;
  readonly defaultRegion?: Region | undefined;
  /** Throws for whoever may not read. */
  readonly mayRead: (ctx: Ctx) => Promise<void>;
}

const most = 500;
const client = z.object({ ip: z.optional(z.string()), userAgent: z.optional(z.string()) });
const unreadable: ReadonlySet<string> = new Set(["KEY_UNKNOWN", "DECRYPTION_FAILED", "ENVELOPE_MALFORMED"]);

export function createAuditReader(deps: AuditReaderDeps): AuditReader {
  const { store, writer, sealer, indexes, logger, defaultRegion } = deps;

  async function clientOf(row: AuditRow): Promise<z.infer<typeof client>> {
    if (row.sealed === null) return {};
    const binding = { tenant: row.tenant, table: "audit", column: "sealed", rowId: row.id };
    try {
      return client.safeParse(await sealer.openJson(binding, row.sealed)).data ?? {};
    } catch (error) {
      if (!isHubspokeError(error) || !unreadable.has(error.code)) throw error;
      logger.warn("audit.entry_unreadable", { tenant: row.tenant, rowId: row.id, code: error.code });
      return {};
    }
  }

  async function shown(row: AuditRow): Promise<AuditRecord> {
    const { id, at, action, purpose, contactId, outcome, errorCode, requestId } = row;
    const { ip = null, userAgent = null } = await clientOf(row);
    const actor = { id: row.actorId, role: row.actorRole };
    return { id, at, actor, action, purpose, contactId, outcome, errorCode, requestId, ip, userAgent };
  }

  async function indexesOf(tenant: Tenant, phone: string): Promise<readonly string[]> {
    return indexes.indexesOf(tenant, requirePhone(phone, { defaultRegion }).e164);
  }

  return {
    async query({ phone, limit = 100, ...filters }, ctx) {
      await deps.mayRead(ctx);
      if (!Number.isInteger(limit) || limit < 1 || limit > most) {
        throw new HubspokeError("INPUT_INVALID", `INPUT_INVALID: limit is a whole number from 1 to ${most}`);
      }
      const { tenant } = ctx;
      const subject = phone === undefined ? {} : { subjectIndexes: await indexesOf(tenant, phone) };
      const about = { subjectIndex: subject.subjectIndexes?.[0] ?? null, contactId: filters.contactId ?? null };
      await writer.record(ctx, [{ action: "review", outcome: "ok", errorCode: null, ...about }]);
      // What this process has seen and not yet written belongs to the answer.
      await writer.flush();
      const page = await store.query({ tenant, limit, ...filters, ...subject });
      const items = await Promise.all(page.items.map(shown));
      return page.next === undefined ? { items } : { items, next: page.next };
    },
  };
}
