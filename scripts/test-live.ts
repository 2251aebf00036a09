/**
 * Asks a real HubSpot test account every behaviour that it can answer, and says where it agrees with the simulator.
 * It changes only what it made itself, removes it again, and prints behaviours, verdicts and ids of leftovers: nothing
 * that is anybody's. `--only <beginning of an id>` asks a part; it may be given several times.
 */
import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import { BEHAVIOURS } from "../packages/testing/test/behaviours/all.ts";
import { askAll, type Finding, liveSettings, refuseOtherAccounts } from "../packages/testing/test/behaviours/live.ts";

/** Well below the smallest limit there is, 100 calls in ten seconds. */
const PACE_MS = 150;

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { only: { type: "string", multiple: true } }, allowPositionals: true });
  const settings = liveSettings(process.env);
  const chosen = Object.values(BEHAVIOURS)
    .flat()
    .filter(({ id }) => values.only === undefined || values.only.some((beginning) => id.startsWith(beginning)));
  if (chosen.length === 0) throw new Error(`--only ${values.only?.join(" ")} names no behaviour.`);
  await refuseOtherAccounts(settings, fetch);
  const run = `hsl${randomBytes(4).toString("hex")}`;
  const findings = await askAll(
    chosen,
    {
      fetch,
      baseUrl: settings.baseUrl,
      token: settings.token,
      tag: (n) => `${run}n${n}`,
      wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      pace: PACE_MS,
    },
    ({ id, verdict, reason }) => console.log(`${verdict.padEnd(11)} ${id}${reason === "" ? "" : `  ${reason}`}`),
  );
  return summary(findings);
}

function summary(findings: readonly Finding[]): number {
  const count = (verdict: string): number => findings.filter((finding) => finding.verdict === verdict).length;
  const left = findings.flatMap((finding) => finding.left);
  console.log(`\n${count("agree")} agree, ${count("differ")} differ, ${count("could not")} could not be asked`);
  if (left.length > 0) console.log(`Made and not removed: ${left.join(", ")}`);
  return count("differ") === 0 && left.length === 0 ? 0 : 1;
}

process.exitCode = await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  return 1;
});
