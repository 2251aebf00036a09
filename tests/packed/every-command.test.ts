/** Every command there is, spawned from the packed binary: exit code, stdout, `--json`. In the order of a day's work. */
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Command, command, leadsConfig } from "./command.ts";
import { type Consumer, createConsumer } from "./consumer.ts";

let consumer: Consumer;
let hubspoke: Command;
let receiver: Server;
const said: string[] = [];

beforeAll(async () => {
  consumer = createConsumer();
  hubspoke = await command(consumer, 3);
  Object.assign(hubspoke.env, { HUBSPOT_WEBHOOK_SECRET: "the-app-secret-of-this-test" });
  writeFileSync(join(consumer.path, "hubspoke.config.ts"), leadsConfig);
  receiver = createServer((request, response) => {
    request.resume().on("end", () => response.writeHead(204).end());
  }).listen(0, "127.0.0.1");
  await once(receiver, "listening");
}, 120_000);

afterAll(async () => {
  receiver?.close();
  await hubspoke?.stop();
  consumer?.remove();
});

interface Row {
  /** By words; a function where an id is only known then. */
  readonly argv: () => readonly string[] | Promise<readonly string[]>;
  readonly code?: number;
  readonly says: RegExp;
  /** What `--json` prints, called after the text was; absent where a second call would be another. */
  readonly json: unknown;
  readonly jsonCode?: number;
  readonly jsonArgv?: () => readonly string[] | Promise<readonly string[]>;
  readonly before?: () => unknown;
}

const to = (): string[] => ["--to", `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`];
const words = (...argv: string[]) => ({ argv: () => argv });
const contactsUrl = (): string => `${hubspoke.env.HUBSPOT_API_BASE_URL}/crm/objects/2026-09/contacts`;

async function call(method: string, path: string, body: object): Promise<{ readonly id: string }> {
  const headers = { authorization: `Bearer ${hubspoke.env.HUBSPOT_ACCESS_TOKEN}`, "content-type": "application/json" };
  const answer = await fetch(contactsUrl() + path, { method, headers, body: JSON.stringify(body) });
  return (await answer.json()) as { readonly id: string };
}

/** Both sides change one name, which is a conflict to be reviewed. */
async function conflict(): Promise<void> {
  const crm = new DatabaseSync(join(consumer.path, "crm.db"), { timeout: 5_000 });
  crm.exec("update leads set name = 'Ours' where email = 'ada@example.com'");
  crm.close();
  await call("PATCH", "/ada@example.com?idProperty=email", { properties: { lastname: "Theirs" } });
}

function leadId(): string {
  const crm = new DatabaseSync(join(consumer.path, "crm.db"), { timeout: 5_000 });
  const lead = crm.prepare("select id from leads where email = 'ada@example.com'").get() as { id: string };
  crm.close();
  return lead.id;
}

/** Another library has a grant of the app that `command` gave the simulator. */
async function grantedElsewhere(): Promise<void> {
  const { clientId, clientSecret, redirectUri, scope, config } = hubspoke.app;
  writeFileSync(join(consumer.path, "oauth.config.ts"), config);
  const named = { client_id: clientId, redirect_uri: redirectUri };
  const url = hubspoke.env.HUBSPOT_API_BASE_URL;
  const agreed = await fetch(`${url}/oauth/authorize?${new URLSearchParams({ ...named, scope })}`, {
    redirect: "manual",
  });
  const code = new URL(agreed.headers.get("location") ?? "about:blank").searchParams.get("code") ?? "";
  const body = new URLSearchParams({ ...named, client_secret: clientSecret, grant_type: "authorization_code", code });
  const answer = await fetch(`${url}/oauth/v3/token`, { method: "POST", body });
  const { refresh_token } = (await answer.json()) as { readonly refresh_token: string };
  Object.assign(hubspoke.env, { OLD_CLIENT_SECRET: clientSecret, OLD_TOKEN: refresh_token });
}

