import type { WebhookJournalApi } from "../client/resources/webhook-journal.ts";
import type { Directory } from "../directory/directory.ts";
import type { PortalPort } from "../directory/scope.ts";
import { isHubspokeError } from "../errors/hubspoke-error.ts";
import type { Clock } from "../ports/clock.ts";
import type { EpochMs, PortalId, Tenant } from "../ports/ids.ts";
import type { Job, JobRun } from "../ports/job.ts";
import type { Logger } from "../ports/logger.ts";
import type { Storage } from "../ports/storage.ts";
import type { PrivacyService } from "../privacy/privacy.ts";
import { groupBy } from "../util/group-by.ts";
import { type ChangeEvent, marksOf } from "../webhooks/inbox/marks.ts";
import { changeOfJournal } from "../webhooks/journal-event.ts";
import type { SyncRegistry } from "./sync-service.ts";

/** What is read of a journal: `hubspoke.client(…).webhookJournal()` of a token that came by `client_credentials`. */
export type JournalSource = Pick<WebhookJournalApi, "batch" | "read">;

/** How the webhooks journal is read, for apps that subscribe to it. */
/** HubSpot's webhooks journal as a feed of all syncs: where it is read, and how often. */
export interface JournalOptions {
  /** The app's journal, read with a token that came by `client_credentials`. */
  readonly source: () => JournalSource;
  /** How often it is asked for news. Default 15 s. */
  readonly everyMs?: number;
}

interface Base {
  readonly storage: Pick<Storage, "cursors" | "work">;
  readonly clock: Clock;
  readonly logger: Logger;
}

interface Parts {
  readonly registry: Pick<SyncRegistry, "queuesFor" | "relatedQueuesFor" | "reconcileAll">;
  readonly portals: Pick<PortalPort, "pinned">;
  readonly tenants: () => Promise<readonly Tenant[]>;
  readonly privacy: Pick<PrivacyService, "deletedInHubSpot">;
  readonly directory: Pick<Directory, "contactsChanged">;
}

/** Where a tenant stands. */
interface Position {
  /** Of the last file that was marked. */
  readonly offset: string;
  /** Everything published before was read. */
  readonly readUntil: EpochMs;
}

interface Reader extends Position {
  readonly tenant: Tenant;
  readonly portalId: PortalId;
  readonly version: number;
}

const cursor = "journal:offset";
/** Before the journal's first file. */
const beginning = "";
/** HubSpot keeps files for three days, and with them what their offsets lead to (hubspot-facts §5.5). */
const keptMs = 3 * 86_400_000;
/** How far `readUntil` may lag behind while there is nothing new: a position is not written at every look. */
const noteEveryMs = 30_000;
const filesPerRun = 20;

/**
 * Reads the webhooks journal and marks what it tells of, as webhooks do. Each tenant has its own offset, which moves when
 * the marks are stored; those at the same offset share a reading. An offset that HubSpot has forgotten is no loss as long
 * as everything since the last look is still kept: the journal is read from its beginning. After longer than that every
 * sync is reconciled, once.
 */
