import { execFile } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { text } from "node:stream/consumers";
import { beforeEach, describe, expect, it } from "vitest";
import { run, type World, world } from "./cli.fixture.ts";

const app = {
  appId: 9,
  clientId: "client-1",
  clientSecret: "canary-client-secret",
  redirectUris: ["https://app.example.com/hubspot/oauth/callback"],
  scopes: ["oauth", "crm.objects.contacts.read"],
};

/** What the other library did before: a user agreed, and it exchanged the code. */
async function refreshTokenIn({ simulator }: World, portalId: number): Promise<string> {
  const query = new URLSearchParams({
    client_id: app.clientId,
    redirect_uri: app.redirectUris[0]!,
    scope: app.scopes.join(" "),
  });
  const agreed = await simulator.fetch(`https://app.hubspot.com/oauth/${portalId}/authorize?${query}`, {
    redirect: "manual",
  });
  const code = new URL(agreed.headers.get("location") ?? "about:blank").searchParams.get("code") ?? "";
  const body = new URLSearchParams({
    grant_type: "authorization_code",
    client_id: app.clientId,
    client_secret: app.clientSecret,
    redirect_uri: app.redirectUris[0]!,
    code,
  });
  const answer = await simulator.fetch("https://api.hubapi.com/oauth/v3/token", { method: "POST", body });
  return ((await answer.json()) as { readonly refresh_token: string }).refresh_token;
}

let there: World;
beforeEach(async () => {
  there = await world({
    portals: [
      { id: 100, tokens: [{ token: "pat-portal-100" }] },
      { id: 200, tokens: [{ token: "pat-portal-200" }] },
    ],
    apps: [app],
    oauth: { rotateRefreshTokens: true },
  });
  delete there.env.HUBSPOT_ACCESS_TOKEN;
  Object.assign(there.env, {
    HUBSPOT_CLIENT_ID: app.clientId,
    HUBSPOT_CLIENT_SECRET: app.clientSecret,
    HUBSPOT_REDIRECT_URI: app.redirectUris[0],
    HUBSPOT_SCOPES: app.scopes.join(" "),
  });
});

const importing = (given: string, ...argv: string[]) =>
  run(["oauth", "import", ...argv], { env: there.env, cwd: there.folder, input: async () => given });

describe("hubspoke oauth import", () => {
  it("takes a refresh token from stdin, and the client works with it from then on", async () => {
    const token = await refreshTokenIn(there, 100);
    const said = await importing(`${token}\n`, "--tenant", "acme", "--portal", "100");
    expect(said).toMatchObject({ code: 0, out: "acme is connected to account 100.\n", err: "" });
    const checked = await there.run("search", "nobody-of-that-name", "--tenant", "acme", "--json");
    expect(checked.out).toContain('"contacts":[]');
    const database = new DatabaseSync(join(there.folder, "hubspoke.db"), { readOnly: true });
    const rows = database.prepare("select * from hubspoke_tokens").all();
    database.close();
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(token);
  });

  it("reads a real pipe", async () => {
    const bin = new URL("../src/bin.ts", import.meta.url).pathname;
    const argv = ["--conditions=@hubspoke/source", bin, "oauth", "import", "--tenant", "acme"];
    const child = execFile(process.execPath, argv, {
      cwd: there.folder,
      env: { PATH: process.env.PATH, ...there.env },
    });
    child.stdin?.end(`${await refreshTokenIn(there, 100)}\n`);
    const said = text(child.stdout!);
    const [code] = (await once(child, "exit")) as [number];
    expect({ code, said: await said }).toEqual({ code: 0, said: "acme is connected to account 100.\n" });
  });

  it("takes it from a variable; given again, says that nothing was done", async () => {
    Object.assign(there.env, { OLD_TOKEN: await refreshTokenIn(there, 100) });
    expect((await importing("", "--token-env", "OLD_TOKEN", "--tenant", "acme")).code).toBe(0);
    const again = await importing("", "--token-env", "OLD_TOKEN", "--tenant", "acme", "--json");
    expect(JSON.parse(again.out)).toMatchObject({ tenant: "acme", imported: false, connected: true, portalId: "100" });
  });

  it("refuses another account than the tenant's or than the one named, and says both", async () => {
    await importing(await refreshTokenIn(there, 100), "--tenant", "acme");
    const foreign = await refreshTokenIn(there, 200);
    for (const argv of [
      ["--tenant", "acme", "--portal", "200"],
      ["--tenant", "beta", "--portal", "100"],
    ]) {
      const said = await importing(foreign, ...argv);
      expect(said.code).toBe(3);
      expect(said.err).toMatch(/^PORTAL_MISMATCH: .*\b100\b/);
      expect(said.err).toContain("200");
    }
    expect((await importing(foreign, "--tenant", "beta")).out).toContain("account 200");
  });

  it("refuses the account of another tenant unless that is meant", async () => {
    await importing(await refreshTokenIn(there, 100), "--tenant", "acme");
    const second = await refreshTokenIn(there, 100);
    expect(await importing(second, "--tenant", "beta")).toMatchObject({ code: 2, out: "" });
    expect(await importing(second, "--tenant", "beta", "--shared")).toMatchObject({ code: 0 });
  });

  it("tells what is missing, and prints no secret", async () => {
    const token = await refreshTokenIn(there, 100);
    const said = [
      await importing(""),
      await importing("two words"),
      await importing(`${token}x`),
      await importing("", "--token-env", "NOT_THERE"),
      await importing(token, "--json"),
    ];
    expect(said.map(({ code }) => code)).toEqual([2, 2, 2, 2, 0]);
    const printed = said.map(({ out, err }) => out + err).join("");
    expect(printed).not.toContain(token);
    expect(printed).not.toContain(app.clientSecret);
    const { HUBSPOT_API_BASE_URL, HUBSPOKE_KEY } = there.env;
    const env = { HUBSPOT_API_BASE_URL, HUBSPOKE_KEY, HUBSPOT_ACCESS_TOKEN: "pat-portal-100" };
    const without = await run(["oauth", "import"], { env, cwd: there.folder });
    expect(without).toMatchObject({ code: 2, err: expect.stringContaining("oauthApp({ … })") });
  });
});
