/** Runs an example by its name: `npx -y pnpm@12 example coldcopy`. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./workspace.ts";

const folder = join(root, "examples");
const names = readdirSync(folder).filter((name) => existsSync(join(folder, name, "main.ts")));
const [name = ""] = process.argv.slice(2);
if (names.includes(name)) {
  await import(pathToFileURL(join(folder, name, "main.ts")).href);
} else {
  console.error(`there is no example "${name}"; there are ${names.join(", ")}`);
  process.exitCode = 2;
}
