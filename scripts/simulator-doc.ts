/**
 * Writes `docs/simulator.md` from what is there: each behaviour whose own test has just shown it, each endpoint that
 * answers 501, and the command and control API as they describe themselves. A behaviour that no test shows fails it.
 */
import { helpText } from "../packages/testing/src/bin/flags.ts";
import { CONTROL_ACTIONS } from "../packages/testing/src/simulator/edges/control.ts";
import { KNOB_NAMES } from "../packages/testing/src/simulator/knobs.ts";
import { gaps } from "../packages/testing/src/simulator/routing/coverage.ts";
import { simulatedEndpoints } from "../packages/testing/src/simulator/routing/table.ts";
import { KNOWN_TYPES } from "../packages/testing/src/simulator/types/known-types.ts";
import { BEHAVIOURS } from "../packages/testing/test/behaviours/all.ts";
import type { Behaviour, Confidence } from "../packages/testing/test/behaviours/behaviour.ts";
import { exercise } from "../packages/testing/test/behaviours/exercise.ts";
import { GUESSES } from "../packages/testing/test/behaviours/guesses.ts";
import { type GeneratedPage, main, table } from "./generated.ts";

export const simulatorPage: GeneratedPage = {
  path: "docs/simulator.md",
  command: "npx -y pnpm@12 docs",
  async sections() {
    await showAll(BEHAVIOURS);
    return {
      behaviours: behaviourTables(BEHAVIOURS),
      knobs: KNOB_NAMES.toSorted()
        .map((name) => `\`${name}\``)
        .join(", "),
      missing: missing(),
      control: `\`\`\`\n${CONTROL_ACTIONS.join("\n")}\n\`\`\``,
      command: `\`\`\`\n${helpText().trim()}\n\`\`\``,
    };
  },
};

type Subjects = Readonly<Record<string, readonly Behaviour[]>>;

/** Runs every behaviour's own test; throws for those that no test shows. */
export async function showAll(subjects: Subjects): Promise<void> {
  const failed: string[] = [];
  for (const behaviour of Object.values(subjects).flat()) {
    await exercise(behaviour).catch((error: unknown) => {
      failed.push(`${behaviour.id}: ${error instanceof Error ? error.message : String(error)}`);
    });
  }
  if (failed.length > 0) throw new Error(`Claimed, and shown by no test:\n${failed.join("\n")}`);
}

export function behaviourTables(subjects: Subjects): string {
  const all = Object.values(subjects).flat();
  const live = all.filter(({ asked }) => asked !== undefined).length;
  const counted = `${all.length} behaviours, each shown by its own test; ${live} of them can be asked of a real account.`;
  const tables = Object.entries(subjects).map(([subject, behaviours]) => {
    const rows = behaviours.map(({ id, says, fact, knob, asked }) => [
      `\`${id}\``,
      says,
      ...sureness(id, fact),
      knob === undefined ? "" : `\`${knob}\``,
      asked === undefined ? "" : "yes",
    ]);
    return `### ${subject}\n\n${table(["id", "what happens", "fact", "confidence", "knob", "live"], rows)}`;
  });
  return [counted, ...tables].join("\n\n");
}

const CONFIDENCE: Readonly<Record<Confidence, string>> = {
  A: "HubSpot's own",
  B: "a recorded run",
  C: "**guess, not verified**",
};

/** Where it is known from, how sure that is, and what of it is a guess all the same. */
function sureness(id: string, fact: Behaviour["fact"]): [fact: string, confidence: string] {
  if (fact === "fault") return ["", "a fault, no claim"];
  const [where = "", grade] = fact.split(" ") as [string, Confidence];
  const guess = GUESSES[id];
  const detail = guess === undefined ? "" : grade === "C" ? `: ${guess}` : `; **guess, not verified**: ${guess}`;
  return [where === "none" ? "" : where, `${CONFIDENCE[grade]}${detail}`];
}

function missing(): string {
  const all = gaps();
  const rows = all.map(({ family, endpoints }) => [`\`${family}\``, endpoints.map((one) => `\`${one}\``).join(", ")]);
  const known = all.reduce((sum, { endpoints }) => sum + endpoints.length, 0);
  const areas = all.filter(({ endpoints }) => endpoints.length === 0).length;
  const counted = `${simulatedEndpoints()} endpoints are simulated. ${known} more are known and answer 501, as do ${areas} whole areas.`;
  const types = Object.entries(KNOWN_TYPES).map(([id, name]) => `${name} (${id})`);
  return `${counted}\n\nSo do the object types ${types.join(", ")}.\n\n${table(["family", "endpoints"], rows)}`;
}

if (import.meta.main) await main(simulatorPage);
