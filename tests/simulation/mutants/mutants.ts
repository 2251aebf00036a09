import { atTheLocalSide } from "./local-side.ts";
import type { Mutant } from "./mutant.ts";
import { atTheNetwork } from "./network.ts";
import { atTheStores } from "./stores.ts";
import { ofHalves } from "./wide/halves.ts";
import { ofLists } from "./wide/lists.ts";
import { ofRefusals } from "./wide/refusals.ts";
import { inStages } from "./wide/stages.ts";

/** Must fail on every seed: a simulation that lets it pass looks at nothing. */
const canary: Mutant = {
  name: "canary",
  plant: () => ({
    source: (source) => ({
      ...source,
      write: async (tenant, writes) => {
        const [first] = await source.read(tenant, ["nobody"]);
        return writes.map((write) => ({
          outcome: "written",
          record: first ?? {
            id: "id" in write ? write.id : "lost",
            version: "1",
            values: write.values,
            updatedAt: null,
          },
        }));
      },
    }),
  }),
};

const onlyWide = [...ofLists, ...ofRefusals, ...ofHalves, ...inStages].map((mutant) => ({
  ...mutant,
  wide: true as const,
}));

export const mutants: readonly Mutant[] = [canary, ...atTheStores, ...atTheLocalSide, ...atTheNetwork, ...onlyWide];
