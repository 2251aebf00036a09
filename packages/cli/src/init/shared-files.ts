/** Files every target has. Text of programs: what a person reads first, so each says what to put in its place. */
export const sharedFiles: Readonly<Record<string, string>> = {
  // Any database in a file, with what SQLite puts beside it: hubspoke.db, and the product's own, hold people's data.
  ".gitignore": "node_modules\n.env\n.dev.vars\n.wrangler\n*.db\n*.db-*\n",
  "tsconfig.json": `${JSON.stringify(
    {
      compilerOptions: {
        target: "ES2023",
        lib: ["ES2023", "ESNext.Disposable", "DOM", "DOM.Iterable", "DOM.AsyncIterable"],
        module: "NodeNext",
        moduleResolution: "NodeNext",
        strict: true,
        noUncheckedIndexedAccess: true,
        verbatimModuleSyntax: true,
        erasableSyntaxOnly: true,
        allowImportingTsExtensions: true,
        skipLibCheck: true,
        types: ["node"],
        noEmit: true,
      },
      include: ["*.ts", "src", "test"],
    },
    null,
    2,
  )}\n`,
  "src/hubspoke.ts": `import { configFromEnv, createHubSpoke, type Hubspoke, type HubspokeOptions } from "@hubspoke/core";

type Environment = Readonly<Record<string, string | undefined>>;

/** The one instance of this program. Declare syncs and webhook handlers here, so that every process knows them. */
export function makeHubspoke(
  env: Environment,
  options: Pick<HubspokeOptions, "storage"> & Partial<Omit<HubspokeOptions, "auth" | "keys">>,
): Hubspoke {
  return createHubSpoke({ ...configFromEnv(env), ...options });
}
`,
  "src/authorize.ts": `import type { AuthorizeAnswer } from "@hubspoke/core/webhooks";

/** Who is asking. Put your own session in place of APP_TOKEN: a tenant of yours, and a person with a role. */
export function authorize(request: Request, appToken: string | undefined): AuthorizeAnswer {
  if (!appToken || request.headers.get("authorization") !== \`Bearer \${appToken}\`) return { denied: "no session" };
  return { tenant: "default", actor: { id: "someone", role: "support" } };
}
`,
  "test/lookup.test.ts": `import assert from "node:assert/strict";
import { test } from "node:test";
import { fetchTransport } from "@hubspoke/core";
import { memoryStorage } from "@hubspoke/core/memory";
import { createHubSpotSimulator } from "@hubspoke/testing";
import { setupServer } from "msw/node";
import { makeHubspoke } from "../src/hubspoke.ts";

test("a caller has a name", async () => {
  const hubspot = createHubSpotSimulator();
  hubspot.portal().contacts.create({ firstname: "Ada", lastname: "Byron", phone: "(902) 555-1234" });
  const network = setupServer(...(await hubspot.mswHandlers()));
  network.listen();
  const env = { HUBSPOT_ACCESS_TOKEN: hubspot.token, HUBSPOKE_KEY: "11".repeat(32), HUBSPOKE_DEFAULT_REGION: "CA" };
  const hubspoke = makeHubspoke(env, {
    storage: memoryStorage(),
    transport: fetchTransport((url, init) => fetch(url, init)),
  });
  const ctx = { tenant: "default", actor: { id: "test", role: "support" } };
  const found = await hubspoke.directory.lookupByPhone("902 555 1234", ctx);
  assert.equal(found.ok && found.contact?.fullName, "Ada Byron");
  await hubspoke.close();
  network.close();
});
`,
};
