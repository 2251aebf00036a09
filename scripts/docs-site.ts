/** Builds the site of `docs/` with its API reference and `llms.txt`, and refuses dead links: `docs:site`, `docs:site serve`. */
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkSite } from "./docs-links.ts";
import { llmsFull, llmsIndex } from "./docs-llms.ts";
import { pageGroups } from "./docs-pages.ts";
import { writeReference } from "./docs-reference.ts";
import { root } from "./workspace.ts";

const docs = join(root, "docs");
const site = join(docs, ".vitepress/dist");
const [mode = "build"] = process.argv.slice(2);

const entries = await writeReference();
console.log(`reference: ${entries} entry points`);
// Loaded only now: VitePress reads its version and its pages when it is imported.
const { build, createServer } = await import("vitepress");

if (mode === "serve") {
  const server = await createServer(docs);
  await server.listen();
  server.printUrls();
} else {
  await build(docs);
  writeTexts();
  const { pages, links, problems } = checkSite(site, process.env.DOCS_BASE);
  console.log(`site: ${pages} pages, ${links} links, ${problems.length} problems · docs/.vitepress/dist`);
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
}

/** Plain-text twins beside the pages, where `llms.txt` says they are. */
function writeTexts(): void {
  writeFileSync(join(site, "llms.txt"), llmsIndex());
  writeFileSync(join(site, "llms-full.txt"), llmsFull());
  for (const page of pageGroups.flatMap((group) => group.pages)) {
    const target = join(site, `${page}.md`);
    mkdirSync(join(target, ".."), { recursive: true });
    cpSync(join(docs, `${page}.md`), target);
  }
}
