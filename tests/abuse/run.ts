/**
 * The security checklist S1 to S32, tried at the mounted examples as a hostile sender, visitor or page would:
 * `npx -y pnpm@12 abuse`. What has no surface on the network names the test that holds it. Exits 1 when one fails.
 */
import { securityChecklist } from "../../scripts/security-list.ts";
import { type Attempt, Broken, hold } from "./attempt.ts";
import { inputAttempts } from "./inputs.ts";
import { loginAttempts } from "./logins.ts";
import { otherAttempts } from "./others.ts";
import { webhookAttempts } from "./webhooks.ts";
import { clientSecret, createWorld, person, type World } from "./world.ts";

/** Last, because it reads what all the others left behind. */
const nothingPrinted: Attempt = {
  number: "S22",
  tries: "whatever all of the above made the servers print and log",
  async run(world) {
    const text = world.printed();
    const secrets = [person.lastname, person.email, person.phone, person.phone.slice(2), clientSecret, "pat-100"];
    const shown = secrets.filter((secret) => text.includes(secret));
    hold(shown.length === 0, `${shown.length} of the people and secrets were printed`);
    hold(!text.includes("\u001b["), "something printed escapes for a terminal");
    hold(text !== "", "nothing was logged, so nothing was looked at");
    return `${text.split("\n").length - 1} lines, nobody's data and no secret in them`;
  },
};

const attempts = [...webhookAttempts, ...loginAttempts, ...inputAttempts, ...otherAttempts, nothingPrinted];
const world = await createWorld();
const lines: string[] = [];
let failed = 0;
try {
  for (const [name, tests] of Object.entries(securityChecklist)) {
    const number = name.split(" ")[0] ?? "";
    if (attempts.some((one) => one.number === number)) continue;
    lines.push(
      `${number.padEnd(4)} covered  ${name.slice(number.length + 1)}: ${tests.map(([file, title]) => `${file} "${title}"`).join("; ")}`,
    );
  }
  for (const attempt of attempts) lines.push(await tried(attempt, world));
} finally {
  await world.close();
}
for (const line of lines.sort((a, b) => numberIn(a) - numberIn(b))) console.log(line);
console.log(
  `\n${attempts.length} attempts, ${failed} got through; ${lines.length - attempts.length} numbers have no surface here`,
);
process.exitCode = failed === 0 ? 0 : 1;

async function tried({ number, tries, run }: Attempt, on: World): Promise<string> {
  try {
    return `${number.padEnd(4)} held     ${tries}: ${await run(on)}`;
  } catch (error) {
    failed += 1;
    const seen = error instanceof Broken ? error.message : String(error instanceof Error ? error.stack : error);
    return `${number.padEnd(4)} FAILED   ${tries}: ${seen}`;
  }
}

function numberIn(line: string): number {
  return Number(/^S(\d+)/.exec(line)?.[1]);
}
