import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { benchmarksPage, stalePictures } from "../scripts/benchmarks-doc.ts";
import { slugOf } from "../scripts/docs-markdown.ts";
import { environmentPage } from "../scripts/environment-doc.ts";
import { fill, isFresh } from "../scripts/generated.ts";
import { floorTable, packagePicture, packagesPage } from "../scripts/packages-doc.ts";
import { portsPage } from "../scripts/ports-doc.ts";
import { securityPage } from "../scripts/security-doc.ts";
import { showAll, simulatorPage } from "../scripts/simulator-doc.ts";
import { syncPage } from "../scripts/sync-doc.ts";
import { repositoryFiles, root } from "../scripts/workspace.ts";

describe("generated pages", () => {
  for (const page of [
    benchmarksPage,
    environmentPage,
    packagesPage,
    portsPage,
    securityPage,
    simulatorPage,
    syncPage,
  ]) {
    it(`${page.path} shows what the code has`, async () => {
      expect(await isFresh(page), `stale: ${page.command}`).toBe(true);
    });
  }

  it("the pictures of benchmarks show what was recorded", () => {
    expect(stalePictures(), `stale: ${benchmarksPage.command}`).toEqual([]);
  });

  it("a section is replaced between its marks, and a page without the marks is refused", () => {
    const page = "before\n<!-- generated:one -->\nold\n<!-- /generated -->\nafter\n";
    const filled = fill(page, { one: "new" });
    expect(filled).toBe("before\n<!-- generated:one -->\n\nnew\n\n<!-- /generated -->\nafter\n");
    expect(fill(filled, { one: "new" })).toBe(filled);
    expect(() => fill(page, { two: "new" })).toThrow("generated:two");
  });

  it("the simulator's page claims nothing that no test shows", async () => {
    const row = { id: "some.claim", says: "Something.", fact: "none C" } as const;
    await expect(showAll({ Some: [row] })).rejects.toThrow("some.claim: no test shows it");
    const idle = { ...row, shown: async () => {} };
    await expect(showAll({ Some: [idle] })).rejects.toThrow("some.claim: its test made no call");
    const wrong = { ...row, asked: () => Promise.reject(new Error("differs")) };
    await expect(showAll({ Some: [wrong] })).rejects.toThrow("some.claim: differs");
  });

  it("CONTRIBUTING has a row for every command", () => {
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    const page = readFileSync(join(root, "CONTRIBUTING.md"), "utf8");
    const rows = page.split("\n").filter((line) => line.startsWith("|"));
    const named = (name: string) => new RegExp(`\`(?:npx -y pnpm@12 )?${name}[ \`]`);
    expect(Object.keys(scripts).filter((name) => !rows.some((row) => named(name).test(row)))).toEqual([]);
  });

  it("the pictures follow the edges", () => {
    const edges = [
      { from: "packages/storage-sqlite/src/index.ts", to: "packages/core/src/ports.ts" },
      { from: "packages/core/src/cache/a.ts", to: "packages/core/src/ports/cache-store.ts" },
      { from: "packages/core/src/cache/a.ts", to: "packages/core/src/util/b.ts" },
      { from: "packages/core/src/create-hubspoke.ts", to: "packages/core/src/cache/a.ts" },
    ];
    expect(packagePicture(edges)).toContain('storage-sqlite -->|"/ports"| core');
    expect(packagePicture(edges)).not.toContain("core -->");
    expect(floorTable(edges)).toContain("| `cache/` | util, ports |");
    expect(floorTable(edges)).toContain("| `create-hubspoke.ts` | cache |");
    expect(floorTable(edges)).not.toContain("`phone/`");
  });
});

describe("links between pages", () => {
  const pages = repositoryFiles().filter((file) => file.endsWith(".md"));
  it.each(pages)("%s leads only to files that exist, and to places that are on them", (page) => {
    const links = linksOf(readFileSync(join(root, page), "utf8"));
    const dead = links.filter(([file = "", anchor]) => {
      const target = file === "" ? page : join(dirname(page), file);
      if (!existsSync(join(root, target))) return true;
      return anchor !== undefined && target.endsWith(".md") && !placesOf(target).has(anchor);
    });
    expect(dead.map((link) => link.join("#"))).toEqual([]);
  });

  it("a place is called as GitHub and the site call it, the second of a name by a number", () => {
    const places = placesOfText(
      '# One: `two_three`, (four)\n\n## Again\n\n## Again\n\n<a id="5"></a>\n\n```\n# no\n```\n',
    );
    expect([...places]).toEqual(["one-two_three-four", "again", "again-1", "5"]);
    expect(linksOf("[a](b.md#c) [d](https://x.example) `[e](f)` [g](#h)")).toEqual([
      ["b.md", "c"],
      ["", "h"],
    ]);
  });
});

/** Files and places that a page leads to, inside the repository. */
function linksOf(text: string): (readonly [file: string, anchor?: string])[] {
  const targets = [...withoutCode(text).matchAll(/\]\(([^)\s]+)(?: "[^"]*")?\)/g)].map((match) => match[1] ?? "");
  return targets
    .filter((target) => !/^(?:https?:|mailto:)/.test(target))
    .map((target) => {
      const [file = "", anchor] = target.split("#");
      return anchor === undefined ? [file] : [file, anchor];
    });
}

const withoutCode = (text: string): string => text.replace(/^```[\s\S]*?^```/gm, "").replace(/`[^`\n]*`/g, "");
const placesOf = (page: string): ReadonlySet<string> => placesOfText(readFileSync(join(root, page), "utf8"));

function placesOfText(text: string): ReadonlySet<string> {
  const places = new Set<string>();
  for (const [, heading, id] of text.replace(/^```[\s\S]*?^```/gm, "").matchAll(/^#{1,6} (.+)$|<a id="([^"]+)"/gm)) {
    const slug = slugOf(heading ?? id ?? "");
    let name = slug;
    for (let i = 1; places.has(name); i++) name = `${slug}-${i}`;
    places.add(name);
  }
  return places;
}
