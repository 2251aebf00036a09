/** Logins that nobody began, requests of other sites' pages, and other workspaces' ids. */
import { type Attempt, hold, refusedAll } from "./attempt.ts";
import { Visitor } from "./visitor.ts";
import { clientSecret, type World } from "./world.ts";

const at = (path: string): string => `/api/integrations/hubspot${path}`;

const connectedTo = async (visitor: Visitor): Promise<unknown> =>
  (await visitor.get(at("/config"))).json.connection.portalId;

export const loginAttempts: readonly Attempt[] = [
  {
    number: "S8",
    tries: "to make a token or secret show: in the consent address, in answers, in the page",
    async run(world) {
      const secrets = [clientSecret, "pat-100", "pat-200", "11".repeat(32)];
      const authUrl = await world.acme.begin();
      const answers = [authUrl];
      for (const path of ["/", at("/config"), at("/sync/status"), "/hubspot/oauth/status", "/hubspot/openapi.json"]) {
        answers.push((await world.acme.get(path)).text);
      }
      const shown = secrets.filter((secret) => answers.join("\n").includes(secret));
      hold(shown.length === 0, `${shown.length} secrets are shown`);
      return `${answers.length} answers and addresses, no secret in any`;
    },
  },
  {
    number: "S9",
    tries: "callbacks with a state that is forged, missing, twice there, of another browser, or used",
    async run(world) {
      const victim = new Visitor(world.coldcopy.url, { workspace: "acme" });
      const back = await victim.agree(await victim.begin(), 200);
      const forged = new URL(back);
      forged.searchParams.set("state", "A".repeat(43));
      const missing = new URL(back);
      missing.searchParams.delete("state");
      const double = new URL(back);
      double.searchParams.append("state", "A".repeat(43));
      const other = new Visitor(world.coldcopy.url, { workspace: "globex" });
      await other.begin();
      const said = await refusedAll(
        { forged: forged.href, missing: missing.href, double: double.href, nothing: at("/callback") },
        (address) => victim.get(address),
        [302, 400],
      );
      const stolen = await other.get(back);
      hold(stolen.status === 400, `another browser finished the login: ${stolen.status}`);
      hold((await connectedTo(world.acme)) === "100", "the workspace is connected to another account");
      return `${said}; in another browser: 400; the workspace is still connected to its own account`;
    },
  },
  {
    number: "S10",
    tries: "the same callback twice, other redirect addresses, an open redirect behind the login",
    async run(world) {
      const visitor = new Visitor(world.coldcopy.url, { workspace: "acme" });
      const back = await visitor.agree(await visitor.begin(), 100);
      const first = await visitor.get(back);
      hold((first.headers.get("location") ?? "").includes("hubspot=connected"), `the login failed: ${first.status}`);
      const second = await visitor.get(back);
      hold(second.status === 400, `the second callback was answered ${second.status}`);
      const targets = [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "https://evil.example\r\nset-cookie: a=1",
        "javascript:alert(1)",
      ];
      const said = await refusedAll(
        Object.fromEntries(targets.map((target) => [target, target])),
        (target) => visitor.get(at(`/auth?returnTo=${encodeURIComponent(target)}`)),
        [400],
      );
      return `twice: 400; ${targets.length} other places to return to: ${said}`;
    },
  },
  {
    number: "S9",
    tries: "requests that change something, sent by forms and other sites' pages with the visitor's cookie",
    async run(world) {
      const cookie = [...world.acme.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
      const origins: Record<string, Record<string, string>> = {
        form: { "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "cross-site" },
        "text that is JSON": { "content-type": "text/plain", "sec-fetch-site": "same-origin" },
        "another site": { "content-type": "application/json", "sec-fetch-site": "cross-site" },
        "another origin": { "content-type": "application/json", origin: "https://evil.example" },
        "no origin": { "content-type": "application/json", origin: "null" },
      };
      const paths = [
        at("/disconnect"),
        at("/config"),
        at("/workflows"),
        at("/sync/start"),
        "/hubspot/sync/leads/pause",
        "/hubspot/privacy/erase",
      ];
      const inputs = Object.fromEntries(
        paths.flatMap((path) =>
          Object.entries(origins).map(([name, headers]) => [`${name} to ${path}`, { path, headers }]),
        ),
      );
      const send = ({ path, headers }: { path: string; headers: Record<string, string> }) =>
        world.acme.fetch(path, {
          method: path.endsWith("/config") ? "PUT" : "POST",
          body: "{}",
          headers: { ...headers, cookie },
        });
      const said = await refusedAll(inputs, send, [403, 415]);
      hold((await connectedTo(world.acme)) === "100", "the workspace was disconnected");
      return said;
    },
  },
  {
    number: "S20",
    tries: "one workspace's ids in the hands of another, in every place an id can be put",
    async run(world: World) {
      const draft = {
        name: "Mine",
        eventType: "engagement.high",
        actions: [{ do: "set-properties", properties: { jobtitle: "x" } }],
      };
      const made = await world.acme.send("POST", at("/workflows"), draft);
      hold(made.status === 201, `no trigger could be made: ${made.text}`);
      const { id } = made.json as { id: string };
      const leads = await world.acme.get("/api/leads");
      const own = (leads.json as { id: string }[])[0]?.id ?? "";
      const { globex } = world;
      const answers = {
        trigger: await globex.get(`/hubspot/workflows/${id}`),
        executions: await globex.get(`/hubspot/workflows/${id}/executions`),
        list: await globex.get(at("/workflows")),
        changed: await globex.send("PUT", at(`/workflows?id=${id}`), { version: 1, name: "Taken" }),
        removed: await globex.send("DELETE", at(`/workflows?id=${id}`), {}),
        explained: await globex.send("POST", at("/explain"), { localId: own, values: true }),
        exported: await globex.send("POST", "/hubspot/privacy/export", { email: "zebulon.quickcanary@example.com" }),
        leads: await globex.get("/api/leads"),
      };
      const leaked = Object.entries(answers).filter(([, { text }]) =>
        /Mine|zebulon\.quickcanary@|Quickcanary/i.test(text.replaceAll('"zebulon.quickcanary@example.com"', "")),
      );
      hold(leaked.length === 0, `${leaked.map(([name]) => name).join(", ")} show another workspace's data`);
      const after = await world.acme.get(`/hubspot/workflows/${id}`);
      hold(after.json?.name === "Mine", "another workspace changed the trigger");
      return Object.entries(answers)
        .map(([name, { status }]) => `${name} ${status}`)
        .join(", ");
    },
  },
];
