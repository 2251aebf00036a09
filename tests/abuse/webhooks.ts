/** Forged, replayed, disguised and oversized webhooks, at ColdCopy's address. */
import { createHash, createHmac } from "node:crypto";
import { request } from "node:http";
import { gzipSync } from "node:zlib";
import { type Attempt, hold, refusedAll } from "./attempt.ts";
import { clientSecret, event, type Signing, signature, type World, webhookPath } from "./world.ts";

interface Posted {
  readonly body: string | Uint8Array;
  readonly signing?: Signing;
  readonly headers?: Readonly<Record<string, string>>;
  readonly path?: string;
}

const post = (world: World, { body, signing, headers = {}, path = webhookPath }: Posted) =>
  world.stranger.fetch(world.coldcopy.url + path, {
    method: "POST",
    body: body as BodyInit,
    headers: { "content-type": "application/json", ...signature(world, body, signing), ...headers },
  });

const one = (): string => JSON.stringify([event(900_001)]);

/** Events that are in the inbox or were. */
async function inbox(world: World): Promise<number> {
  const { DatabaseSync } = await import("node:sqlite");
  const database = new DatabaseSync(`${world.folder}/hubspoke.db`, { readOnly: true });
  const [row] = database.prepare("select count(*) as n from hubspoke_inbox").all() as { n: number }[];
  database.close();
  return row?.n ?? 0;
}

