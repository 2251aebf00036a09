/** Hostile values in bodies, addresses and records, at ClubOS and ColdCopy. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Attempt, hold, refusedAll } from "./attempt.ts";
import { clientSecret, person, type World } from "./world.ts";

const search = (world: World, query: unknown) => world.support.send("POST", "/api/contacts/search", { query });
const lookup = (world: World, phone: string) => world.support.send("POST", "/api/contacts/lookup", { phones: [phone] });

export const inputAttempts: readonly Attempt[] = [
  {
    number: "S21",
    tries: "addresses of the own network and of strangers in a contact's properties",
    async run(world) {
      const portal = world.coldcopy.hubspot?.simulator.portal(100);
      const urls = [
        "http://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "gopher://127.0.0.1:6379/_FLUSHALL",
        `${world.trap.url}/a`,
      ];
      for (const [i, website] of urls.entries()) {
        portal?.contacts.create({
          email: `url${i}@example.com`,
          website,
        });
      }
      await world.coldcopy.leads.for("acme").reconcile();
      await world.acme.get("/api/leads");
      hold(world.trap.asked() === 0, `an address in a property was asked ${world.trap.asked()} times`);
      return `${urls.length} addresses synced as text, none of them asked`;
    },
  },
  {
    number: "S22",
    tries: "to make people and secrets show in errors and logs: wrong routes, bodies, methods and ids that hold them",
    async run(world) {
      const { email, phone, lastname } = person;
      const bait = `${lastname} ${email} ${phone} ${clientSecret}`;
      const answers = [
        await world.support.send("POST", "/api/contacts/lookup", { phones: [{ bait }] }),
        await world.support.send("POST", "/api/contacts/search", `{"query":"${bait}`),
        await world.support.get(`/api/nothing/${encodeURIComponent(bait)}`),
        await world.support.send("PATCH", `/api/contacts/${encodeURIComponent(bait)}/opened`, {}),
        await world.stranger.get(`/api/contacts/lookup/${encodeURIComponent(phone)}`),
        await world.acme.send("POST", "/hubspot/sync/leads/explain", { localId: bait, values: bait }),
        await world.acme.get(`/hubspot/sync/${encodeURIComponent(bait)}`),
        await world.acme.send("PUT", "/hubspot/mappings/leads", {
          mappings: [{ localField: bait }],
          expectedRevision: 0,
        }),
      ];
      hold(
        answers.every(({ status }) => status >= 400),
        `answered ${answers.map(({ status }) => status).join(", ")}`,
      );
      const leaks = answers.filter(({ text }) =>
        [lastname, email, phone.slice(2), clientSecret].some((one) => text.includes(one)),
      );
      hold(leaks.length === 0, `an error repeats what was sent: ${leaks[0]?.text.slice(0, 200)}`);
      return answers.map(({ status }) => status).join(", ");
    },
  },
  {
    number: "S23",
    tries: "line breaks, terminal escapes and headers in names, addresses, agents and return addresses",
    async run(world) {
      const forged = 'a\r\nX-Injected: yes\r\n\u001b[31m{"level":"error","msg":"forged"}';
      const portal = world.coldcopy.hubspot?.simulator.portal(100);
      portal?.contacts.create({ email: "esc@example.com", firstname: forged });
      await world.coldcopy.leads.for("acme").reconcile();
      const answers = [
        await search(world, forged),
        await lookup(world, forged),
        await world.support.get(`/api/contacts/lookup/${encodeURIComponent(forged)}`),
        await world.acme.get(`/api/integrations/hubspot/auth?returnTo=${encodeURIComponent(forged)}`),
        await world.acme.get(`/hubspot/workflows/${encodeURIComponent(forged)}`),
      ];
      hold(
        answers.every(({ headers }) => !headers.has("x-injected")),
        "a header was injected",
      );
      hold(
        answers.every(({ status }) => status < 500),
        `answered ${answers.map(({ status }) => status).join(", ")}`,
      );
      const printed = world.printed().split("\n");
      const forgedLine = printed.some(
        (line) => line.includes("\u001b[31m") || line.startsWith('{"level":"error","msg":"forged"'),
      );
      hold(!forgedLine, "a log line was forged");
      return `answered ${answers.map(({ status }) => status).join(", ")}; no header, no log line`;
    },
  },
  {
    number: "S24",
    tries: "__proto__, constructor and fields nobody asked for, in every kind of body",
    async run(world) {
      const evil = '"__proto__":{"role":"admin","polluted":1},"constructor":{"prototype":{"polluted":1}}';
      const bodies = {
        search: await world.support.send("POST", "/api/contacts/search", `{"query":"a",${evil}}`),
        audit: await world.support.send("POST", "/api/audit/query", `{"role":"admin",${evil}}`),
        erase: await world.support.send(
          "POST",
          "/api/privacy/erase",
          `{"email":"a@example.com","role":"admin",${evil}}`,
        ),
        workflow: await world.acme.send("POST", "/hubspot/workflows", `{"name":"p",${evil}}`),
        mapping: await world.acme.send(
          "PUT",
          "/hubspot/mappings/leads",
          `{"mappings":[],"expectedRevision":0,"tenant":"globex",${evil}}`,
        ),
        schedule: await world.acme.send("PUT", "/hubspot/sync/leads/schedule", `{${evil}}`),
        address: await world.acme.get("/hubspot/sync/__proto__"),
        constructor: await world.acme.get("/hubspot/conflicts/constructor"),
      };
      hold(!("polluted" in {}), "Object.prototype is polluted");
      const wrong = Object.entries(bodies).filter(
        ([name, { status }]) => status >= 500 || (name !== "search" && status < 400),
      );
      hold(
        wrong.length === 0,
        wrong.map(([name, { status, text }]) => `${name} was answered ${status} ${text.slice(0, 100)}`).join("; "),
      );
      return Object.entries(bodies)
        .map(([name, { status }]) => `${name} ${status}`)
        .join(", ");
    },
  },
  {
    number: "S25",
    tries: "SQL in searches, numbers, ids, sync names, pages and property names",
    async run(world) {
      const sql = "x'; drop table hubspoke_inbox; --\" or 1=1 \\";
      const where = encodeURIComponent(sql);
      const answers = [
        await search(world, sql),
        await lookup(world, sql),
        await world.support.get(`/api/contacts/search?q=${where}`),
        await world.acme.get(`/hubspot/sync/${where}`),
        await world.acme.get(`/hubspot/sync/leads/log?localId=${where}&after=${where}`),
        await world.acme.get(`/hubspot/outbox?kind=${where}&after=${where}`),
        await world.acme.get(`/hubspot/workflows/${where}/executions?after=${where}`),
        await world.acme.send("PUT", "/hubspot/mappings/leads", {
          mappings: [{ localField: sql, hubspotProperties: sql }],
          expectedRevision: 0,
        }),
        await world.acme.send("POST", "/hubspot/sync/leads/explain", { localId: sql }),
      ];
      hold(
        answers.every(({ status }) => status < 500),
        `answered ${answers.map(({ status }) => status).join(", ")}`,
      );
      hold(
        answers.every(({ text }) => !/sqlite|postgres|syntax error|select /i.test(text)),
        "a database speaks",
      );
      hold((await world.support.get("/api/health")).status === 200, "ClubOS is not well any more");
      hold((await world.acme.get("/hubspot/health")).status === 200, "ColdCopy is not well any more");
      return `answered ${answers.map(({ status }) => status).join(", ")}; both are well`;
    },
  },
  {
    number: "S26",
    tries: "inputs that make a poor expression run for ever: phones, names, paths, addresses, types",
    async run(world) {
      const cpu = process.cpuUsage();
      const long = (text: string, times: number) => text.repeat(times);
      const said = await refusedAll(
        {
          digits: () => lookup(world, long("1", 100_000)),
          "dashes and brackets": () => lookup(world, long("(-", 50_000)),
          extensions: () => lookup(world, `+1902555${long(" ext", 25_000)}`),
          "a query": () => search(world, long("a@", 50_000)),
          "a query of blanks": () => search(world, `${long(" ", 100_000)}x`),
          "a local id": () => world.acme.send("POST", "/hubspot/sync/leads/explain", { localId: long("a.", 50_000) }),
          "a type": () =>
            world.acme.send("POST", "/hubspot/sync/leads/pause", {}, { "content-type": long("a;", 4_000) }),
          "a path": () => world.acme.get(`/hubspot/${long("a/", 6_000)}`),
        },
        (send) => send(),
        [400, 404, 413, 415, 431],
      );
      const { user, system } = process.cpuUsage(cpu);
      const seconds = (user + system) / 1e6;
      hold(seconds < 5, `they took ${seconds.toFixed(1)} s of processor time`);
      return `${said}; less than five seconds of processor time together`;
    },
  },
  {
    number: "S29",
    tries: "HubSpot gone while people ask and webhooks come",
    async run(world) {
      const simulator = world.clubos.hubspot?.simulator;
      simulator?.faults.add("/** 503 times=always");
      try {
        const asked = await lookup(world, "+1 902 555 0188");
        hold(asked.status === 200, `a look-up was answered ${asked.status}`);
        const [result] = (asked.json as { results: { contact: unknown; degraded?: { code: string } }[] }).results;
        hold(result?.contact === null && result.degraded !== undefined, "nobody was told that HubSpot is gone");
        return `the look-up says ${result.degraded.code} and shows nobody`;
      } finally {
        simulator?.faults.clear();
      }
    },
  },
  {
    number: "S7",
    tries: "to read people and tokens in the database's files, its log and what lies beside them",
    async run(world) {
      const secrets = [person.lastname, person.email, person.phone, clientSecret, "Byron"];
      const files = readdirSync(world.folder).filter((name) => name.startsWith("hubspoke.db"));
      const hits = files.flatMap((name) => {
        const bytes = readFileSync(join(world.folder, name));
        return secrets.filter((secret) => bytes.includes(secret)).map((secret) => `${secret.slice(0, 4)}… in ${name}`);
      });
      hold(files.length > 0 && hits.length === 0, hits.join(", ") || "there is no database");
      return `${files.join(", ")}: no name, address, number or secret`;
    },
  },
  {
    number: "S27",
    tries: "to find somebody who was erased, by number, name and export",
    async run(world) {
      const admin = world.support;
      await admin.send("POST", "/api/login", { name: "Alex", role: "admin" });
      const before = await lookup(world, person.phone);
      hold(before.text.includes(person.lastname), "the person was not there before");
      const erased = await admin.send("POST", "/api/privacy/erase", { email: person.email, phone: person.phone });
      hold(erased.status === 200, `not erased: ${erased.status} ${erased.text}`);
      const after = [await lookup(world, person.phone), await search(world, person.lastname)];
      hold(!after.some(({ text }) => text.includes(person.email)), "the person is still shown");
      return "erased; neither number nor name finds them";
    },
  },
];
