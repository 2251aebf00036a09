import type { D1DatabaseLike } from "@hubspoke/storage-d1";
import { Miniflare } from "miniflare";
import { afterAll } from "vitest";

/** Gives another binding to one database at every call; bindings share nothing on this side of it. */
export type Bindings = () => Promise<D1DatabaseLike>;

const perFile = 16;

/** Real D1 databases under one workerd, which a test file starts and ends once. Each call gives the next empty one. */
export function d1Databases(): () => Bindings {
  const ids = Array.from({ length: perFile }, (_, i) => `db${i}`);
  const bindings = ids.flatMap((id) => [`${id}_one`, `${id}_other`].map((name) => [name, id]));
  const miniflare = new Miniflare({
    modules: true,
    script: "export default {}",
    d1Databases: Object.fromEntries(bindings) as Record<string, string>,
  });
  afterAll(() => miniflare.dispose());
  return () => {
    const id = ids.shift();
    if (id === undefined) throw new Error(`a test file has ${perFile} databases`);
    let opened = 0;
    return () => miniflare.getD1Database(`${id}_${opened++ % 2 === 0 ? "one" : "other"}`);
  };
}

/** Our tables as SQL, in a stable order. */
export async function schemaOf(binding: D1DatabaseLike): Promise<string> {
  const { results } = await binding
    .prepare(
      "select sql from sqlite_master where tbl_name glob 'hubspoke_*' and sql is not null order by type = 'index', name",
    )
    .all();
  return (results as { sql: string }[]).map(({ sql }) => `${sql};\n`).join("");
}

/** Runs SQL as `schemaOf` writes it. */
export async function runScript(binding: D1DatabaseLike, script: string): Promise<void> {
  const statements = script.split(/;\n/).filter((one) => one.trim() !== "");
  await binding.batch(statements.map((one) => binding.prepare(one)));
}
