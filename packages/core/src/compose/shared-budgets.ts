import { outlivesRequests } from "#platform";
import type { Background } from "../audit/tell.ts";
import type { ClientDeps } from "../client/create-clients.ts";
import type { Cipher } from "../ports/cipher.ts";
import type { Logger } from "../ports/logger.ts";
import type { Storage } from "../ports/storage.ts";
import { toHex, utf8 } from "../util/bytes.ts";
import { chain } from "../util/maybe-async.ts";

/** How the clients name their budgets, and with whom they share them: every process on a storage that is shared. */
export function budgetParts(parts: {
  readonly storage: Storage;
  readonly cipher: Cipher;
  readonly newId: () => string;
  readonly logger: Logger;
  readonly background: Background | undefined;
}): Pick<ClientDeps, "hash" | "sharedBudgets"> {
  const { storage, cipher, newId, logger, background } = parts;
  const hash: ClientDeps["hash"] = (text) => chain(cipher.sha256(utf8(text)), (bytes) => toHex(bytes.subarray(0, 16)));
  if (!storage.capabilities.shared) return { hash };
  const shared = { store: storage.rateBudgets, newId, logger };
  if (outlivesRequests || background === undefined) return { hash, sharedBudgets: shared };
  return { hash, sharedBudgets: { ...shared, behind: background } };
}