export function journalJobs(
  options: JournalOptions | undefined,
  { storage, clock, logger }: Base,
  { registry, portals, tenants, privacy, directory }: Parts,
): readonly Job[] {
  if (options === undefined) return [];
  const { source, everyMs = 15_000 } = options;
  const { cursors, work } = storage;

  /** By the accounts as they are pinned: one tenant whose token cannot be had would keep all others from the journal. */
  async function readers(): Promise<readonly Reader[]> {
    const found = await Promise.all(
      (await tenants()).map(async (tenant): Promise<readonly Reader[]> => {
        const portalId = await portals.pinned(tenant);
        if (portalId === null) return [];
        const stored = await cursors.read(tenant, portalId, cursor);
        const start: Position = { offset: beginning, readUntil: clock.now() };
        const at = stored === null ? start : (JSON.parse(stored.value) as Position);
        return [{ tenant, portalId, ...at, version: stored?.version ?? 0 }];
      }),
    );
    return found.flat();
  }

  /** Of racers that read the same file one moves the offset; the others marked the same. */
  async function moved(group: readonly Reader[], change: Partial<Position>): Promise<readonly Reader[]> {
    return Promise.all(
      group.map(async (reader) => {
        const { tenant, portalId, version } = reader;
        const { offset, readUntil } = { ...reader, ...change };
        const value = JSON.stringify({ offset, readUntil } satisfies Position);
        await cursors.advance(tenant, portalId, cursor, value, version, clock.now());
        return { ...reader, offset, readUntil, version: version + 1 };
      }),
    );
  }

  async function mark(group: readonly Reader[], events: readonly ChangeEvent[]): Promise<number> {
    const now = clock.now();
    const tenantsOf = (portalId: PortalId) =>
      group.flatMap((reader) => (reader.portalId === portalId ? reader.tenant : []));
    for (const { subscriptionType, objectId, portalId } of events)
      if (subscriptionType === "object.privacyDeletion" && objectId !== null)
        for (const tenant of tenantsOf(portalId))
          await privacy.deletedInHubSpot({ tenant, portalId, contactId: objectId });
    const marks = marksOf(events, tenantsOf, registry, now);
    if (marks.length > 0) await work.mark(marks, now);
    for (const [portalId, changes] of groupBy(events, (event) => event.portalId))
      for (const tenant of tenantsOf(portalId)) await directory.contactsChanged(tenant, portalId, changes);
    return marks.length;
  }

  /** Up to so many files after where these stand. Answers how many records were marked, and whether there is more. */
  async function follow(group: readonly Reader[], t: JobRun): Promise<{ did: number; more: boolean }> {
    const journal = source();
    const [first] = group;
    if (first === undefined) return { did: 0, more: false };
    const after = first.offset === beginning ? null : first.offset;
    const asked = clock.now();
    const entries = await journal.batch(after, filesPerRun, { signal: t.signal });
    let did = 0;
    let at = group;
    for (const entry of entries) {
      if (t.signal.aborted || clock.now() >= t.deadline) return { did, more: true };
      const { events } = await journal.read(entry, { signal: t.signal });
      did += await mark(
        group,
        events.flatMap((event) => changeOfJournal(event) ?? []),
      );
      at = await moved(at, { offset: entry.offset });
    }
    if (entries.length === filesPerRun) return { did, more: true };
    const stale = at.filter(({ readUntil }) => entries.length > 0 || asked - readUntil >= noteEveryMs);
    await moved(stale, { readUntil: asked });
    return { did, more: false };
  }

  /** Answers whether there is anything to read now. */
  async function startAgain(group: readonly Reader[]): Promise<boolean> {
    const late = group.filter(({ readUntil }) => clock.now() - readUntil > keptMs);
    if (late.length > 0) logger.warn("journal.gap", { tenants: late.length });
    const stuck = new Set<Reader>();
    for (const reader of late) {
      try {
        await registry.reconcileAll(reader.tenant);
      } catch (error) {
        if (isHubspokeError(error) && error.category === "storage") throw error;
        // Its token cannot be had: it stays where it is until it can, and holds up nobody.
        stuck.add(reader);
      }
    }
    const begun = group.filter((reader) => !stuck.has(reader));
    await moved(begun, { offset: beginning });
    return begun.length > 0;
  }

  const job: Job = {
    name: "sync:journal",
    async run(t) {
      let did = 0;
      let more = false;
      for (const group of groupBy(await readers(), ({ offset }) => offset).values()) {
        try {
          const one = await follow(group, t);
          did += one.did;
          more ||= one.more;
        } catch (error) {
          if (!isHubspokeError(error, "NOT_FOUND")) throw error;
          if (await startAgain(group)) more = true;
        }
      }
      return { did, nextAt: clock.now() + (more ? 0 : everyMs) };
    },
  };
  return [job];
}
