/** The site of this folder. Built by `npx -y pnpm@12 docs:site`; pages and their order are in scripts/docs-pages.ts. */
import { defineConfig, type UserConfig } from "vitepress";
import { siteMarkdown, slugOf } from "../../scripts/docs-markdown.ts";
import { pageGroups, routeOf, shortNameOf } from "../../scripts/docs-pages.ts";
import { apiSidebar } from "../../scripts/docs-reference.ts";

const sidebar = pageGroups.map(({ heading, pages }) => ({
  text: heading,
  items: pages.map((page) => ({ text: shortNameOf(page), link: `/${routeOf(page)}` })),
}));

const icon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path d="M8 1v14M2 4.5l12 7M2 11.5l12-7" stroke="#2563eb" stroke-width="1.6"/><circle cx="8" cy="8" r="3" fill="#2563eb"/></svg>';

const config: UserConfig = defineConfig({
  title: "Hubspoke",
  description:
    "HubSpot inside your product: client, phone lookup, webhooks and two-way sync, testable without an account.",
  lang: "en-GB",
  head: [["link", { rel: "icon", href: `data:image/svg+xml,${encodeURIComponent(icon)}` }]],
  base: process.env.DOCS_BASE ?? "/",
  outDir: ".vitepress/dist",
  rewrites: { "errors/README.md": "errors/index.md" },
  ignoreDeadLinks: false,
  markdown: {
    config: siteMarkdown,
    anchor: { slugify: slugOf },
    theme: { light: "github-light-high-contrast", dark: "github-dark" },
  },
  themeConfig: {
    nav: [
      { text: "Start", link: "/start/express", activeMatch: "^/start/" },
      { text: "Guides", link: "/guide/client", activeMatch: "^/guide/" },
      { text: "Operations", link: "/operations" },
      { text: "Errors", link: "/errors/" },
      { text: "API", link: "/api/", activeMatch: "^/api/" },
    ],
    sidebar: { "/api/": apiSidebar(), "/": sidebar },
    outline: { level: [2, 3], label: "On this page" },
    search: { provider: "local", options: { detailedView: false } },
    docFooter: { prev: "Before", next: "Next" },
    externalLinkIcon: false,
  },
});

export default config;
