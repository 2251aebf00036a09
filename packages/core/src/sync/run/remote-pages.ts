import { remoteBatch } from "../observe/gather.ts";
import type { RemoteRecord } from "../remote-port.ts";
import type { SyncScope } from "../scope.ts";

export interface RemotePage {
  readonly records: readonly RemoteRecord[];
  /** The position after this page; null after the last one. */
  readonly next: string | null;
}

/** HubSpot's full list from a position. The next page is asked for while the caller works on this one. */
export async function* remotePages(
  scope: SyncScope,
  from: string | null,
  signal?: AbortSignal,
): AsyncGenerator<RemotePage> {
  const list = (after: string | null) =>
    scope.deps.remote.list({
      tenant: scope.tenant,
      object: scope.object,
      properties: scope.sync.properties,
      after,
      limit: remoteBatch,
      lane: "backfill",
      ...(signal && { signal }),
    });
  let page = await list(from);
  for (;;) {
    // A failure of the page ahead belongs to whoever asks for that page, not to the work on this one.
    const ahead = page.next === null ? null : settled(list(page.next));
    yield { records: page.records, next: page.next };
    if (ahead === null) return;
    page = await ahead();
  }
}

function settled<T>(promise: Promise<T>): () => Promise<T> {
  const outcome = promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  return async () => {
    const result = await outcome;
    if ("error" in result) throw result.error;
    return result.value;
  };
}
