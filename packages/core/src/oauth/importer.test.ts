import { describe, expect, it } from "vitest";
import type { TokenStore } from "../ports/token-store.ts";
import { failure, minute, type World, world } from "./testing.fixture.ts";

const tokenCalls = (w: World) => w.hubspot.calls.map((call) => call.path.split("/").at(-1));

describe("a refresh token of another library", () => {
  it("is asked about, stored sealed and proved by one refresh; what that returned is what is kept", async () => {
    const w = world();
    w.hubspot.rotation = "strict";
    const refreshToken = w.hubspot.issued("100");
    const one = w.process();
    expect(await w.clock.run(one.importGrant({ tenant: "acme", refreshToken }))).toMatchObject({
      connected: true,
      imported: true,
      portalId: "100",
      missingScopes: [],
    });
    expect(tokenCalls(w)).toEqual(["introspect", "token"]);
    const { token, portalId } = await one.get("acme");
    expect(portalId).toBe("100");
    expect(w.hubspot.accepts(token.reveal())).toBe(true);
    const row = await w.storage.tokens.get("acme");
    expect(Buffer.from(row!.sealed).toString("latin1")).not.toContain("canary");
    expect(await w.storage.tenants.get("acme")).toMatchObject({ portalId: "100", status: "active" });
    await w.clock.advance(31 * minute);
    expect(w.hubspot.accepts((await w.clock.run(w.process().get("acme"))).token.reveal())).toBe(true);
  });

  it("given again changes nothing, though it is long replaced", async () => {
    const w = world();
    w.hubspot.rotation = "strict";
    const refreshToken = w.hubspot.issued("100");
    await w.clock.run(w.process().importGrant({ tenant: "acme", refreshToken }));
    const before = await w.storage.tokens.get("acme");
    expect(await w.clock.run(w.process().importGrant({ tenant: "acme", refreshToken }))).toMatchObject({
      connected: true,
      imported: false,
    });
    expect(await w.storage.tokens.get("acme")).toEqual(before);
    expect(w.hubspot.refreshes()).toHaveLength(1);
  });

  it("takes the place of a grant that has ended", async () => {
    const w = world();
    await w.connect();
    w.hubspot.uninstalled("100");
    await w.clock.advance(31 * minute);
    expect(await w.clock.run(failure(w.process().get("acme")))).toMatchObject({ code: "AUTH_DISCONNECTED" });
    const again = w.process();
    const refreshToken = w.hubspot.issued("100");
    expect(await w.clock.run(again.importGrant({ tenant: "acme", refreshToken }))).toMatchObject({ imported: true });
    expect(w.hubspot.accepts((await again.get("acme")).token.reveal())).toBe(true);
  });

  it.each([
    ["unknown", () => "canary-refresh-nobody"],
    [
      "revoked",
      (w: World) => {
        const token = w.hubspot.issued("100");
        w.hubspot.uninstalled("100");
        return token;
      },
    ],
    ["with a line break", (w: World) => `${w.hubspot.issued("100")}\n`],
    ["empty", () => ""],
  ])("that is %s is refused, and nothing is stored or refreshed", async (_name, made) => {
    const w = world();
    const error = await w.clock.run(failure(w.process().importGrant({ tenant: "acme", refreshToken: made(w) })));
    expect(error).toMatchObject({ code: "INPUT_INVALID" });
    expect(error.message).not.toContain("canary");
    expect(await w.storage.tokens.get("acme")).toBeNull();
    expect(await w.storage.tenants.get("acme")).toBeNull();
    expect(w.hubspot.refreshes()).toEqual([]);
  });

  it("of an app that HubSpot does not know is the configuration's fault, not the token's", async () => {
    const w = world();
    const refreshToken = w.hubspot.issued("100");
    const wrong = w.process({ app: { clientSecret: "canary-wrong" } });
    expect(await w.clock.run(failure(wrong.importGrant({ tenant: "acme", refreshToken })))).toMatchObject({
      code: "AUTH_INVALID",
      details: { reason: "BAD_CLIENT_SECRET" },
    });
    expect(await w.storage.tokens.get("acme")).toBeNull();
  });
});

describe("an account that is bound elsewhere", () => {
  /** What holds of every refusal: HubSpot was asked and nothing else, because the other library may live on the token. */
  async function refused(w: World, grant: { readonly portalId?: string; readonly instance?: string }) {
    const refreshToken = w.hubspot.issued("200");
    const { instance, ...rest } = grant;
    const one = w.process(instance === undefined ? {} : { portalId: instance });
    const calls = w.hubspot.calls.length;
    const error = await w.clock.run(failure(one.importGrant({ tenant: "acme", refreshToken, ...rest })));
    expect(tokenCalls(w).slice(calls)).toEqual(["introspect"]);
    expect(
      (await w.clock.run(w.process().importGrant({ tenant: "spare", refreshToken, shared: true }))).connected,
    ).toBe(true);
    return error;
  }

  it("by the tenant is refused with both accounts named, and the token lives on", async () => {
    const w = world();
    await w.connect("acme", "100");
    await w.clock.run(w.process().disconnect("acme"));
    const error = await refused(w, {});
    expect(error).toMatchObject({ code: "PORTAL_MISMATCH", expectedPortalId: "100", actualPortalId: "200" });
    expect(await w.storage.tokens.get("acme")).toBeNull();
    expect((await w.storage.tenants.get("acme"))?.portalId).toBe("100");
  });

  it("by the instance, or by what the caller's records say, is refused", async () => {
    for (const grant of [{ instance: "100" }, { portalId: "100" }]) {
      const w = world();
      expect(await refused(w, grant)).toMatchObject({
        code: "PORTAL_MISMATCH",
      });
      expect(await w.storage.tenants.get("acme")).toBeNull();
    }
  });

  it("by another tenant is taken for a mix-up unless it is said to be shared", async () => {
    const w = world();
    await w.connect("beta", "200");
    expect(await refused(w, {})).toMatchObject({
      code: "INPUT_INVALID",
      details: { takenBy: "beta", portalId: "200" },
    });
    expect(await w.storage.tenants.get("acme")).toBeNull();
  });

  it("of a tenant that is connected to another than the caller's records say is told", async () => {
    const w = world();
    await w.connect("acme", "100");
    const grant = { tenant: "acme", refreshToken: w.hubspot.issued("200"), portalId: "200" };
    expect(await w.clock.run(failure(w.process().importGrant(grant)))).toMatchObject({ code: "PORTAL_MISMATCH" });
    expect((await w.process().get("acme")).portalId).toBe("100");
  });
});

