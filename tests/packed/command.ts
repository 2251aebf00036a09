/** The installed command as a stranger runs it, and the simulator it brings. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Consumer } from "./consumer.ts";

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface OAuthApp {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUri: string;
  readonly scope: string;
  readonly config: string;
}

/** Everything a process was told, kept to be searched for secrets. */
export interface Command {
  readonly env: Record<string, string>;
  /** An app of the simulator that installs by OAuth, and a set-up that names it. */
  readonly app: OAuthApp;
  run(...argv: string[]): Promise<Ran>;
  stop(): Promise<void>;
}

export function binaryIn({ path }: Consumer): string {
  return join(path, "node_modules/hubspoke/dist/bin.js");
}

/** The command in a consumer's folder, with an environment that names a simulator of its own. */
export async function command(consumer: Consumer, contacts: number): Promise<Command> {
  const redirectUri = "http://localhost/hubspot/oauth/callback";
  const scopes = ["oauth", "crm.objects.contacts.read"];
  const [clientId, clientSecret] = ["client-1", "client-secret-of-this-test"];
  const oauthApp = JSON.stringify({ clientId, clientSecret, redirectUris: [redirectUri], scopes });
  const flags = ["simulate", "--json", "--port", "0", "--contacts", String(contacts), "--oauth-app", oauthApp];
  const simulator: ChildProcess = spawn(process.execPath, [binaryIn(consumer), ...flags], { cwd: consumer.path });
  let said = "";
  for await (const line of createInterface({ input: simulator.stdout! })) {
    said = line;
    break;
  }
  const { url, token } = JSON.parse(said) as { readonly url: string; readonly token: string };
  const env: Record<string, string> = {
    HUBSPOT_API_BASE_URL: url,
    HUBSPOT_ACCESS_TOKEN: token,
    HUBSPOKE_KEY: Buffer.alloc(32, 9).toString("base64"),
    HUBSPOKE_DEFAULT_REGION: "CA",
  };
  return {
    env,
    app: { clientId, clientSecret, redirectUri, scope: scopes.join(" "), config: oauthConfig },
    run: (...argv) =>
      new Promise((resolve) => {
        const options = { cwd: consumer.path, env: { PATH: process.env.PATH ?? "", ...env } };
        execFile(process.execPath, [binaryIn(consumer), ...argv], options, (error, out, err) => {
          resolve({ code: error === null ? 0 : Number(error.code), out, err });
        });
      }),
    async stop() {
      simulator.kill("SIGTERM");
      await once(simulator, "exit");
    },
  };
}

/** A set-up beside the first: a database of its own, and an OAuth app. */
const oauthConfig = `import { configFromEnv, createHubSpoke, oauthApp } from "@hubspoke/core";
import { sqliteStorage } from "@hubspoke/storage-sqlite";
import { defineConfig } from "hubspoke";

const { HUBSPOT_API_BASE_URL, HUBSPOKE_KEY, OLD_CLIENT_SECRET } = process.env;
const { keys, ...rest } = configFromEnv({ HUBSPOT_API_BASE_URL, HUBSPOKE_KEY });
const auth = oauthApp({ clientId: "client-1", clientSecret: OLD_CLIENT_SECRET!,
  redirectUri: "http://localhost/hubspot/oauth/callback", scopes: ["oauth", "crm.objects.contacts.read"] });
export default defineConfig(() => ({
  hubspoke: createHubSpoke({ ...rest, auth, keys: keys!, storage: sqliteStorage({ path: "oauth.db" }) }),
}));
`;

/** `hubspoke.config.ts` of a product with a table of its own, synced with contacts. */
export const leadsConfig = `import { DatabaseSync } from "node:sqlite";
import { configFromEnv, createHubSpoke } from "@hubspoke/core";
import { field } from "@hubspoke/core/sync";
import { installOutbox, kyselySource, nodeSqliteDialect } from "@hubspoke/storage-kysely";
import { sqliteStorage } from "@hubspoke/storage-sqlite";
import { defineConfig } from "hubspoke";
import { Kysely } from "kysely";

interface Lead { id: string; workspace: string; email: string | null; name: string | null }
const table = { table: "leads", tenantColumn: "workspace" } as const;

export default defineConfig(async () => {
  const crm = new Kysely<{ leads: Lead }>({ dialect: nodeSqliteDialect(new DatabaseSync("crm.db")) });
  await crm.schema.createTable("leads").ifNotExists().addColumn("id", "text", (c) => c.primaryKey())
    .addColumn("workspace", "text", (c) => c.notNull()).addColumn("email", "text").addColumn("name", "text").execute();
  await installOutbox(crm, table);
  const { auth, keys, ...rest } = configFromEnv(process.env);
  const hubspoke = createHubSpoke({ ...rest, auth: auth!, keys: keys!, storage: sqliteStorage({ path: "hubspoke.db" }) });
  hubspoke.sync({ name: "leads", object: "contacts", local: kyselySource(crm, table), match: ["email"],
    fields: { email: field("email", { owner: "hubspot" }), name: field("lastname", { rule: "review" }) } });
  const schema = { group: { name: "crm", label: "CRM" },
    objects: { contacts: { properties: [{ name: "crm_tier", type: "dropdown", options: ["a", "b"] }] } } };
  return { hubspoke, tenant: "acme", schema, uses: ["files"] };
});
`;