const ada = { firstname: "Ada", lastname: "Byron", email: "ada@example.com", phone: "(902) 555-1234" };

const rows: Readonly<Record<string, Row>> = {
  migrate: { ...words("migrate"), says: /From version 0 to \d+/, json: { to: expect.any(Number), applied: [] } },
  doctor: { ...words("doctor"), says: /ok +token/, json: { ok: true, portalId: "62515" } },
  lookup: {
    ...words("lookup", "902 555 1234"),
    before: () => call("POST", "", { properties: ada }),
    says: /Ada Byron/,
    json: { ok: true, contact: { firstName: "Ada" } },
  },
  search: { ...words("search", "ada"), says: /Ada Byron/, json: { contacts: [{ fullName: "Ada Byron" }] } },
  "sync plan": { ...words("sync", "plan"), says: /leads/, json: { sync: "leads", equal: false } },
  "sync backfill": { ...words("sync", "backfill"), says: /backfill done/, json: { state: "done" } },
  "sync status": { ...words("sync", "status"), says: /leads/, json: [{ sync: "leads", on: true, linked: 4 }] },
  "sync pause": {
    ...words("sync", "pause", "--reason", "a test"),
    says: /leads is paused/,
    json: { sync: "leads", paused: true },
  },
  "sync resume": { ...words("sync", "resume"), says: /leads goes on/, json: { sync: "leads", paused: false } },
  "sync reconcile": { ...words("sync", "reconcile"), says: /both sides were equal/, json: { equal: true } },
  "sync run": { ...words("sync", "run", "--once"), says: /./, json: { idle: expect.any(Boolean) } },
  "sync explain": {
    argv: () => ["sync", "explain", "--local", leadId()],
    says: /name/,
    json: { sync: "leads", quarantined: false },
  },
  "conflicts list": {
    ...words("conflicts", "list"),
    before: async () => {
      await conflict();
      await hubspoke.run("sync", "reconcile");
    },
    says: /name/,
    json: { items: [{ field: "name", status: "open" }] },
  },
  "conflicts resolve": {
    ...words("conflicts", "resolve", "nobody-has-this-id", "local"),
    code: 1,
    says: /^$/,
    jsonArgv: async () => {
      const { items } = JSON.parse((await hubspoke.run("conflicts", "list", "--json")).out) as {
        readonly items: readonly { readonly id: string }[];
      };
      return ["conflicts", "resolve", items[0]?.id ?? "", "local"];
    },
    json: { resolved: true },
  },
  "quarantine list": { ...words("quarantine", "list"), says: /None/, json: { items: [] } },
  "quarantine replay": { ...words("quarantine", "replay"), says: /0/, json: { marked: 0 } },
  "webhooks send": {
    argv: () => ["webhooks", "send", "contact.creation", "--object", "7", "--portal", "62515", ...to()],
    says: /Accepted with 204/,
    json: { status: 204 },
  },
  "webhooks tail": {
    argv: () => ["webhooks", "tail", "--once", "--since", "60", ...to()],
    says: /./,
    json: { source: "search", refused: 0 },
  },
  "webhooks replay": { ...words("webhooks", "replay"), says: /0 will be handled again/, json: expect.anything() },
  "schema plan": {
    ...words("schema", "plan", "--check"),
    code: 1,
    says: /\+ property contacts.crm_tier {2}enumeration/,
    json: { inSync: false },
    jsonCode: 1,
  },
  "schema apply": { ...words("schema", "apply"), says: /as declared/, json: { ok: true } },
  "app init": {
    ...words("app", "init", "--name", "Club", "--webhook-url", "https://app.example.com/hubspot/webhooks"),
    says: /src\/app\/app-hsmeta.json/,
    jsonArgv: () => ["app", "init", "--dir", "other"],
    json: { scopes: expect.arrayContaining(["crm.objects.contacts.write", "files"]) },
  },
  "app diff": {
    ...words("app", "diff", "--webhook-url", "https://other.example.com/hubspot/webhooks"),
    code: 1,
    says: /\+ target https:\/\/other.example.com/,
    json: { ok: false, drift: [{ what: "target" }] },
    jsonCode: 1,
  },
  "pull-types": {
    ...words("pull-types", "--out", "pulled.ts"),
    says: /pulled.ts/,
    jsonArgv: () => ["pull-types", "--out", "pulled.ts", "--check"],
    json: expect.anything(),
  },
  "keys status": { ...words("keys", "status"), says: /k1/, json: { current: "k1", missing: [] } },
  "keys rotate": { ...words("keys", "rotate"), says: /./, json: expect.anything() },
  "oauth import": {
    ...words("oauth", "import", "--config", "oauth.config.ts", "--tenant", "granted", "--token-env", "OLD_TOKEN"),
    before: grantedElsewhere,
    says: /granted is connected to account 62515/,
    json: { imported: false, connected: true, portalId: "62515" },
  },
  "privacy export": {
    ...words("privacy", "export", "--email", "ada@example.com"),
    says: /ada@example.com|contacts|links/i,
    json: expect.anything(),
  },
  "privacy erase": {
    ...words("privacy", "erase", "--email", "ada@example.com", "--yes"),
    says: /Erased and kept out/,
    json: { removed: expect.anything() },
  },
  "privacy readmit": {
    ...words("privacy", "readmit", "--email", "ada@example.com"),
    says: /removed/,
    json: { removed: expect.any(Number) },
  },
  init: {
    ...words("init", "fresh", "--target", "hono"),
    says: /src\/server.ts/,
    jsonArgv: () => ["init", "fresher", "--target", "workers"],
    json: { target: "workers", files: expect.arrayContaining(["src/worker.ts"]) },
  },
};

