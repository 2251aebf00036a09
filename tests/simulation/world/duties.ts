import type { ClaimedWork, IntentRow, Storage, WorkRef } from "@hubspoke/core/ports";

interface Claim {
  readonly holder: string;
  readonly until: number;
}

/**
 * What the stores owe to several workers at once, watched from the workers' side: a claim excludes others for its
 * lease, a record has one open intent, and a pair is written only over the version that was read. Their own contract
 * suites ask the same of each store alone; here a whole engine leans on it.
 */
export class Duties {
  readonly #claims = new Map<string, Claim>();
  readonly #open = new Map<string, IntentRow>();
  readonly #versions = new Map<string, number>();
  /** Given back to be tried again, and not claimed since. */
  readonly #owed = new Set<string>();
  readonly #problems: string[];
  readonly #now: () => number;
  readonly #leaseMs: number;

  constructor(problems: string[], now: () => number, leaseMs: number) {
    this.#problems = problems;
    this.#now = now;
    this.#leaseMs = leaseMs;
  }

  /** The storage as one process sees it, its calls heard. */
  watch(holder: string, { work, intents, links, ...rest }: Storage): Storage {
    return {
      ...rest,
      work: {
        ...work,
        claim: async (query) => {
          const rows = await work.claim(query);
          for (const row of rows) this.#claimed(holder, row);
          return rows;
        },
        renew: async (refs, until) => {
          const lost = await work.renew(refs, until);
          for (const ref of refs) if (!lost.includes(ref)) this.#claims.set(keyOf(ref), { holder, until });
          return lost;
        },
        complete: async (refs) => {
          await work.complete(refs);
          for (const ref of refs) this.#givenBack(holder, ref);
        },
        retry: async (refs, at, code) => {
          await work.retry(refs, at, code);
          for (const ref of refs) {
            // Of a claim that was lost meanwhile it does nothing.
            if (this.#claims.get(keyOf(ref))?.holder === holder) this.#owed.add(keyOf(ref));
            this.#givenBack(holder, ref);
          }
        },
        deleteByKey: async (tenant, queue, side, key) => {
          await work.deleteByKey(tenant, queue, side, key);
          this.#claims.delete(keyOf({ queue, side, key }));
          this.#owed.delete(keyOf({ queue, side, key }));
        },
      },
      intents: {
        ...intents,
        store: async (rows) => {
          const outcomes = await intents.store(rows);
          rows.forEach((row, i) => {
            if (outcomes[i] === "stored") this.#stored(row);
          });
          return outcomes;
        },
        takeOver: async (tenant, ids) => {
          await intents.takeOver(tenant, ids);
          for (const id of ids) this.#takenOver(id);
        },
        clear: async (tenant, ids, attempt) => {
          await intents.clear(tenant, ids, attempt);
          for (const id of ids)
            if (attempt === undefined || this.#open.get(id)?.attempt === attempt) this.#open.delete(id);
        },
      },
      links: {
        ...links,
        put: async (rows) => {
          const outcomes = await links.put(rows);
          rows.forEach(({ localId, version }, i) => {
            if (outcomes[i] === "written") this.#written(localId, version);
          });
          return outcomes;
        },
        handOver: async (row, from) => {
          const outcome = await links.handOver(row, from);
          if (outcome === "written") {
            this.#versions.delete(from);
            this.#versions.set(row.localId, row.version + 1);
          }
          return outcome;
        },
        delete: async (tenant, sync, localId, version) => {
          const deleted = await links.delete(tenant, sync, localId, version);
          if (deleted) this.#versions.delete(localId);
          return deleted;
        },
      },
    };
  }

  /** What is known of the stores at rest; what it answers is called when they are so again. */
  copy(): () => void {
    const versions = new Map(this.#versions);
    return () => {
      for (const known of [this.#claims, this.#open, this.#versions, this.#owed]) known.clear();
      for (const [id, version] of versions) this.#versions.set(id, version);
    };
  }

  /** At rest nothing is owed any more. */
  owed(): readonly string[] {
    return [...this.#owed].map((key) => `never tried again: ${key}`);
  }

  #claimed(holder: string, row: ClaimedWork): void {
    const key = keyOf(row);
    this.#owed.delete(key);
    const other = this.#claims.get(key);
    if (other !== undefined && other.holder !== holder && other.until > this.#now())
      this.#problems.push(`${holder} claimed ${key} within ${other.holder}'s lease`);
    this.#claims.set(key, { holder, until: this.#now() + this.#leaseMs });
  }

  #givenBack(holder: string, ref: WorkRef): void {
    if (this.#claims.get(keyOf(ref))?.holder === holder) this.#claims.delete(keyOf(ref));
  }

  #stored(row: IntentRow): void {
    for (const { id, localId, hubspotId } of this.#open.values()) {
      const same = (localId !== null && localId === row.localId) || (hubspotId !== null && hubspotId === row.hubspotId);
      if (same && id !== row.id) this.#problems.push(`two open intents of one record: ${localId} ${hubspotId}`);
    }
    this.#open.set(row.id, row);
  }

  #takenOver(id: string): void {
    const row = this.#open.get(id);
    if (row !== undefined) this.#open.set(id, { ...row, attempt: row.attempt + 1 });
  }

  #written(localId: string, version: number): void {
    const known = this.#versions.get(localId) ?? 0;
    if (version !== known)
      this.#problems.push(`the pair of ${localId} was written over unread: ${version}, not ${known}`);
    this.#versions.set(localId, version + 1);
  }
}

function keyOf({ queue, side, key }: Pick<WorkRef, "queue" | "side" | "key">): string {
  return `${queue} ${side} ${key}`;
}
