import { describe, expect, it, onTestFinished } from "vitest";
import { type Browser, type Page, type Shop, shop, tenant } from "./oauth/shop.ts";

/** A connect button from the first click to the last, over real servers: Express, and HubSpot on another port. */
async function opened(): Promise<Shop> {
  const there = await shop();
  onTestFinished(() => there.close());
  return there;
}

async function connect(browser: Browser, portalId: number, button: "approve" | "deny" = "approve"): Promise<Page> {
  const consent = await browser.open("/hubspot/oauth/initiate?returnTo=/settings");
  expect([consent.status, consent.url.pathname]).toEqual([200, "/oauth/authorize"]);
  return browser.press(consent, button, portalId);
}

const statusOf = async (browser: Browser) =>
  JSON.parse((await browser.open("/hubspot/oauth/status", "application/json")).text) as Record<string, unknown>;

/** Every contact of an account with its values and when it was last changed. */
const contactsOf = ({ hubspot }: Shop, portalId: number) => hubspot.portal(portalId).contacts.list();

describe("a connect button", () => {
  it("takes a browser to HubSpot and back, and the product can call", async () => {
    const there = await opened();
    const browser = there.browser();
    expect(await statusOf(browser)).toMatchObject({ connected: false, portalId: null });
    const landed = await connect(browser, 100);
    expect([landed.status, landed.text, landed.url.href]).toEqual([
      200,
      "Settings",
      `${there.url}/settings?hubspot=connected`,
    ]);
    expect(await statusOf(browser)).toMatchObject({ connected: true, portalId: "100", missingScopes: [] });
    const { id } = there.hubspot.portal(100).contacts.create({ firstname: "Ada", phone: "+19025551234" });
    const ctx = { tenant, actor: { id: "ada", role: "admin" } };
    const { contact } = await there.hubspoke.directory.lookupByPhone("+1 902 555 1234", ctx);
    expect(contact).toMatchObject({ id, firstName: "Ada" });
    const gone = await browser.open("/hubspot/oauth/disconnect", "application/json", "DELETE");
    expect(JSON.parse(gone.text)).toEqual({ wasConnected: true, revoked: true, uninstalled: false });
    expect(await statusOf(browser)).toMatchObject({ connected: false, portalId: "100" });
  });

  it("says so when the person declines, and nothing is connected", async () => {
    const there = await opened();
    const browser = there.browser();
    const landed = await connect(browser, 100, "deny");
    expect(landed.url.search).toBe("?hubspot=failed&code=OAUTH_EXCHANGE_FAILED");
    expect(await statusOf(browser)).toMatchObject({ connected: false });
  });

  it("finishes a login only in the browser that began it", async () => {
    const there = await opened();
    const consent = await there.browser().open("/hubspot/oauth/initiate?returnTo=/settings");
    const landed = await there.browser().press(consent, "approve", 100);
    expect([landed.status, landed.text.includes("OAUTH_STATE_INVALID")]).toEqual([400, true]);
    expect(await statusOf(there.browser())).toMatchObject({ connected: false });
  });

  it("looks people up at once after a connection was made anew", async () => {
    const there = await opened();
    const browser = there.browser();
    const ctx = { tenant, actor: { id: "ada", role: "admin" } };
    there.hubspot.portal(100).contacts.create({ firstname: "Ada", phone: "+19025551234" });
    const before = await there.hubspoke.directory.lookupByPhone("+19025551234", ctx);
    expect(before).toMatchObject({ contact: null, degraded: { code: "AUTH_DISCONNECTED" } });
    await connect(browser, 100);
    const after = await there.hubspoke.directory.lookupByPhone("+19025551234", ctx);
    expect(after).toMatchObject({ contact: { firstName: "Ada" } });
  });
});

describe("connecting a second account that has the same record ids", () => {
  it("writes nothing to it, says why, and the first account goes on where it was", async () => {
    const there = await opened();
    const browser = there.browser();
    for (const portal of [100, 200]) {
      const { contacts } = there.hubspot.portal(portal);
      for (let i = 0; i < 80; i++) contacts.create({ email: `person-${i}@portal-${portal}.example` });
    }
    const ids = new Set(contactsOf(there, 200).map(({ id }) => id));
    const shared = contactsOf(there, 100).find(({ id }) => ids.has(id));
    expect(shared, "some record has one id in both accounts").toBeDefined();
    const { id = "", properties } = shared ?? {};
    const email = properties?.email ?? "";
    await there.db.insertInto("leads").values({ id: "1", workspace: tenant, email, first_name: "Ada" }).execute();

    await connect(browser, 100);
    await there.leads.for(tenant).backfill();
    expect(there.hubspot.portal(100).contacts.get(id)?.properties.firstname).toBe("Ada");

    await browser.open("/hubspot/oauth/disconnect", "application/json", "DELETE");
    const before = contactsOf(there, 200);
    const callsBefore = there.hubspot.calls.length;
    const landed = await connect(browser, 200);
    expect(landed.url.search).toBe("?hubspot=failed&code=PORTAL_MISMATCH");
    expect(there.alerts.filter(({ name }) => name === "portal.mismatch")).toMatchObject([
      { tenant, details: { expectedPortalId: "100", actualPortalId: "200" } },
    ]);
    await there.db.updateTable("leads").set({ first_name: "Grace" }).where("id", "=", "1").execute();
    await there.hubspoke.worker().tick({ budgetMs: 3_000 });
    const attempt = there.hubspoke.client({ tenant }).contacts.update(id, { firstname: "Mallory" });
    await expect(attempt).rejects.toMatchObject({ code: "AUTH_DISCONNECTED" });
    expect(contactsOf(there, 200)).toEqual(before);
    const paths = there.hubspot.calls.slice(callsBefore).map(({ path }) => path);
    expect(paths.filter((path) => path.startsWith("/crm/"))).toEqual([]);
    expect(paths.at(-1)).toBe("/oauth/2026-09/token/revoke");

    await connect(browser, 100);
    await there.leads.for(tenant).reconcile();
    expect(there.hubspot.portal(100).contacts.get(id)?.properties.firstname).toBe("Grace");
    expect(contactsOf(there, 200)).toEqual(before);
  });
});
