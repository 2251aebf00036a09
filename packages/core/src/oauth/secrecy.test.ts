import { inspect } from "node:util";
import { expect, it } from "vitest";
import { HubspokeError } from "../errors/hubspoke-error.ts";
import { cipher } from "../platform/node.ts";
import { oauthApp } from "./app.ts";
import { oauthRoutes } from "./routes.ts";
import { appOptions, minute, type World, world } from "./testing.fixture.ts";

/** Everything a logger could print of an error. */
function shown(error: unknown): string {
  const { message, stack, cause } = error as Error;
  return [
    message,
    stack,
    JSON.stringify(error),
    inspect(error, { depth: 20, showHidden: true }),
    cause === undefined ? "" : shown(cause),
  ].join("\n");
}

/** Secrets of this run that do not begin with `canary-`: states, sessions and verifiers. */
function ownSecrets(w: World, begun: readonly { readonly authUrl: string; readonly session: string }[]): string[] {
  return [
    ...begun.flatMap(({ authUrl, session }) => [session, new URL(authUrl).searchParams.get("state") ?? ""]),
    ...w.hubspot.calls.flatMap((call) => call.form.code_verifier ?? []),
  ];
}

it("no secret shows in an error, log, alert, page, address or the store, whatever goes wrong", async () => {
  const w = world();
  const outputs: string[] = [];
  const begun: { authUrl: string; session: string }[] = [];
  const attempt = async (work: () => Promise<unknown>): Promise<void> => {
    try {
      outputs.push(JSON.stringify((await w.clock.run(work())) ?? null));
    } catch (error) {
      expect(error).toBeInstanceOf(HubspokeError);
      outputs.push(shown(error));
    }
  };
  const login = async (portalId: string, tenant = "acme") => {
    const one = w.process();
    const started = await one.beginLogin({ tenant, returnTo: "/settings" });
    begun.push(started);
    const { state, code } = w.hubspot.consent(started.authUrl, portalId);
    const taken = await one.takeLogin({ state, session: started.session });
    await attempt(() => one.takeLogin({ state, session: started.session }));
    outputs.push(inspect(taken, { depth: 10 }), JSON.stringify(taken));
    await attempt(() => one.finishLogin(taken, { code }));
  };
  const broken = [
    { kind: "unsent" },
    { kind: "lost" },
    { kind: "answer", status: 400, text: '{"status":"BAD_CLIENT_SECRET","message":"canary-echo"}' },
    { kind: "answer", status: 500, text: "canary-page" },
    { kind: "answer", status: 200, text: '{"access_token":"canary-token","hub_id":"canary-hub"}' },
    { kind: "answer", status: 200, text: "canary-text" },
  ] as const;

  for (const fault of broken) {
    w.hubspot.faults.push(fault);
    await login("100");
  }
  await login("100");
  await login("200");
  outputs.push(inspect(await w.storage.tokens.get("acme"), { maxArrayLength: 0 }));
  const one = w.process();
  outputs.push(inspect(await one.get("acme"), { depth: 10 }), inspect(one, { depth: 20, showHidden: true }));
  for (const fault of broken) {
    await w.clock.advance(31 * minute);
    w.hubspot.faults.push(fault, fault, fault);
    await attempt(() => one.get("acme"));
    w.hubspot.faults.length = 0;
    await w.clock.advance(minute);
    await attempt(() => one.get("acme"));
  }
  w.hubspot.uninstalled("100");
  await w.clock.advance(31 * minute);
  await attempt(() => one.get("acme"));
  w.hubspot.faults.push({ kind: "answer", status: 400, text: "canary-page" });
  await attempt(() => one.disconnect("acme", { uninstall: true }));

  const started = await one.beginLogin({ tenant: "acme" });
  begun.push(started);
  const { state, code } = w.hubspot.consent(started.authUrl, "200");
  const { callback } = oauthRoutes({ oauth: one, cipher });
  const page = await w.clock.run(
    callback(
      new Request(`https://app.example.com/cb?${new URLSearchParams({ state, code })}`, {
        headers: { cookie: `__Host-hubspoke_oauth=${started.session}` },
      }),
    ),
  );
  outputs.push(await page.text(), JSON.stringify([...page.headers]));
  try {
    oauthApp({ ...appOptions, clientSecret: "canary secret with spaces" });
  } catch (error) {
    outputs.push(shown(error));
  }
  outputs.push(inspect(oauthApp(appOptions)), JSON.stringify(oauthApp(appOptions)));
  outputs.push(JSON.stringify(w.logs), JSON.stringify(w.alerts));

  const secrets = ownSecrets(w, begun);
  expect(secrets.length).toBeGreaterThan(15);
  const text = outputs.join("\n");
  expect(text.match(/.{0,80}canary.{0,40}/g) ?? []).toEqual([]);
  expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
  expect(outputs.filter((output) => output.includes("OAUTH_EXCHANGE_FAILED")).length).toBeGreaterThan(4);
  expect(text).toContain("AUTH_DISCONNECTED");
});

it("the store's rows hold hashes and sealed bytes, never a secret", async () => {
  const w = world();
  const rows: unknown[] = [];
  const seen =
    <R, T>(put: (row: R) => Promise<T>) =>
    (row: R): Promise<T> => {
      rows.push(row);
      return put(row);
    };
  const { tokens, oauthStates } = w.storage;
  const storage = {
    ...w.storage,
    tokens: { ...tokens, put: seen(tokens.put) },
    oauthStates: { ...oauthStates, put: seen(oauthStates.put) },
  };
  const one = w.process({ storage });
  await w.connect("acme", "100", one);
  const started = await one.beginLogin({ tenant: "acme" });
  const { state, code } = w.hubspot.consent(started.authUrl, "100");
  await w.clock.advance(31 * minute);
  await w.clock.run(one.get("acme"));
  expect(rows.length).toBe(4);
  const text = rows
    .flatMap((row) => Object.values(row as object))
    .map((value) => (value instanceof Uint8Array ? Buffer.from(value).toString("latin1") : String(value)))
    .join("\n");
  expect(text).not.toContain("canary");
  for (const secret of [state, code, started.session]) expect(text).not.toContain(secret);
});
