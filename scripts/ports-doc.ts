/** Writes the second half of `docs/architecture/ports.md`: signatures, codes, names and routes as the code has them. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { errorCodes } from "../packages/core/src/errors/codes.ts";
import { alertNames } from "../packages/core/src/ports/alerts.ts";
import { metricNames } from "../packages/core/src/ports/metrics.ts";
import { type GeneratedPage, main, table } from "./generated.ts";
import { root } from "./workspace.ts";

const ports = join(root, "packages/core/src/ports");
const routesFile = join(root, "packages/core/src/mount/routes.ts");

export const portsPage: GeneratedPage = {
  path: "docs/architecture/ports.md",
  command: "npx -y pnpm@12 docs",
  async sections() {
    const parts = [
      signatures(),
      errorTable(),
      names("Alerts", alertNames),
      names("Metrics", metricNames),
      await routeTable(),
    ];
    return { ports: parts.filter((part) => part !== "").join("\n\n") };
  },
};

/** Each file of `ports/` without its imports: the comments are the duties. */
function signatures(): string {
  const files = readdirSync(ports)
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
    .toSorted();
  const blocks = files.map((file) => {
    const text = readFileSync(join(ports, file), "utf8")
      .replace(/^(?:import|export) [^;]*? from "[^"]+";\n/gm, "")
      .trim();
    return text === "" ? "" : `### \`ports/${file}\`\n\n\`\`\`ts\n${text}\n\`\`\``;
  });
  return ["## Signatures", ...blocks.filter((block) => block !== "")].join("\n\n");
}

function errorTable(): string {
  const rows = Object.entries(errorCodes).map(([code, { category, status, retryable }]) => [
    `\`${code}\``,
    category,
    String(status),
    retryable ? "yes" : "no",
  ]);
  return `## Error codes\n\n\`status\` is what a mount answers with; *later* says whether the same call may succeed later without a change.\n\n${table(["code", "category", "status", "later"], rows)}`;
}

function names(title: string, list: readonly string[]): string {
  return `## ${title}\n\n${list.map((name) => `\`${name}\``).join(", ")}`;
}

/** The mounts' routes, once core has them: an exported list called `routes`, one object of plain values a route. */
async function routeTable(): Promise<string> {
  if (!existsSync(routesFile)) return "";
  const { routes } = (await import(routesFile)) as { routes: readonly Readonly<Record<string, unknown>>[] };
  const columns = [...new Set(routes.flatMap((route) => Object.keys(route).filter((key) => isPlain(route[key]))))];
  const cell = (value: unknown): string =>
    value === undefined ? "" : Array.isArray(value) ? value.join(", ") : String(value);
  return `## Routes\n\n${table(
    columns,
    routes.map((route) => columns.map((column) => cell(route[column]))),
  )}`;
}

function isPlain(value: unknown): boolean {
  return ["string", "number", "boolean"].includes(typeof value) || Array.isArray(value);
}

if (import.meta.main) await main(portsPage);