describe("a process killed while it imports", () => {
  /** The steps of an import that touch HubSpot or the store, in their order. */
  const steps = ["introspect", "pin", "put", "setStatus", "refresh", "put again"] as const;

  function dying(w: World, at: (typeof steps)[number]): Parameters<World["process"]>[0] {
    const never = new Promise<never>(() => {});
    let puts = 0;
    const tokens: TokenStore = {
      ...bound(w.storage.tokens),
      put: (row) => {
        puts++;
        return (at === "put" && puts === 1) || (at === "put again" && puts === 2) ? never : w.storage.tokens.put(row);
      },
    };
    const tenants = {
      ...bound(w.storage.tenants),
      ...(at === "pin" ? { pin: () => never } : {}),
      ...(at === "setStatus" ? { setStatus: () => never } : {}),
    };
    if (at === "introspect") w.hubspot.faults.push({ kind: "hang" });
    if (at === "refresh") w.hubspot.faults.push(null, { kind: "hang" });
    return { storage: { ...w.storage, tokens, tenants } };
  }

  it.each(steps)("before its %s is done has lost nothing: the next import ends it", async (at) => {
    const w = world();
    const refreshToken = w.hubspot.issued("100");
    void w.process(dying(w, at)).importGrant({ tenant: "acme", refreshToken });
    await w.clock.advance(minute);
    w.hubspot.faults.length = 0;
    const next = w.process();
    expect(await w.clock.run(next.importGrant({ tenant: "acme", refreshToken }))).toMatchObject({ connected: true });
    const { token, portalId } = await next.get("acme");
    expect(portalId).toBe("100");
    expect(w.hubspot.accepts(token.reveal())).toBe(true);
  });

  it("after it was stored needs no other import: whoever wants a token gets one", async () => {
    const w = world();
    w.hubspot.rotation = "strict";
    const refreshToken = w.hubspot.issued("100");
    void w.process(dying(w, "setStatus")).importGrant({ tenant: "acme", refreshToken });
    await w.clock.advance(minute);
    const { token } = await w.clock.run(w.process().get("acme"));
    expect(w.hubspot.accepts(token.reveal())).toBe(true);
  });
});

it("whoever logs in while an import asks HubSpot keeps the grant of the login", async () => {
  const w = world();
  w.hubspot.faults.push({ kind: "slow", after: 5_000 });
  const importing = w.process().importGrant({ tenant: "acme", refreshToken: w.hubspot.issued("100") });
  await w.clock.advance(1_000);
  await w.connect();
  const connected = (await w.process().get("acme")).token.reveal();
  await w.clock.run(importing);
  expect((await w.process().get("acme")).token.reveal()).toBe(connected);
});

it("an import whose refresh got no answer can be repeated at once, in the same process", async () => {
  const w = world();
  const one = w.process();
  const grant = { tenant: "acme", refreshToken: w.hubspot.issued("100") };
  w.hubspot.faults.push(null, ...Array.from({ length: 3 }, () => ({ kind: "unsent" }) as const));
  expect(await w.clock.run(failure(one.importGrant(grant)))).toMatchObject({ code: "NETWORK_FAILED" });
  expect(await w.clock.run(one.importGrant(grant))).toMatchObject({ connected: true, imported: false });
});

it("two imports and a login at once leave one living grant", async () => {
  const w = world();
  const grants = [w.hubspot.issued("100"), w.hubspot.issued("100")];
  const outcomes = await w.clock.run(
    Promise.allSettled([
      ...grants.map((refreshToken) => w.process().importGrant({ tenant: "acme", refreshToken })),
      (async () => {
        const one = w.process();
        const { authUrl, session } = await one.beginLogin({ tenant: "acme" });
        const { state, code } = w.hubspot.consent(authUrl, "100");
        await one.finishLogin(await one.takeLogin({ state, session }), { code });
      })(),
    ]),
  );
  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "fulfilled"]);
  expect(w.hubspot.accepts((await w.process().get("acme")).token.reveal())).toBe(true);
});

/** A store's methods, free of the object, so that one can be replaced. */
function bound<T extends object>(store: T): T {
  const own = Object.getOwnPropertyNames(store);
  const inherited = Object.getOwnPropertyNames(Object.getPrototypeOf(store));
  const methods = [...own, ...inherited].flatMap((name) => {
    const value: unknown = store[name as keyof T];
    return typeof value === "function" && name !== "constructor" ? [[name, value.bind(store)]] : [];
  });
  return Object.fromEntries(methods) as T;
}
