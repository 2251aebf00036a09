import type { KeyRing } from "../crypto/key-ring.ts";
import type { SealedRow, SealedTable } from "../crypto/sealed-table.ts";
import { isHubspokeError } from "../errors/hubspoke-error.ts";
import type { AlertSink } from "../ports/alerts.ts";
import type { CursorStore } from "../ports/cursor-store.ts";
import type { EpochMs, PortalId, Tenant } from "../ports/ids.ts";
import type { Job } from "../ports/job.ts";
import type { Logger } from "../ports/logger.ts";
import type { TenantStore } from "../ports/tenant-store.ts";
import { nobody, nowhere } from "./nobody.ts";

export interface KeyRotationDeps {
  readonly ring: Pick<KeyRing, "currentId" | "ids">;
  readonly cursors: CursorStore;
  readonly tenants: Pick<TenantStore, "list">;
  readonly alerts: Pick<Required<AlertSink>, "raise" | "clear">;
  readonly logger: Logger;
  readonly tables: readonly SealedTable[];
}

const atOnce = 200;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** How far one table of one tenant is, under one current key. */
interface Progress {
  /** Of which move, with which keys at hand. Another one begins anew: a former key may be current again. */
  readonly of: string;
  readonly after: string | null;
  /** Of the pass under way: rows written anew, and rows that could not be. */
  readonly did: number;
  readonly failed: number;
  /** Passes in a row that found nothing to do. After two, a day apart, the table is done. */
  readonly clean: number;
  readonly notBefore: EpochMs;
}

const untouched: Progress = { of: "", after: null, did: 0, failed: 0, clean: 0, notBefore: 0 };
/** To which key a tenant's rows are moved: the one that became current last. */
interface Move {
  readonly keyId: string;
  readonly since: EpochMs;
  /** When a process under that key was last at it. */
  readonly seenAt: EpochMs;
}

/** The last round through all tenants that found nothing left to do. */
interface Round {
  /** The keys it was for: a process with others goes through them all. */
  readonly keys: string;
  readonly at: EpochMs;
}

const moveName = "reseal:move";
const roundName = "keys:resealed";
const seenEveryMs = 600_000;
/** Twice the longest a process lets pass between two runs, and more: none of the other key is left. */
const goneAfterMs = 2.5 * hourMs;

const alertKey = (table: string): string => `keys.reseal_stalled:${table}`;

/**
 * Writes what is under another key again under the current one, table by table, a few hundred rows a run. Where it
 * stands is a stored row, so any process goes on. A fleet changes its key process by process: what a late one still
 * writes under the old key is found by a second pass, a day later. While processes disagree, rows move to one key only:
 * that of whoever came last, and the others stand back until nobody of it was seen for hours, so that no row goes to and
 * fro. A row that no longer opens is counted, alerted once and passed over. A round that found nothing is every process's
 * for an hour: where a process lives for one tick, as on Workers, the other ticks cost one read, however many tenants.
 */
