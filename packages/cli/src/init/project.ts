import manifest from "../../package.json" with { type: "json" };
import { expressFiles, honoFiles } from "./node-files.ts";
import { sharedFiles } from "./shared-files.ts";
import { workersFiles } from "./workers-files.ts";

export const targets = ["express", "hono", "workers"] as const;
export type Target = (typeof targets)[number];

/** Packages of others, in the versions this library is developed against. A test compares them. */
export const versions = {
  "@hono/node-server": "^2.1.8",
  "@types/express": "^5.0.6",
  "@types/node": "^24.0.0",
  express: "^5.3.0",
  hono: "^4.13.19",
  msw: "^3.0.5",
  typescript: "~6.0.3",
  wrangler: "^4.164.0",
} as const;

interface Parts {
  readonly files: Readonly<Record<string, string>>;
  readonly own: readonly string[];
  readonly others: readonly (keyof typeof versions)[];
  readonly dev: readonly (keyof typeof versions)[];
  readonly start: string;
  readonly environment: string;
}

const node = { start: "node --env-file=.env src/server.ts", environment: ".env" } as const;
const parts: Readonly<Record<Target, Parts>> = {
  express: {
    ...node,
    files: expressFiles,
    own: ["@hubspoke/express", "@hubspoke/storage-sqlite"],
    others: ["express"],
    dev: ["@types/express"],
  },
  hono: {
    ...node,
    files: honoFiles,
    own: ["@hubspoke/hono", "@hubspoke/storage-sqlite"],
    others: ["hono", "@hono/node-server"],
    dev: [],
  },
  workers: {
    files: workersFiles,
    own: ["@hubspoke/storage-d1"],
    others: [],
    dev: ["wrangler"],
    start: "wrangler dev",
    environment: ".dev.vars",
  },
};

/** Every file of a new project, by path. `name` is the folder's. */
export function projectFiles(target: Target, name: string): Readonly<Record<string, string>> {
  const { files, own, others, dev, start, environment } = parts[target];
  const ours = (names: readonly string[]) => names.map((one) => [one, `^${manifest.version}`] as const);
  const theirs = (names: readonly (keyof typeof versions)[]) => names.map((one) => [one, versions[one]] as const);
  const described = {
    name:
      name
        .toLowerCase()
        .replace(/[^a-z0-9._-]+/g, "-")
        .replace(/^[._-]+/, "") || "hubspoke-app",
    private: true,
    type: "module",
    engines: { node: ">=22.19" },
    scripts: {
      start,
      test: "node --test test/*.test.ts",
      types: "tsc",
      hubspoke: `node --env-file=${environment} node_modules/hubspoke/dist/bin.js`,
    },
    dependencies: Object.fromEntries([...ours(["@hubspoke/core", ...own]), ...theirs(others)]),
    devDependencies: Object.fromEntries([
      ...ours(["@hubspoke/testing", "hubspoke"]),
      ...theirs([...dev, "@types/node", "msw", "typescript"]),
    ]),
  };
  return {
    "package.json": `${JSON.stringify(described, null, 2)}\n`,
    ...sharedFiles,
    ...files,
    ".env.example": example,
    "README.md": readme(described.name, environment),
  };
}

const example = `# A private app's token or a service key; or that of a simulator, with its address.
HUBSPOT_ACCESS_TOKEN=
# HUBSPOT_API_BASE_URL=http://127.0.0.1:4010
# 32 bytes: openssl rand -base64 32
HUBSPOKE_KEY=
# How numbers written without a country are read.
HUBSPOKE_DEFAULT_REGION=CA
# What your own program shows to be let in: see src/authorize.ts.
APP_TOKEN=
# Webhooks: the app's client secret, and the address exactly as the app's settings have it. Without them the route is off.
# HUBSPOT_WEBHOOK_SECRET=
# HUBSPOT_WEBHOOK_URL=https://app.example.com/hubspot/webhooks
`;

function readme(name: string, environment: string): string {
  return `# ${name}

You need Node 22.19 or newer.

\`\`\`sh
npm install
cp .env.example ${environment}         # and fill it in
npm run hubspoke -- doctor     # is everything well?
npm test                       # a lookup, without a HubSpot account
npm start
\`\`\`

No account? \`npx hubspoke simulate --port 4010 --contacts 50\` prints an address and a token for \`${environment}\`, and
\`npm run hubspoke -- search an\` shows who is in it: Mateo Moreau, for one.

\`\`\`sh
curl -H "authorization: Bearer <APP_TOKEN>" http://localhost:${environment === ".env" ? "3000" : "8787"}/hubspot/contacts/lookup/+16178803027
\`\`\`
`;
}
