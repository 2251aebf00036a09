/** How the site shows what the pages hold: links out of `docs/`, drawings of graphs. Loaded by docs/.vitepress. */
import { dirname, posix } from "node:path";
import type { MarkdownRenderer } from "vitepress";
import { drawGraph } from "./docs-graph.ts";

type Token = ReturnType<MarkdownRenderer["parse"]>[number];

/** Where the repository can be browsed, up to the path of a file: `https://host/owner/name/blob/main`. */
const repository = process.env.DOCS_REPOSITORY;

export function siteMarkdown(md: MarkdownRenderer): void {
  md.core.ruler.push("hubspoke-links", ({ tokens, env }) => {
    const page: string = env.relativePath ?? "";
    for (const token of tokens) if (token.children) token.children = relink(token.children, dirname(page));
  });
  const fence = md.renderer.rules.fence;
  md.renderer.rules.fence = (tokens, index, options, env, self) => {
    const token = tokens[index];
    if (token?.info.trim() === "mermaid") return drawGraph(token.content);
    return fence?.(tokens, index, options, env, self) ?? "";
  };
  // Braces in code are code and no expression of a Vue template.
  const code = md.renderer.rules.code_inline;
  md.renderer.rules.code_inline = (tokens, index, options, env, self) => {
    tokens[index]?.attrSet("v-pre", "");
    return code?.(tokens, index, options, env, self) ?? "";
  };
}

/** The place of a heading, called as GitHub calls it, so that one link serves both. */
export function slugOf(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}_\- ]/gu, "")
    .replaceAll(" ", "-");
}

/** A link to a file that the site does not have leads to the repository, or is plain text where none is known. */
function relink(children: readonly Token[], folder: string): Token[] {
  const kept: Token[] = [];
  let dropped = 0;
  for (const token of children) {
    const href = token.type === "link_open" ? token.attrGet("href") : null;
    if (href !== null) {
      const target = siteTarget(href, folder);
      if (target === null) {
        dropped++;
        continue;
      }
      token.attrSet("href", target);
    } else if (token.type === "link_close" && dropped > 0) {
      dropped--;
      continue;
    }
    kept.push(token);
  }
  return kept;
}

/** The address on the site; null for a file of the repository when nobody said where that can be browsed. */
export function siteTarget(href: string, folder: string, browse: string | undefined = repository): string | null {
  if (/^(?:[a-z]+:|#|\/)/i.test(href)) return href;
  const [path = "", anchor] = href.split("#");
  const target = posix.normalize(posix.join("docs", folder, path));
  const inside = target.startsWith("docs/") && /\.(?:md|svg)$/.test(target);
  if (!inside) return browse === undefined ? null : `${browse}/${target}`;
  const renamed = path.replace(/(^|\/)README\.md$/, "$1index.md");
  return anchor === undefined ? renamed : `${renamed}#${anchor}`;
}
