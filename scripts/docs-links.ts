/** Looks at a built site as a browser would: every link leads to a page and a place on it, and nothing comes from elsewhere. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, posix } from "node:path";

export interface SiteReport {
  readonly pages: number;
  readonly links: number;
  /** Sentences, one for each thing that is wrong. */
  readonly problems: readonly string[];
}

export function checkSite(folder: string, base = "/"): SiteReport {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const pages = new Map(
    files.filter((file) => file.endsWith(".html")).map((file) => [file, readFileSync(join(folder, file), "utf8")]),
  );
  const places = new Map([...pages].map(([file, html]) => [file, idsOf(html)]));
  const problems: string[] = [];
  let links = 0;
  for (const [file, html] of pages) {
    for (const href of hrefsOf(html)) {
      links++;
      const problem = problemOf(href, file, { folder, base, places });
      if (problem !== null) problems.push(`${file}: ${href} ${problem}`);
    }
    if (!/<h1\b/.test(html) && file !== "404.html")
      problems.push(`${file}: has no heading, so nothing of it was rendered`);
    for (const address of loadedFromElsewhere(html)) problems.push(`${file}: loads ${address}`);
  }
  for (const file of files.filter((name) => name.endsWith(".css"))) {
    for (const [, address = ""] of readFileSync(join(folder, file), "utf8").matchAll(/url\(["']?(https?:[^"')]+)/g))
      problems.push(`${file}: loads ${address}`);
  }
  return { pages: pages.size, links, problems };
}

interface Site {
  readonly folder: string;
  readonly base: string;
  readonly places: ReadonlyMap<string, ReadonlySet<string>>;
}

function problemOf(href: string, file: string, { folder, base, places }: Site): string | null {
  if (/^(?:https?:|mailto:)/.test(href)) return null;
  const [path = "", anchor] = href.split("#");
  if (path.startsWith("/") && !path.startsWith(base)) return `is not under ${base}`;
  const from = path.startsWith("/") ? path.slice(base.length) : posix.join(posix.dirname(file), path);
  const target = path === "" ? file : asFile(folder, decodeURIComponent(from));
  if (target === null) return "leads nowhere";
  if (anchor === undefined || anchor === "" || !target.endsWith(".html")) return null;
  return places.get(target)?.has(decodeURIComponent(anchor)) ? null : `has no such place in ${target}`;
}

function asFile(folder: string, path: string): string | null {
  const clean = posix.normalize(path).replace(/^\.\/?|\/$/g, "");
  const candidates = [clean, `${clean}.html`, posix.join(clean, "index.html")];
  return candidates.find((one) => existsSync(join(folder, one)) && statSync(join(folder, one)).isFile()) ?? null;
}

function idsOf(html: string): ReadonlySet<string> {
  return new Set([...html.matchAll(/\sid="([^"]+)"/g)].map(([, id = ""]) => unescaped(id)));
}

function hrefsOf(html: string): string[] {
  return [...html.matchAll(/<a\b[^>]*?\shref="([^"]*)"/g)].map(([, href = ""]) => unescaped(href));
}

function loadedFromElsewhere(html: string): string[] {
  const tags = html.matchAll(/<(?:script|img|link|iframe|source)\b[^>]*?\s(?:src|href)="((?:https?:)?\/\/[^"]+)"/g);
  return [...tags].map(([, address = ""]) => address);
}

function unescaped(text: string): string {
  return text.replaceAll("&amp;", "&").replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll("&lt;", "<");
}
