/** Which pages the site has, in which order and under which heading: the one list for the sidebar and `llms.txt`. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./workspace.ts";

export interface PageGroup {
  readonly heading: string;
  /** Files under `docs/`, without `.md`. */
  readonly pages: readonly string[];
}

export const pageGroups: readonly PageGroup[] = [
  { heading: "Start", pages: ["start/express", "start/hono", "start/workers", "guide/testing-with-the-simulator"] },
  {
    heading: "Do",
    pages: [
      "guide/client",
      "guide/phone-lookup",
      "guide/contact-search",
      "guide/sync",
      "guide/local-tables",
      "guide/webhooks",
      "guide/connect-hubspot",
      "guide/activities",
      "guide/workflows",
      "guide/privacy",
      "guide/serverless",
      "guide/many-machines",
      "guide/cli",
    ],
  },
  { heading: "Run it", pages: ["operations", "troubleshooting", "security", "benchmarks"] },
  { heading: "Choose", pages: ["credentials", "migrate", "comparison", "systems"] },
  { heading: "Extend", pages: ["guide/write-your-own-store", "guide/write-your-own-source"] },
  { heading: "Look up", pages: ["environment", "errors/README", "simulator", "architecture/ports"] },
  { heading: "Inside", pages: ["architecture/principles", "architecture/packages", "architecture/decisions"] },
];

/** Shorter than the heading of the page, for the sidebar. */
const shortNames: Readonly<Record<string, string>> = {
  "guide/activities": "Notes, calls, tickets, events",
  "guide/cli": "The command line",
  "guide/client": "Call HubSpot",
  "guide/connect-hubspot": "A connect button (OAuth)",
  "guide/contact-search": "Find people",
  "guide/local-tables": "A table of yours",
  "guide/many-machines": "Many machines",
  "guide/phone-lookup": "Phone number → name",
  "guide/privacy": "Privacy and keys",
  "guide/serverless": "Serverless",
  "guide/sync": "Two-way sync",
  "guide/testing-with-the-simulator": "Test with the simulator",
  "guide/webhooks": "Webhooks",
  "guide/workflows": "Scores, triggers, flows",
  "guide/write-your-own-source": "A source of your own",
  "guide/write-your-own-store": "A store of your own",
  "architecture/ports": "Ports, tables, routes",
  systems: "Four systems",
};

export const textOf = (page: string): string => readFileSync(join(root, "docs", `${page}.md`), "utf8");

export function titleOf(page: string): string {
  const title = /^# (.+)$/m.exec(textOf(page))?.[1];
  if (title === undefined) throw new Error(`docs/${page}.md has no heading "# …", and a page is listed by it.`);
  return title;
}

export const shortNameOf = (page: string): string => shortNames[page] ?? titleOf(page);

/** Where the page is on the site: `errors/README` becomes `errors/`. */
export const routeOf = (page: string): string => page.replace(/(^|\/)README$/, "$1");
