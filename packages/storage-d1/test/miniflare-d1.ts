import type { D1DatabaseLike } from "@hubspoke/storage-d1";
import { Miniflare } from "miniflare";

/** Real D1 databases under workerd, in memory, each empty until it is first used. */
export interface Databases {
  /** The next unused database, as a function that gives an independent binding to it at every call. */
  next(): () => Promise<D1DatabaseLike>;
  dispose(): Promise<void>;
}

/** One workerd serves all of them: starting one for each test took longer than the tests. */
export function miniflareD1(count: number): Databases {
  const ids = Array.from({ length: count }, (_, i) => `db${i}`);
  // Two bindings lead to each database, so that two handles of one store share nothing on this side of it.
  const bindings = ids.flatMap((id) => [`${id}_a`, `${id}_b`].map((name) => [name, id]));
  const miniflare = new Miniflare({
    modules: true,
    script: "export default {}",
    d1Databases: Object.fromEntries(bindings) as Record<string, string>,
  });
  let used = 0;
  return {
    next() {
      const id = ids[used++];
      if (id === undefined) throw new Error(`only ${count} databases were made`);
      let opened = 0;
      return () => miniflare.getD1Database(`${id}_${opened++ % 2 === 0 ? "a" : "b"}`);
    },
    dispose: () => miniflare.dispose(),
  };
}
