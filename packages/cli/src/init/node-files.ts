const config = `import { sqliteStorage } from "@hubspoke/storage-sqlite";
import { defineConfig } from "hubspoke";
import { makeHubspoke } from "./src/hubspoke.ts";

/** What the command line uses: the same set-up as the server. */
export default defineConfig(() => ({
  hubspoke: makeHubspoke(process.env, { storage: sqliteStorage({ path: process.env.HUBSPOKE_DB ?? "hubspoke.db" }) }),
}));
`;

/** One process that serves and works. Several may run on one database. */
function server(imports: string, serve: string, close: string): string {
  return `${imports}import { sqliteStorage } from "@hubspoke/storage-sqlite";
${serve.includes("express()") ? 'import express from "express";\n' : 'import { Hono } from "hono";\n'}import { authorize } from "./authorize.ts";
import { makeHubspoke } from "./hubspoke.ts";

const hubspoke = makeHubspoke(process.env, {
  storage: sqliteStorage({ path: process.env.HUBSPOKE_DB ?? "hubspoke.db" }),
  // Your pager here: without it nobody hears of a token that was revoked.
  alerts: {
    raise: ({ severity, name, message }) => console.error(severity, name, message),
    clear: (_tenant, key) => console.log("over", key),
  },
});
const { checks } = await hubspoke.verify();
for (const check of checks) console.log(check.ok ? "ok" : "FAILED", check.name, check.ok ? check.detail : check.message);

const mount = { authorize: (request: Request) => authorize(request, process.env.APP_TOKEN) };
const port = Number(process.env.PORT ?? 3000);
${serve}
const stop = new AbortController();
const working = hubspoke.worker().run(stop.signal);
process.once("SIGTERM", end);
process.once("SIGINT", end);

async function end(): Promise<void> {
  stop.abort();
  await working;
  ${close}
  await hubspoke.close();
}
`;
}

export const expressFiles: Readonly<Record<string, string>> = {
  "hubspoke.config.ts": config,
  "src/server.ts": server(
    'import { expressRouter } from "@hubspoke/express";\n',
    `const app = express();
// Before any body parser: webhooks are verified on the bytes that HubSpot sent.
app.use("/hubspot", expressRouter(hubspoke, mount));
const server = app.listen(port, (error) => {
  if (error) throw error;
  const address = server.address();
  console.log(\`listening on http://localhost:\${typeof address === "object" ? address?.port : port}\`);
});
`,
    "server.close();",
  ),
};

export const honoFiles: Readonly<Record<string, string>> = {
  "hubspoke.config.ts": config,
  "src/server.ts": server(
    'import { serve } from "@hono/node-server";\nimport { honoRouter } from "@hubspoke/hono";\n',
    `const app = new Hono();
app.route("/hubspot", honoRouter(hubspoke, mount));
const server = serve({ fetch: app.fetch, port }, (address) => {
  console.log(\`listening on http://localhost:\${address.port}\`);
});
`,
    "server.close();",
  ),
};