export function resealJob(deps: KeyRotationDeps): Job {
  const { ring, cursors, alerts, logger, tables } = deps;
  /** The current key as this process has it, and since when it was seen here. Not from the start: a Worker's clock stands at 0 then. */
  let mine = { keyId: "", since: 0 };

  /** Which move this process is at; null while another key came later. */
  async function moveOf(tenant: Tenant, portalId: PortalId, now: EpochMs): Promise<string | null> {
    const stored = await cursors.read(tenant, portalId, moveName);
    const move = stored === null ? null : (JSON.parse(stored.value) as Move);
    const write = (next: Move) =>
      cursors.advance(tenant, portalId, moveName, JSON.stringify(next), stored?.version ?? 0, now);
    if (move?.keyId === mine.keyId) {
      // Another process that says so at the same moment is as good.
      if (now - move.seenAt >= seenEveryMs) await write({ ...move, seenAt: now });
      return String(move.since);
    }
    if (move !== null && mine.since <= move.seenAt && now - move.seenAt < goneAfterMs) return null;
    const outcome = await write({ keyId: mine.keyId, since: now, seenAt: now });
    return outcome === "written" ? String(now) : null;
  }

  /** False when nothing was to be done, or another process did it. */
  async function step(
    tenant: Tenant,
    portalId: PortalId,
    table: SealedTable,
    move: string,
    now: EpochMs,
  ): Promise<number> {
    const { keyId } = mine;
    const name = `reseal:${keyId}:${table.name}`;
    const of = `${move} ${[...(await ring.ids())].sort().join()}`;
    const stored = await cursors.read(tenant, portalId, name);
    const known = stored === null ? untouched : (JSON.parse(stored.value) as Progress);
    const at = known.of === of ? known : { ...untouched, of };
    if (at.clean >= 2 || now < at.notBefore) return 0;
    const { rows, next } = await table.page(tenant, keyId, at.after, atOnce);
    let [did, failed] = [0, 0];
    for (const row of rows) {
      const renewed = row.renew === null ? "kept" : await renew(tenant, table.name, row.id, row.renew);
      if (renewed === "done") did++;
      if (renewed === "failed") failed++;
    }
    // A page that came out as full as asked for may have another behind it; one of failures alone would come again.
    const again = next === null && rows.length >= atOnce && did > 0;
    const pass = { did: at.did + did, failed: at.failed + failed };
    const moved: Progress = next !== null || again ? { ...at, ...pass, after: next } : ended(of, pass, at.clean, now);
    if (next === null && !again) await report(tenant, table.name, pass.failed, now);
    await cursors.advance(tenant, portalId, name, JSON.stringify(moved), stored?.version ?? 0, now);
    return did + (next !== null || again ? 1 : 0);
  }

  async function renew(
    tenant: Tenant,
    table: string,
    rowId: string,
    work: () => Promise<boolean>,
  ): Promise<"done" | "moved" | "failed"> {
    try {
      return (await work()) ? "done" : "moved";
    } catch (error) {
      if (!isHubspokeError(error) || error.category !== "crypto") throw error;
      logger.error("keys.row_unreadable", { tenant, table, rowId, code: error.code });
      return "failed";
    }
  }

  async function report(tenant: Tenant, table: string, failed: number, now: EpochMs): Promise<void> {
    if (failed === 0) {
      await alerts.clear(tenant, alertKey(table));
      return;
    }
    await alerts.raise({
      name: "keys.reseal_stalled",
      tenant,
      at: now,
      key: alertKey(table),
      severity: "critical",
      message: `${failed} rows of ${table} do not open under any key of the ring and stay as they are; put the missing key back, and retire none before keys.status() says that it may go`,
      details: { table, failed },
    });
  }

  return {
    name: "keys:reseal",
    async run({ now, deadline, signal }) {
      const keyId = await ring.currentId();
      if (keyId !== mine.keyId) mine = { keyId, since: now };
      const keys = `${keyId} of ${[...(await ring.ids())].sort().join()}`;
      const last = await cursors.read(nobody, nowhere, roundName);
      const round = last === null ? null : (JSON.parse(last.value) as Round);
      if (round?.keys === keys && Math.abs(now - round.at) < hourMs) return { did: 0, nextAt: round.at + hourMs };
      let did = 0;
      for await (const { tenant, portalId } of everyTenant(deps.tenants)) {
        const move = await moveOf(tenant, portalId, now);
        if (move === null) continue;
        for (const table of tables) {
          if (signal.aborted || (did > 0 && now >= deadline)) return { did, nextAt: now };
          did += await step(tenant, portalId, table, move, now);
        }
      }
      if (did > 0) return { did, nextAt: now };
      await cursors.advance(nobody, nowhere, roundName, JSON.stringify({ keys, at: now }), last?.version ?? 0, now);
      return { did, nextAt: now + hourMs };
    },
  };
}

function ended(of: string, { did, failed }: Pick<Progress, "did" | "failed">, clean: number, now: EpochMs): Progress {
  const isClean = did === 0 && failed === 0;
  return { ...untouched, of, clean: isClean ? clean + 1 : 0, notBefore: now + (did > 0 ? hourMs : dayMs) };
}

/** Disconnected ones too: their rows are as sealed. */
export async function* everyTenant(
  tenants: Pick<TenantStore, "list">,
): AsyncGenerator<{ readonly tenant: Tenant; readonly portalId: PortalId }> {
  for (let after: Tenant | null = null; ; ) {
    const page: Awaited<ReturnType<TenantStore["list"]>> = await tenants.list(after, atOnce);
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < atOnce) return;
    after = last.tenant;
  }
}

/** Every row of a tenant that needs another key than the current one. */
export async function* staleRows(table: SealedTable, tenant: Tenant, keyId: string): AsyncGenerator<SealedRow> {
  for (let after: string | null = null; ; ) {
    const page: Awaited<ReturnType<SealedTable["page"]>> = await table.page(tenant, keyId, after, 1_000);
    yield* page.rows;
    if (page.next === null) return;
    after = page.next;
  }
}
