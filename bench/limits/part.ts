/** Runs one scenario, given as JSON, and prints what was measured. */
import { measure, type Scenario } from "./scenario.ts";

console.log(JSON.stringify(await measure(JSON.parse(process.argv[2] ?? "{}") as Scenario)));
