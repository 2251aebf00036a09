import { sealedCache } from "../cache/sealed-cache.ts";
import { hashKeyId } from "../crypto/keyed-hash.ts";
import type { SealedPage, SealedRow, SealedTable } from "../crypto/sealed-table.ts";
import { subjectsOfKnown } from "../directory/contact-finder.ts";
import { sealedHistory } from "../directory/search/sealed-history.ts";
import type { Tenant } from "../ports/ids.ts";
import type { LinkRow } from "../ports/link-store.ts";
import type { Storage } from "../ports/storage.ts";
import type { Foundation } from "./foundation.ts";

/** Every table of a tenant that a key rotation concerns. A test compares it with the schema. */
export function sealedTables(foundation: Foundation, syncs: () => readonly string[]): readonly SealedTable[] {
  const { storage } = foundation;
  return [
    sealedCache({ ...foundation, store: storage.cache, subjectsOf: subjectsOfKnown }),
    sealedHistory({ ...foundation, store: storage.history }),
    sealedConflicts(foundation),
    sealedAudit(foundation),
    hashedLinks(storage, syncs),
    hashedIntents(storage, syncs),
  ];
}

/** Both sides' values of a conflict. */
function sealedConflicts({ storage: { conflicts }, sealer }: Foundation): SealedTable {
  return {
    name: "conflicts",
    async page(tenant, currentKeyId, after, limit) {
      const page = await conflicts.list({ tenant, limit, ...(after === null ? {} : { after }) });
      const rows = page.items.flatMap(({ id, sealed }): SealedRow[] => {
        if (sealed === null) return [];
        const binding = { tenant, table: "conflicts", column: "sealed", rowId: id };
        const renew = async () => conflicts.reseal(tenant, id, await sealer.reseal(binding, sealed), sealed);
        return [{ id, keyIds: [sealer.keyIdOf(sealed)], renew }];
      });
      return pageOf(rows, currentKeyId, page.next);
    },
  };
}

/** Address and agent of whoever asked. The index of whom they asked about holds no number: it stays, see `KeptIndexes`. */
function sealedAudit({ storage: { audit }, sealer }: Foundation): SealedTable {
  return {
    name: "audit",
    async page(tenant, currentKeyId, after, limit) {
      const page = await audit.query({ tenant, limit, ...(after === null ? {} : { after }) });
      const rows = page.items.flatMap(({ id, at, sealed }): SealedRow[] => {
        if (sealed === null) return [];
        const binding = { tenant, table: "audit", column: "sealed", rowId: id };
        const renew = async () => {
          const anew = await sealer.reseal(binding, sealed);
          return (await audit.reseal([{ tenant, at, id, sealed: anew }])) > 0;
        };
        return [{ id, keyIds: [sealer.keyIdOf(sealed)], renew }];
      });
      return pageOf(rows, currentKeyId, page.next);
    },
  };
}

/** The base of a pair is compared with again while it is linked, or may be restored in HubSpot. */
const compared: readonly LinkRow["state"][] = ["linked", "remote-archived"];

async function namesOf(runs: Storage["runs"], syncs: () => readonly string[], tenant: Tenant): Promise<string[]> {
  return [...new Set([...syncs(), ...(await runs.list(tenant, null, 1_000)).map(({ sync }) => sync)])].sort();
}

function keyIdsOf(hashes: readonly string[]): readonly string[] {
  return [...new Set(hashes.filter((hash) => hash !== "").map(hashKeyId))];
}

/** Writes whose outcome is not known yet: recovery compares with them, within minutes. */
function hashedIntents({ intents, runs }: Storage, syncs: () => readonly string[]): SealedTable {
  return {
    name: "intents",
    async page(tenant, currentKeyId, _after, limit) {
      const rows: SealedRow[] = [];
      for (const sync of await namesOf(runs, syncs, tenant)) {
        for (const { id, fields } of await intents.open(tenant, sync, Number.MAX_SAFE_INTEGER, limit)) {
          const hashes = Object.values(fields).flatMap((of) => [of.read, of.sent, of.baseLocal, of.baseRemote]);
          rows.push({ id, keyIds: keyIdsOf(hashes), renew: null });
        }
      }
      return pageOf(rows, currentKeyId, undefined);
    },
  };
}

/** What both sides of a sync last agreed on. Only a pass that reads both sides can hash it anew. */
function hashedLinks({ links, runs }: Storage, syncs: () => readonly string[]): SealedTable {
  const hashesOf = ({ base, state }: LinkRow): readonly string[] =>
    compared.includes(state)
      ? Object.values(base).flatMap(({ local, remote, elements = [], givenUp }) => [
          local,
          remote,
          ...elements,
          givenUp?.sent ?? "",
        ])
      : [];
  return {
    name: "links",
    async page(tenant, currentKeyId, after, limit) {
      const names = await namesOf(runs, syncs, tenant);
      const [sync = names[0], localId = null] = after === null ? [] : (JSON.parse(after) as [string, string | null]);
      if (sync === undefined) return { rows: [], next: null };
      const rows = await links.scan(tenant, sync, localId, limit);
      const following = names[names.indexOf(sync) + 1];
      const next =
        rows.length === limit
          ? [sync, rows.at(-1)?.localId ?? null]
          : following === undefined
            ? null
            : [following, null];
      return pageOf(
        rows.map((row) => ({ id: row.localId, keyIds: keyIdsOf(hashesOf(row)), renew: null })),
        currentKeyId,
        next === null ? undefined : JSON.stringify(next),
      );
    },
  };
}

function pageOf(rows: readonly SealedRow[], currentKeyId: string, next: string | undefined): SealedPage {
  return { rows: rows.filter(({ keyIds }) => keyIds.some((keyId) => keyId !== currentKeyId)), next: next ?? null };
}
