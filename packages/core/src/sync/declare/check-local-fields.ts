import { HubspokeError } from "../../errors/hubspoke-error.ts";
import { suggestion } from "../../util/did-you-mean.ts";
import { askLocal } from "../ask-local.ts";
import { type DeclaredSync, localFields } from "./definition.ts";

/**
 * Checks a declaration against the fields its local source has. A field that is none would be created empty on one side
 * and never be synced. Throws SYNC_DECLARATION_INVALID with a suggestion.
 */
export async function checkLocalFields(declared: DeclaredSync): Promise<void> {
  const { name, local } = declared;
  const known = (await askLocal(declared, async () => local.fields?.())) ?? null;
  if (known === null) return;
  const unknown = localFields(declared).find((field) => !known.includes(field));
  if (unknown === undefined) return;
  throw new HubspokeError(
    "SYNC_DECLARATION_INVALID",
    `sync "${name}": its local source has no field "${unknown}".${suggestion(unknown, known)}`,
    { details: { sync: name, field: unknown } },
  );
}
