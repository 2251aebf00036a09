/**
 * The API reference: one page for each entry point, written by TypeDoc from the declarations and docstrings of the
 * sources into `docs/api`. It is generated with the site and not committed.
 */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ProjectReflection } from "typedoc";
import { type Entry, publicEntries } from "./docs-entries.ts";
import { slugOf } from "./docs-markdown.ts";
import { root } from "./workspace.ts";

const folder = join(root, "docs/api");

/** Writes the pages and answers how many. */
export async function writeReference(): Promise<number> {
  const { Application } = await import("typedoc");
  const entries = publicEntries();
  rmSync(folder, { recursive: true, force: true });
  const app = await Application.bootstrapWithPlugins({
    plugin: ["typedoc-plugin-markdown"],
    entryPoints: entries.map(({ source }) => source),
    tsconfig: join(root, "tsconfig.json"),
    outputs: [{ name: "markdown", path: folder }],
    readme: "none",
    excludeExternals: true,
    excludePrivate: true,
    excludeInternal: true,
    disableSources: true,
    hideGenerator: true,
    // Types are checked by `check`, with another compiler.
    skipErrorChecking: true,
    logLevel: "Error",
    ...looks,
  });
  const project = await app.convert();
  if (project === undefined) throw new Error("TypeDoc read no entry point");
  nameModules(project, entries);
  await app.generateOutputs(project);
  if (app.logger.hasErrors()) throw new Error("TypeDoc could not write the reference; its errors are above");
  for (const entry of entries) finish(entry);
  writeFileSync(join(folder, "index.md"), indexPage(entries));
  rmSync(join(folder, "README.md"), { force: true });
  return entries.length;
}

const looks = {
  router: "module",
  hidePageHeader: true,
  hideBreadcrumbs: true,
  parametersFormat: "table",
  interfacePropertiesFormat: "table",
  classPropertiesFormat: "table",
  propertyMembersFormat: "table",
  typeDeclarationFormat: "table",
  useCodeBlocks: true,
  // What one calls comes before what one passes.
  groupOrder: ["Functions", "Classes", "Interfaces", "Type Aliases", "Variables", "*", "References"],
  tableColumnSettings: { hideModifiers: true, hideInherited: true, hideOverrides: true, hideDefaults: true },
};

/** Modules are called by their path; a page is called by what one imports. */
function nameModules(project: ProjectReflection, entries: readonly Entry[]): void {
  for (const module of project.children ?? []) {
    const entry = entries.find(({ source }) =>
      [`${module.name}.ts`, `${module.name}/index.ts`].some((end) => source.endsWith(`/${end}`)),
    );
    if (entry === undefined) throw new Error(`TypeDoc documented ${module.name}, which is no entry point`);
    module.name = entry.page;
  }
}

/** The page's own heading and the entry's first comment instead of TypeDoc's. */
function finish({ page, specifier, source }: Entry): void {
  const path = join(folder, `${page}.md`);
  const text = mendAnchors(readFileSync(path, "utf8").replace(/^# .+\n/, ""));
  const example = `\`\`\`ts\nimport { … } from "${specifier}";\n\`\`\``;
  writeFileSync(
    path,
    `---\neditLink: false\noutline: [2, 3]\n---\n\n# ${specifier}\n\n${purposeOf(source)}\n\n${example}\n${text}`,
  );
}

/** TypeDoc numbers an anchor after a name it knows and does not print; such a link leads to the heading there is. */
function mendAnchors(text: string): string {
  const places = new Set<string>();
  for (const [, heading = ""] of text.matchAll(/^#{2,6} (.+)$/gm)) {
    const slug = slugOf(heading.replaceAll("\\", ""));
    places.add(numbered(slug, places));
  }
  for (const [, id = ""] of text.matchAll(/<a id="([^"]+)">/g)) places.add(id);
  return text.replace(/\]\(#([\w-]+?)(-\d+)?\)/g, (link: string, name: string, number: string | undefined) =>
    number !== undefined && !places.has(name + number) && places.has(name) ? `](#${name})` : link,
  );
}

function numbered(slug: string, taken: ReadonlySet<string>): string {
  if (!taken.has(slug)) return slug;
  for (let i = 1; ; i++) if (!taken.has(`${slug}-${i}`)) return `${slug}-${i}`;
}

function purposeOf(source: string): string {
  const [, comment = ""] = /^\/\*\*([\s\S]*?)\*\//.exec(readFileSync(source, "utf8")) ?? [];
  return comment.replace(/^\s*\* ?/gm, "").trim();
}

function indexPage(entries: readonly Entry[]): string {
  const rows = entries.map(
    ({ specifier, page, source }) => `| [\`${specifier}\`](${page}.md) | ${purposeOf(source).replaceAll("\n", " ")} |`,
  );
  return [
    "# API reference",
    "",
    "Every entry point of every package, from the declarations and docstrings of the sources.",
    "",
    "| import from | what it has |",
    "|---|---|",
    ...rows,
    "",
  ].join("\n");
}

interface SidebarItem {
  readonly text: string;
  readonly link: string;
}

/** One item for each entry point, those of core first. */
export function apiSidebar(): { text: string; items: SidebarItem[] }[] {
  const items = publicEntries().map(({ specifier, page }) => ({ text: specifier, link: `/api/${page}` }));
  const groups = { core: "@hubspoke/core", storage: "@hubspoke/storage-", testing: "@hubspoke/testing" };
  const isOther = ({ text }: SidebarItem): boolean => !Object.values(groups).some((start) => text.startsWith(start));
  return [
    { text: "Core", items: items.filter(({ text }) => text.startsWith(groups.core)) },
    { text: "Storage", items: items.filter(({ text }) => text.startsWith(groups.storage)) },
    { text: "Testing", items: items.filter(({ text }) => text.startsWith(groups.testing)) },
    { text: "Frameworks, machines, command line", items: items.filter(isOther) },
  ];
}
