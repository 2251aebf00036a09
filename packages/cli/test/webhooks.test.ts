import { join } from "node:path";
import { configFromEnv, createHubSpoke, type Hubspoke } from "@hubspoke/core";
import type { Clock } from "@hubspoke/core/ports";
import { sqliteStorage } from "@hubspoke/storage-sqlite";
import { createVirtualClock, type HubSpotSimulator, type SimulatorOptions } from "@hubspoke/testing";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Io } from "../src/base/io.ts";
import { type Ran, run as runWith, type World, world } from "./cli.fixture.ts";

const publicUrl = "https://app.example.com/webhooks";
const to = ["--to", "http://127.0.0.1:9/webhooks"];
const event = ["--object", "7", "--portal", "62515"];

interface Receiver extends World {
  readonly product: Hubspoke;
  readonly seen: unknown[];
  /** Moves the product's clock on and works off what is due. */
  later(ms: number): Promise<void>;
  go(argv: readonly string[], io?: Partial<Io>): Promise<Ran>;
}

/** A product whose webhook route gets what the command posts. */
async function receiver(options: SimulatorOptions = {}): Promise<Receiver> {
  const there = await world(options);
  Object.assign(there.env, { HUBSPOT_WEBHOOK_SECRET: "the-app-secret", HUBSPOT_WEBHOOK_URL: publicUrl });
  const at = { now: Date.now() };
  const clock: Clock = { now: () => at.now, sleep: async () => {} };
  const { auth, keys, ...rest } = configFromEnv(there.env);
  const product = createHubSpoke({
    ...rest,
    auth: auth!,
    keys: keys!,
    clock,
    storage: sqliteStorage({ path: join(there.folder, "hubspoke.db") }),
  });
  onTestFinished(() => product.close());
  await product.client({ tenant: "default" }).accountInfo();
  await product.verify();
  const seen: unknown[] = [];
  const deliver: typeof fetch = async (given, init) => {
    const request = new Request(given, init);
    seen.push(...((await request.clone().json()) as unknown[]));
    return product.handle(request, { routers: ["webhooks"] });
  };
  return {
    ...there,
    product,
    seen,
    async later(ms) {
      at.now += ms;
      await product.worker().runJob("inbox");
    },
    go: (argv, io = {}) => runWith(argv, { env: there.env, cwd: there.folder, fetch: deliver, ...io }),
  };
}

describe("hubspoke webhooks send", () => {
  it("posts an event that the product takes for HubSpot's", async () => {
    const { go, seen } = await receiver();
    const sent = await go(["webhooks", "send", "contact.propertyChange", ...event, "--property", "phone", ...to]);
    expect(sent).toMatchObject({ code: 0, out: "Accepted with 204.\n", err: "" });
    expect(seen).toMatchObject([{ subscriptionType: "contact.propertyChange", objectId: 7, propertyName: "phone" }]);
  });

  it("notes that HubSpot documents no such event, and sends it", async () => {
    const { go } = await receiver();
    const sent = await go(["webhooks", "send", "contact.propertychange", ...event, ...to]);
    expect(sent).toMatchObject({ code: 0, err: "note: HubSpot documents no event contact.propertychange\n" });
  });

  it("says by its exit code that it was refused, and prints no secret", async () => {
    const { go, env } = await receiver();
    env.OTHER_SECRET = "another-secret";
    const signing = ["--secret-env", "OTHER_SECRET"];
    const sent = await go(["--json", "webhooks", "send", "contact.creation", ...event, ...to, ...signing]);
    expect(sent.code).toBe(1);
    expect(sent.json()).toMatchObject({ status: 401, accepted: false, code: "WEBHOOK_SIGNATURE_INVALID" });
    const said = await go(["webhooks", "send", "contact.creation", ...event, ...to, ...signing]);
    expect(said.out).toMatch(/^Refused with 401: WEBHOOK_SIGNATURE_INVALID; the receiver has another secret, or/);
    const stranger = async () => Response.json({ error: { code: "ann@example.com" } }, { status: 500 });
    expect((await go(["webhooks", "send", "contact.creation", ...event, ...to], { fetch: stranger })).out).toBe(
      "Refused with 500.\n",
    );
    expect(JSON.parse(sent.out)).toMatchObject({ status: 401, accepted: false });
    expect(sent.out + sent.err).not.toContain("another-secret");
  });

  it("takes the secret from a variable, and asks for it where there is none", async () => {
    const { go, env } = await receiver();
    delete env.HUBSPOT_WEBHOOK_SECRET;
    const sent = await go(["webhooks", "send", "contact.creation", ...event, ...to]);
    expect(sent.code).toBe(2);
    expect(sent.err).toContain("HUBSPOT_WEBHOOK_SECRET is not set");
  });

  it("refuses what HubSpot would never send, and says that nobody listens", async () => {
    const { go, env, folder } = await receiver();
    expect((await go(["webhooks", "send", "contact.propertyChange", ...event, ...to])).err).toContain("--property");
    expect((await go(["webhooks", "send", "nonsense", ...event, ...to])).code).toBe(2);
    const plain = ["--to", "http://example.com/x"];
    expect((await go(["webhooks", "send", "contact.creation", ...event, ...plain])).err).toContain("https");
    const alone = await runWith(["webhooks", "send", "contact.creation", ...event, ...to], { env, cwd: folder });
    expect(alone).toMatchObject({ code: 3, err: expect.stringContaining("NETWORK_FAILED") });
  });
});

