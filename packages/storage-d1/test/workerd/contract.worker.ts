import type { Storage } from "@hubspoke/core/ports";
import { type D1DatabaseLike, d1Storage } from "@hubspoke/storage-d1";
import { type Harness, runCase, storageCases } from "@hubspoke/testing/contracts";
import { beyondLimits, countedD1 } from "../counted-d1.ts";

/** Two bindings to one database: two handles that share nothing on this side of it. */
interface Env {
  readonly ONE: D1DatabaseLike;
  readonly OTHER: D1DatabaseLike;
}

/** What a case of the contract came to. */
export interface Verdict {
  readonly violation: string | null;
  /** What production would have refused of the statements it took. */
  readonly beyond: readonly string[];
  readonly queries: number;
}

/** Runs one case of the contract, named in the path, inside workerd. */
export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const id = new URL(request.url).pathname.slice(1);
    const found = storageCases.find((one) => one.id === id);
    if (found === undefined) return new Response(null, { status: 404 });
    const bindings = [countedD1(env.ONE), countedD1(env.OTHER)] as const;
    let opened = 0;
    const harness: Harness<Storage> = {
      name: "D1",
      capabilities: d1Storage(env.ONE).capabilities,
      async space() {
        await emptyTables(env.ONE);
        return {
          open: async () => d1Storage(opened++ % 2 === 0 ? bindings[0] : bindings[1]),
          close: (store) => store.close(),
          remove: async () => {},
        };
      },
    };
    const violation = await runCase(found, harness).then(
      () => null,
      (error: unknown) => (error instanceof Error ? `${error.name}: ${error.message}` : String(error)),
    );
    const sent = bindings.flatMap((one) => one.sent);
    return Response.json({ violation, beyond: beyondLimits(sent), queries: sent.length } satisfies Verdict);
  },
};

/** Removes every row and keeps the tables: migrating anew for each of a hundred cases took most of their time. */
async function emptyTables(binding: D1DatabaseLike): Promise<void> {
  const { results } = await binding
    .prepare("select name from sqlite_master where type = 'table' and name glob 'hubspoke_*'")
    .all();
  const tables = (results as { name: string }[]).map(({ name }) => name).filter((name) => name !== "hubspoke_schema");
  if (tables.length > 0) await binding.batch(tables.map((name) => binding.prepare(`delete from ${name}`)));
}
