import type { Storage } from "../ports/storage.ts";

interface Closable {
  close(): Promise<void>;
}

interface Parts {
  readonly directory: { close(): void };
  readonly clients: Closable;
  readonly audit: Closable;
  readonly work: { settled(): Promise<void> };
  readonly storage: Pick<Storage, "close">;
}

/** Writes what waits, stops everything; once, however often it is asked. */
export function closing({ directory, clients, audit, work, storage }: Parts): () => Promise<void> {
  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    directory.close();
    await clients.close();
    try {
      // Before the background settles: the audit's own flush is background work that only this ends.
      await audit.close();
      await work.settled();
    } finally {
      await storage.close();
    }
  };
  return () => {
    closed ??= close();
    return closed;
  };
}