describe("hubspoke webhooks replay", () => {
  it("lists events whose handlers failed every time, and has them handled again", async () => {
    const { go, product, later } = await receiver();
    const handled: unknown[] = [];
    let mended = false;
    product.on("contact.creation", async (given) => {
      if (!mended) throw new Error("not yet");
      handled.push(given);
    });
    await go(["webhooks", "send", "contact.creation", ...event, ...to]);
    for (let day = 0; day < 20; day++) await later(86_400_000);
    const listed = await go(["webhooks", "replay", "--list", "--json"]);
    const [one] = (JSON.parse(listed.out) as { items: { id: string; type: string }[] }).items;
    expect(one).toMatchObject({ type: "contact.creation" });
    mended = true;
    expect(await go(["webhooks", "replay", one!.id])).toMatchObject({ code: 0, out: "1 will be handled again.\n" });
    await later(1_000);
    expect(handled).toHaveLength(1);
    expect((await go(["webhooks", "replay", "--list"])).out).toBe("None.\n");
  });
});

describe("hubspoke webhooks tail", () => {
  it("polls where there is no journal, and delivers signed copies", async () => {
    const { go, simulator, seen } = await receiver();
    const ada = simulator.portal().contacts.create({ firstname: "Ada", email: "ada@example.com" });
    const tailed = await go(["webhooks", "tail", "--once", "--since", "5", "--json", ...to]);
    expect(tailed.code).toBe(0);
    expect(tailed.err).toContain("by search");
    expect(JSON.parse(tailed.out)).toMatchObject({ source: "search", refused: 0 });
    expect(seen).toContainEqual(
      expect.objectContaining({ objectId: Number(idOf(ada)), subscriptionType: "contact.creation" }),
    );
    expect(tailed.out + tailed.err).not.toContain("ada@example.com");
  });

  it("tells each change once, look after look", async () => {
    const { go, simulator, seen } = await receiver();
    const ada = simulator.portal().contacts.create({ firstname: "Ada" });
    const stop = new AbortController();
    let looks = 0;
    const sleep = async (): Promise<void> => {
      looks++;
      if (looks === 1) simulator.portal().contacts.update(idOf(ada), { firstname: "Augusta" });
      if (looks === 3) stop.abort();
    };
    await go(["webhooks", "tail", "--since", "5", ...to], { sleep, signal: stop.signal });
    const ofAda = (seen as { objectId: number; subscriptionType: string }[]).filter(
      ({ objectId }) => objectId === Number(idOf(ada)),
    );
    expect(ofAda.map(({ subscriptionType }) => subscriptionType)).toEqual([
      "contact.creation",
      "contact.propertyChange",
    ]);
  });

  it("reads the app's journal with the app's own token", async () => {
    const { go, simulator, seen, env } = await receiver({
      clock: createVirtualClock(Date.now()),
      apps: [
        { appId: 7, clientId: "c7", clientSecret: "s7", redirectUris: ["https://app.example/cb"], scopes: ["oauth"] },
      ],
      portals: [{ id: 62515, tokens: [{ token: "pat-sim-62515" }, { token: "seven", appId: 7 }] }],
    });
    env.JOURNAL_TOKEN = await subscribed(simulator);
    const ada = simulator.portal().contacts.create({ firstname: "Ada" });
    simulator.portal().contacts.update(idOf(ada), { lastname: "Byron" });
    simulator.portal().contacts.archive(idOf(ada));
    const journal = ["--journal-token-env", "JOURNAL_TOKEN", "--since", "5"];
    await simulator.advanceClock(2_000);
    const tailed = await go(["webhooks", "tail", "--once", "--json", ...journal, ...to]);
    expect(JSON.parse(tailed.out)).toMatchObject({ source: "journal", refused: 0 });
    const told = (seen as { subscriptionType: string }[]).map(({ subscriptionType }) => subscriptionType);
    expect(told).toContain("contact.creation");
    expect(told).toContain("contact.propertyChange");
    expect(told).toContain("contact.deletion");
    expect(tailed.out + tailed.err).not.toContain(env.JOURNAL_TOKEN);
  });

  it("delivers to this machine only, and says by its exit code that copies were refused", async () => {
    const { go, simulator, env } = await receiver();
    const far = ["--to", "https://example.com/x"];
    expect(await go(["webhooks", "tail", "--once", ...far])).toMatchObject({ code: 2 });
    simulator.portal().contacts.create({ firstname: "Ada" });
    env.HUBSPOT_WEBHOOK_SECRET = "another";
    expect(await go(["webhooks", "tail", "--once", "--since", "5", ...to])).toMatchObject({ code: 1 });
  });
});

const idOf = (made: string | { readonly id: string }): string => (typeof made === "string" ? made : made.id);

/** The app's token, after it subscribed to contacts. */
async function subscribed(simulator: HubSpotSimulator): Promise<string> {
  const scope = ["read", "subscriptions.write"].map((name) => `developer.webhooks_journal.${name}`).join(" ");
  const granted = await simulator.fetch("https://api.hubapi.com/oauth/2026-09/token", {
    method: "POST",
    body: new URLSearchParams({ grant_type: "client_credentials", client_id: "c7", client_secret: "s7", scope }),
  });
  const { access_token: token } = (await granted.json()) as { access_token: string };
  const answer = await simulator.fetch("https://api.hubapi.com/webhooks-journal/subscriptions/2026-09", {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({
      subscriptionType: "OBJECT",
      portalId: 62515,
      objectTypeId: "0-1",
      actions: ["CREATE", "UPDATE", "DELETE"],
      objectIds: [],
      properties: ["lastname"],
    }),
  });
  expect(answer.status).toBeLessThan(300);
  return token;
}
