/** What Call notes on Workers and WARP have besides: recordings that are fetched, keys that only read, an address for each object. */
import { randomUUID } from "node:crypto";
import { start as startCallNotes } from "../../examples/call-notes/lib/start.ts";
import { reportOf, signedIn, tell } from "../../examples/call-notes/test/visitor.ts";
import { start as startWarp, type Warp } from "../../examples/warp/lib/start.ts";
import { type Attempt, hold, refusedAll } from "./attempt.ts";
import { Visitor } from "./visitor.ts";
import { dropSchemas, event, signature, type World } from "./world.ts";

export const otherAttempts: readonly Attempt[] = [
  {
    number: "S21",
    tries:
      "recordings at addresses of the own network, in every spelling, from a call that is told with the right signature",
    async run(world) {
      const { port } = new URL(world.trap.url);
      const addresses = [
        `http://127.0.0.1:${port}/a.mp3`,
        `http://localhost:${port}/a.mp3`,
        `http://127.1:${port}/a.mp3`,
        `http://2130706433:${port}/a.mp3`,
        `http://0x7f000001:${port}/a.mp3`,
        `http://0177.0.0.1:${port}/a.mp3`,
        `http://[::ffff:127.0.0.1]:${port}/a.mp3`,
        `http://storage.vapi.ai@127.0.0.1:${port}/a.mp3`,
        `http://127.0.0.1:${port}\\@storage.vapi.ai/a.mp3`,
        "https://169.254.169.254/latest/meta-data",
        "https://metadata.google.internal/computeMetadata/v1",
        "file:///etc/passwd",
      ];
      const product = await startCallNotes({ port: 0, persist: null, env: {} });
      try {
        const simulator = product.hubspot?.simulator;
        simulator?.portal(100).contacts.create({ firstname: "Grace", phone: "(902) 555-0123" });
        const ada = await signedIn(product, "acme", "Ada");
        const webhook = await ada.webhook();
        hold((await ada.connect(100)).status === 200, "Call notes could not be connected");
        await ada.ask("PUT", "/settings", { uploadRecordings: true, whenDisconnected: "wait" });
        for (const [i, recordingUrl] of addresses.entries()) {
          const report = reportOf({ id: `call-${i}`, phone: "+19025550123", summary: "Said", recordingUrl });
          const forged = await tell({ ...webhook, secret: "another" }, report);
          hold(forged.status === 401, `a call told with another secret was answered ${forged.status}`);
          hold((await tell(webhook, report)).status === 202, "a call was not taken");
        }
        const asked = async () => (await ada.ask("GET", `/hubspot/sync-logs?limit=${addresses.length}`)).body.logs;
        const isOver = ({ status }: { status: string }) =>
          status === "success" || status === "skipped" || status === "failed";
        let logs = await asked();
        while (logs.length < addresses.length || !logs.every(isOver)) {
          await product.cron();
          logs = await asked();
        }
        hold(world.trap.asked() === 0, `an address of the own network was asked ${world.trap.asked()} times`);
        const uploaded = logs.filter(({ recording }: { recording: string }) => recording === "uploaded");
        hold(uploaded.length === 0, `${uploaded.length} were fetched`);
        return `${addresses.length} calls noted, no recording fetched, nothing asked; told with another secret: 401 each`;
      } finally {
        await product.close();
      }
    },
  },
  {
    number: "S13",
    tries: "a signature for one object's address at another's, and keys that only read for what changes",
    async run(world) {
      const schema = `abuse_${randomUUID().slice(0, 8)}`;
      const warp = await startWarp({ port: 0, schema, env: { DATABASE_URL: process.env.DATABASE_URL } });
      try {
        return `${await objectsOf(world, warp)}; ${await keysOf(warp)}`;
      } finally {
        await warp.close();
        if (!warp.postgres.kind.startsWith("embedded")) await dropSchemas(warp.postgres.url, schema);
      }
    },
  },
];

async function objectsOf(world: World, warp: Warp): Promise<string> {
  const hooks = "/api/v1/webhooks/hubspot";
  const key = warp.hubspot?.simulator.appSecret ?? "";
  const body = JSON.stringify([event(1, { portalId: 62_515 })]);
  const post = (path: string, url: string) =>
    world.stranger.fetch(warp.url + path, {
      method: "POST",
      body,
      headers: { "content-type": "application/json", ...signature(world, body, { key, url: warp.url + url }) },
    });
  const said = await refusedAll(
    {
      "another object's": [`${hooks}/deal`, `${hooks}/contact`],
      "no object's": [`${hooks}/contact`, hooks],
      "the object's at none": [hooks, `${hooks}/contact`],
    },
    ([path = "", url = ""]) => post(path, url),
    [401],
  );
  const right = await post(`${hooks}/contact`, `${hooks}/contact`);
  hold(right.status === 204, `the right signature was answered ${right.status}`);
  return `addresses: ${said}, the right one 204`;
}

async function keysOf({ url, keys }: Warp): Promise<string> {
  const visitor = new Visitor(url);
  const paths = [
    "/api/v1/sync/customers/hubspot",
    "/api/v1/sync/customers/reconcile",
    "/api/v1/privacy/erase",
    "/api/v1/outbox/replay",
  ];
  const change = (path: string, authorization: string) => visitor.send("POST", path, {}, { authorization });
  const inputs = Object.fromEntries(
    [`Bearer ${keys.read}`, "Bearer ", `Bearer ${keys.write}x`, keys.write].flatMap((authorization, i) =>
      paths.map((path) => [`key ${i} at ${path}`, { path, authorization }] as const),
    ),
  );
  return `keys: ${await refusedAll(inputs, ({ path, authorization }) => change(path, authorization), [401, 403])}`;
}
