import type { SyncDefinition } from "@hubspoke/core/sync";
import type { Mutant } from "../mutant.ts";
import { declared, stores } from "../plant.ts";

/** One word of how the product is deployed is not looked at. */
function unheeded(word: "readOnly" | "shadow" | "limitWrites"): Mutant {
  return declared(`${word} is not looked at`, ({ [word]: _, ...rest }) => rest as SyncDefinition);
}

export const inStages: readonly Mutant[] = [
  unheeded("readOnly"),
  unheeded("shadow"),
  unheeded("limitWrites"),
  stores("nobody hears that a sync is paused", ({ cursors }) => ({
    cursors: {
      ...cursors,
      read: async (tenant, portalId, name) => {
        const stored = await cursors.read(tenant, portalId, name);
        if (stored === null || !/^sync:.*:state$/.test(name)) return stored;
        return { ...stored, value: JSON.stringify({ ...(JSON.parse(stored.value) as object), paused: null }) };
      },
    },
  })),
];