describe("every command", () => {
  for (const [name, row] of Object.entries(rows)) {
    it(name, async () => {
      await row.before?.();
      const argv = await row.argv();
      const text = await hubspoke.run(...argv);
      said.push(text.out, text.err);
      expect(text, text.err).toMatchObject({ code: row.code ?? 0, out: expect.stringMatching(row.says) });
      const json = await hubspoke.run(...((await row.jsonArgv?.()) ?? argv), "--json");
      said.push(json.out, json.err);
      expect(json.code, json.out + json.err).toBe(row.jsonCode ?? 0);
      expect(json.out.trimEnd().split("\n")).toHaveLength(1);
      expect({ printed: JSON.parse(json.out) as unknown }).toMatchObject({ printed: row.json });
    });
  }

  it("is here: nothing in the help was left out", async () => {
    const listed = async (argv: readonly string[]): Promise<readonly string[]> => {
      const { out } = await hubspoke.run(...argv, "--help");
      const section = /\nCommands:\n([\s\S]*)$/.exec(out)?.[1] ?? "";
      return [...section.matchAll(/^ {2}([a-z][a-z-]*)/gm)].flatMap(([, name]) =>
        name === "help" ? [] : [name ?? ""],
      );
    };
    const all: string[] = [];
    for (const name of await listed([])) {
      const below = name === "simulate" ? [] : await listed([name]);
      all.push(...(below.length === 0 ? [name] : below.map((one) => `${name} ${one}`)));
    }
    // The simulator that served all of this was `simulate --json`.
    expect(Object.keys(rows).concat("simulate").toSorted()).toEqual(all.toSorted());
  });

  it("has printed no secret", () => {
    const { HUBSPOT_ACCESS_TOKEN, HUBSPOKE_KEY, HUBSPOT_WEBHOOK_SECRET, OLD_CLIENT_SECRET, OLD_TOKEN } = hubspoke.env;
    for (const secret of [HUBSPOT_ACCESS_TOKEN, HUBSPOKE_KEY, HUBSPOT_WEBHOOK_SECRET, OLD_CLIENT_SECRET, OLD_TOKEN])
      expect(said.join("\n")).not.toContain(secret);
  });
});