export const webhookAttempts: readonly Attempt[] = [
  {
    number: "S13",
    tries: "signatures of other keys, versions, bodies and encodings",
    async run(world) {
      const before = await inbox(world);
      const body = one();
      const url = world.coldcopy.url + webhookPath;
      const hex = (text: string) => createHash("sha256").update(text).digest("hex");
      const said = await refusedAll<Posted>(
        {
          "another key": { body, signing: { key: "another" } },
          "an empty key": { body, signing: { key: "" } },
          "one byte more": { body: `${body} `, headers: signature(world, body) },
          "parsed and written again": {
            body: JSON.stringify(JSON.parse(body), null, 1),
            headers: signature(world, body),
          },
          "version 1": {
            body,
            headers: { "x-hubspot-signature-v3": "", "x-hubspot-signature": hex(clientSecret + body) },
          },
          "version 2": {
            body,
            headers: { "x-hubspot-signature-v3": "", "x-hubspot-signature": hex(`${clientSecret}POST${url}${body}`) },
          },
          "signed as the inflated text of a gzip body": {
            body: gzipSync(body),
            headers: { ...signature(world, body), "content-encoding": "gzip" },
          },
        },
        (posted) => post(world, posted),
        [401],
      );
      hold((await inbox(world)) === before, "something was stored");
      const odd =
        '[ {"portalId":100, "a":"Zoë 陈", "a":2, "subscriptionType":"contact.creation", "objectId":900002} ]\r\n';
      const taken = await post(world, { body: odd });
      hold(taken.status === 204, `bytes no parser would write back were answered ${taken.status}`);
      return `${said}; genuine bytes as they came: 204`;
    },
  },
  {
    number: "S14",
    tries: "forged Host and X-Forwarded-*",
    async run(world) {
      const forged = {
        "x-forwarded-host": "evil.example",
        "x-forwarded-proto": "https",
        forwarded: "host=evil.example",
      };
      const fooled = await post(world, {
        body: one(),
        signing: { url: `https://evil.example${webhookPath}` },
        headers: forged,
      });
      hold(fooled.status === 401, `a signature for the forged address was answered ${fooled.status}`);
      const genuine = await post(world, { body: one(), headers: forged });
      hold(genuine.status === 204, `a genuine signature beside forged headers was answered ${genuine.status}`);
      return "signed for the forged host: 401; signed for the real one: 204";
    },
  },
  {
    number: "S15",
    tries: "old, future and senseless times; the same delivery ten times",
    async run(world) {
      const times = [
        Date.now() - 301_000,
        Date.now() + 301_000,
        Math.floor(Date.now() / 1_000),
        -1,
        "NaN",
        "",
        "1e13",
        "Infinity",
      ];
      const said = await refusedAll(
        Object.fromEntries(times.map((at) => [`time ${at}`, at])),
        (at) => post(world, { body: one(), signing: { at } }),
        [401],
      );
      const body = JSON.stringify([event(900_015)]);
      const before = await inbox(world);
      const signing = { at: Date.now() };
      for (let i = 0; i < 10; i++)
        hold((await post(world, { body, signing })).status === 204, "a replay was not acknowledged");
      const stored = (await inbox(world)) - before;
      hold(stored === 1, `ten replays are ${stored} events`);
      return `${said}; ten replays: 204 each, one event`;
    },
  },
  {
    number: "S16",
    tries: "digests of wrong lengths and alphabets",
    run: (world) => {
      const right = createHmac("sha256", clientSecret).update("x").digest("base64");
      const digests = [
        right.slice(0, -2),
        `${right}AAAA`,
        "A",
        "====",
        "é".repeat(44).slice(0, 20),
        "%00",
        "A".repeat(15_000),
      ];
      return refusedAll(
        Object.fromEntries(digests.map((digest) => [`${digest.length} characters`, digest])),
        (digest) => post(world, { body: one(), headers: { "x-hubspot-signature-v3": encodeURI(digest) } }),
        [401],
      );
    },
  },
  {
    number: "S18",
    tries: "ten megabytes, a gzip bomb, a hundred thousand brackets, more events than fit, a body that never ends",
    async run(world) {
      const memory = process.memoryUsage().rss;
      const bomb = gzipSync(Buffer.alloc(50_000_000, 0x20));
      const said = await refusedAll<Posted>(
        {
          "10 MB": { body: Buffer.alloc(10_000_000, 0x20) },
          "a bomb that says it is gzip": { body: bomb, headers: { "content-encoding": "gzip" } },
          "100,000 brackets": { body: "[".repeat(100_000) },
          "100,000 objects": { body: '{"a":'.repeat(100_000) },
          "20,000 events": { body: JSON.stringify(Array.from({ length: 20_000 }, () => 1)) },
          "half a JSON": { body: '[{"portalId":1' },
          "no UTF-8": { body: Buffer.from([0x5b, 0xff, 0xfe, 0x5d]) },
        },
        (posted) => post(world, posted),
        [400, 413],
      );
      const grown = Math.round((process.memoryUsage().rss - memory) / 2 ** 20);
      hold(grown < 200, `memory grew by ${grown} MB`);
      const slow = await neverEnding(world);
      hold(slow === 400 || slow === 408 || slow === 413, `a body that never ends was answered ${slow}`);
      return `${said}; a body that never ends: ${slow}; memory grew by less than 200 MB`;
    },
  },
  {
    number: "S19",
    tries: "a genuine signature over an account nobody connected, and over a value to be believed",
    async run(world) {
      const name = "Mallory Believed";
      const body = JSON.stringify([
        event(900_019, { portalId: 31_337 }),
        event(900_020, {
          portalId: 200,
          subscriptionType: "contact.propertyChange",
          propertyName: "firstname",
          propertyValue: name,
        }),
      ]);
      hold((await post(world, { body })).status === 204, "it was not acknowledged");
      await world.settle();
      const leads = await world.coldcopy.db.selectFrom("leads").selectAll().execute();
      hold(!JSON.stringify(leads).includes("Mallory"), "a webhook's value was written");
      return `acknowledged, and none of ${leads.length} leads took anything from it`;
    },
  },
];

/** A signed request whose body stops in the middle: the status that ends the waiting. */
function neverEnding(world: World): Promise<number> {
  const { port } = new URL(world.coldcopy.url);
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json", "content-length": "1000", ...signature(world, "[") };
    const sent = request({ host: "127.0.0.1", port, path: webhookPath, method: "POST", headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
      sent.destroy();
    });
    sent.on("error", reject);
    sent.write("[");
  });
}
