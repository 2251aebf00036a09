import type { IntentRow } from "../../ports/intent-store.ts";
import type { FieldBase, LinkRow } from "../../ports/link-store.ts";
import type { LocalRecord } from "../../ports/local-source.ts";
import { hashOf } from "../observe/fields.ts";
import type { SyncScope } from "../scope.ts";
import type { Recovered } from "./recovered.ts";

/**
 * A write to the local side that may have landed. It was guarded by a version, so it landed whole or not at all: one
 * field that holds what was sent proves all of them. A field that holds neither what was read nor what was sent was
 * edited by somebody else; without proof it stays a two-sided change, which is logged whoever wins.
 */
export async function recoverPull(
  scope: SyncScope,
  intent: IntentRow,
  link: LinkRow | null,
  local: LocalRecord | null,
): Promise<Recovered> {
  if (link === null || local === null) return { intent, change: null };
  const own = Object.entries(intent.fields).filter(([, { baseLocal }]) => baseLocal !== "");
  const landed = await Promise.all(
    own.map(async ([name, { read, sent }]) => {
      const field = scope.sync.fields.find((one) => one.name === name);
      if (field === undefined) return false;
      const of = hashOf(scope, local.id, name);
      const canonical = field.canonicalLocal(local.values[name] ?? null);
      const { hasher } = scope.deps;
      return (await hasher.matches(sent, of, canonical)) && !(await hasher.matches(read, of, canonical));
    }),
  );
  if (!landed.includes(true)) return { intent, change: null };
  const fields = Object.fromEntries(
    own.map(([name, { baseLocal, baseRemote }]): [string, FieldBase] => [
      name,
      { local: baseLocal, remote: baseRemote },
    ]),
  );
  return { intent, change: { link, fields, state: "linked" } };
}
