/** `llms.txt` and `llms-full.txt`: the same pages for readers that take plain text. */
import { dirname, posix } from "node:path";
import { pageGroups, textOf, titleOf } from "./docs-pages.ts";

const summary =
  "HubSpot inside a product: a headless TypeScript SDK with a typed client that stays inside HubSpot's rate limits, phone to contact lookup over an encrypted cache, verified webhooks and a two-way sync engine. Node and Cloudflare Workers; SQLite, Postgres and D1; a HubSpot simulator for tests.";

/** The pages with a heading, an address and a first sentence each. */
export function llmsIndex(): string {
  const groups = pageGroups.map(({ heading, pages }) => {
    const lines = pages.map((page) => `- [${titleOf(page)}](${page}.md): ${firstSentence(textOf(page))}`);
    return `## ${heading}\n\n${lines.join("\n")}`;
  });
  return `# Hubspoke\n\n> ${summary}\n\n${groups.join("\n\n")}\n`;
}

/** Every page after the other, each under its path, links made whole. Generated lists of thousands of lines stay out. */
export function llmsFull(): string {
  const pages = pageGroups.flatMap((group) => group.pages).filter((page) => page !== "architecture/ports");
  return `${pages.map((page) => `<!-- ${page}.md -->\n\n${absolute(textOf(page), dirname(page)).trim()}`).join("\n\n")}\n`;
}

function firstSentence(text: string): string {
  const prose = text
    .replace(/^---\n[\s\S]*?\n---\n|<!--[\s\S]*?-->|^```[\s\S]*?^```/gm, "")
    .split(/\n{2,}/)
    .map((part) => part.trim())
    .find((part) => part !== "" && !/^[#|!<]/.test(part));
  const plain = (prose ?? "").replaceAll("\n", " ").replace(/\[([^\]]+)\]\([^)]*\)/g, "$1");
  return /^.+?[.:?](?= |$)/.exec(plain)?.[0].replace(/:$/, ".") ?? plain;
}

/** Links from the folder of the site; a file that is not on the site is named without one. */
function absolute(text: string, folder: string): string {
  return text
    .replace(/<!--[\s\S]*?-->\n*/g, "")
    .replace(/\[([^\]]*)\]\((?![a-z]+:|#|\/)([^)\s]+)\)/gi, (_, words: string, target: string) => {
      const path = posix.normalize(posix.join(folder, target));
      return path.startsWith("../") ? words : `[${words}](${path})`;
    });
}
