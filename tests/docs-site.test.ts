import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { drawGraph } from "../scripts/docs-graph.ts";
import { checkSite } from "../scripts/docs-links.ts";
import { llmsFull, llmsIndex } from "../scripts/docs-llms.ts";
import { siteTarget, slugOf } from "../scripts/docs-markdown.ts";
import { pageGroups, routeOf } from "../scripts/docs-pages.ts";
import { repositoryFiles } from "../scripts/workspace.ts";

/** A built site of a few pages. */
function site(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "hubspoke-site-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  return folder;
}

describe("the site's list of pages", () => {
  it("has every page of docs/ once, but for the pages of error codes, which their index lists", () => {
    const listed = pageGroups.flatMap(({ pages }) => pages);
    const there = repositoryFiles()
      .filter((file) => /^docs\/.+\.md$/.test(file) && !/^docs\/(?:index|errors\/[A-Z_]+)\.md$/.test(file))
      .map((file) => file.slice("docs/".length, -".md".length));
    expect(listed.toSorted()).toEqual(
      [...there, "errors/README"].toSorted().filter((page, i, all) => page !== all[i - 1]),
    );
    expect(routeOf("errors/README")).toBe("errors/");
  });

  it("is llms.txt, with a sentence for each page, and llms-full.txt, with the pages and whole links", () => {
    const lines = llmsIndex()
      .split("\n")
      .filter((line) => line.startsWith("- "));
    expect(lines).toHaveLength(pageGroups.flatMap(({ pages }) => pages).length);
    expect(lines.filter((line) => !/^- \[[^\]]+\]\([\w/-]+\.md\): \S.{10,}$/.test(line))).toEqual([]);
    expect(llmsFull()).toContain("](guide/sync.md#conflicts)");
    expect(llmsFull()).not.toMatch(/\]\(\.\.?\//);
  });
});

describe("a built site", () => {
  const page = (body: string): string => `<html><body><h1 id="top">x</h1>${body}</body></html>`;

  it("with links that lead somewhere is well", () => {
    const folder = site({
      "index.html": page('<a href="/a.html">a</a><a href="/a#there">b</a><a href="/b/">c</a><a href="#top">d</a>'),
      "a.html": page('<h2 id="there">t</h2><a href="https://elsewhere.example">e</a><a href="./b/">f</a>'),
      "b/index.html": page('<a href="../a.html#there">g</a>'),
    });
    expect(checkSite(folder)).toEqual({ pages: 3, links: 7, problems: [] });
  });

  it.each([
    ["a page that is not there", '<a href="/nowhere.html">x</a>', "index.html: /nowhere.html leads nowhere"],
    ["a place that is not there", '<a href="#gone">x</a>', "index.html: #gone has no such place in index.html"],
    ["a font from elsewhere", '<link rel="x" href="https://f.example/x">', "index.html: loads https://f.example/x"],
    ["a script from elsewhere", '<script src="//f.example/x"></script>', "index.html: loads //f.example/x"],
  ])("%s is told", (_, body, problem) => {
    expect(checkSite(site({ "index.html": page(body) })).problems).toEqual([problem]);
  });

  it("a page of which nothing was rendered is told, and a font that a style fetches", () => {
    const folder = site({ "index.html": "<html></html>", "s.css": "a{src:url(https://f.example/x)}" });
    expect(checkSite(folder).problems).toEqual([
      "index.html: has no heading, so nothing of it was rendered",
      "s.css: loads https://f.example/x",
    ]);
  });
});

describe("pages on the site", () => {
  it("lead to each other, to the repository where it is known, and nowhere where it is not", () => {
    expect(siteTarget("sync.md#conflicts", "guide", undefined)).toBe("sync.md#conflicts");
    expect(siteTarget("../errors/README.md", "guide", undefined)).toBe("../errors/index.md");
    expect(siteTarget("../../packages/core/a.ts", "guide", undefined)).toBeNull();
    expect(siteTarget("../CONTRIBUTING.md", ".", "https://host/x/blob/main")).toBe(
      "https://host/x/blob/main/CONTRIBUTING.md",
    );
    expect(siteTarget("https://a.example", "guide", undefined)).toBe("https://a.example");
    expect(slugOf("`owner`: who, and *why*")).toBe("owner-who-and-why");
  });

  it("show a graph as a drawing without detours, and a table of every arrow", () => {
    const drawn = drawGraph('graph TD\n  a["A"]\n  b["B"]\n  c["C"]\n  a -->|"."| b\n  b -->|"/x"| c\n  a --> c\n');
    expect(drawn.match(/marker-end/g)).toHaveLength(2);
    expect(drawn.match(/<tr><td>/g)).toHaveLength(3);
    expect(() => drawGraph("pie")).toThrow("graph TD");
  });
});
