import { asked, type Behaviour, shown } from "./behaviour.ts";
import { holds, same } from "./outcome.ts";

const O = "/crm/objects/2026-09";
const FORM = { "content-type": "application/x-www-form-urlencoded" };
const APP = {
  appId: 77,
  clientId: "client-77",
  clientSecret: "secret-77",
  redirectUris: ["https://app.example/cb"],
  scopes: ["oauth", "crm.objects.contacts.read"],
};
const form = (fields: Record<string, string>) =>
  new URLSearchParams({ client_id: APP.clientId, client_secret: APP.clientSecret, ...fields }).toString();

type Call = Parameters<NonNullable<Behaviour["shown"]>>[0]["call"];

async function install(call: Call) {
  const query = new URLSearchParams({
    client_id: APP.clientId,
    redirect_uri: APP.redirectUris[0]!,
    scope: APP.scopes.join(" "),
  });
  const page = await call(`GET /oauth/authorize?${query}`);
  const code = new URL(page.headers.get("location") ?? "").searchParams.get("code") ?? "";
  const fields = { grant_type: "authorization_code", code, redirect_uri: APP.redirectUris[0]! };
  return (await call("POST /oauth/2026-09/token", form(fields), FORM)).body;
}

const refresh = (call: Call, token: string) =>
  call("POST /oauth/2026-09/token", form({ grant_type: "refresh_token", refresh_token: token }), FORM);

/** Pipelines, owners, the account itself, and how apps get in. */
export const ACCOUNT_WIDE: readonly Behaviour[] = [
  asked({ id: "pipelines.missing", says: "A missing pipeline is 404 without JSON.", fact: "§6 B" }, async (account) => {
    const path = "GET /crm/pipelines/2026-09/deals/no_such_pipeline_1";
    const { status, body } = await account.call(path, undefined, { accept: "application/json" });
    same("the status", status, 404);
    holds("no JSON", typeof body === "string");
  }),
  asked(
    { id: "pipelines.list", says: "Deals have a pipeline with stages and their probabilities.", fact: "§1.3 A" },
    async (account) => {
      const { status, body } = await account.call("GET /crm/pipelines/2026-09/deals");
      same("the status", status, 200);
      holds("stages have a probability", body.results[0].stages[0].metadata.probability !== undefined);
    },
  ),
  asked({ id: "owners.list", says: "An owner's id is not its userId.", fact: "§7.3 B" }, async (account) => {
    const { status, body } = await account.call("GET /crm/owners/2026-09?limit=1");
    same("the status", status, 200);
    holds("both are there", "id" in body.results[0] && "userId" in body.results[0]);
  }),
  asked(
    { id: "account.details", says: "The account tells its portal, its time zone and its address.", fact: "§4 B" },
    async (account) => {
      const { status, body } = await account.call("GET /account-info/2026-09/details");
      same("the status", status, 200);
      holds(
        "they are there",
        [body.portalId, body.timeZone, body.uiDomain].every((value) => value !== undefined),
      );
    },
  ),
  asked(
    { id: "schemas.bare-name", says: "A custom object's bare name is not understood.", fact: "§1.3 B" },
    async (account) => {
      const { status, body } = await account.call(`GET ${O}/no_such_type_1`);
      same("the status", status, 400);
      holds("it says so", String(body.message).startsWith("Unable to infer object type"));
    },
  ),
  asked(
    { id: "oauth.bad-client", says: "Token errors come in both shapes at once.", fact: "§4 A" },
    async (account) => {
      const fields = new URLSearchParams({
        grant_type: "refresh_token",
        client_id: "0",
        client_secret: "0",
        refresh_token: "0",
      });
      const { status, body } = await account.call("POST /oauth/2026-09/token", fields.toString(), FORM);
      same("the status", status, 400);
      same("HubSpot's", body.status, "BAD_CLIENT_ID");
      same("the standard's", body.error, "invalid_client");
    },
  ),
  shown(
    {
      id: "oauth.install",
      says: "A code becomes tokens once; access tokens say when they expire.",
      fact: "§4 A",
      knob: "oauth.expiresIn",
    },
    async ({ call, clock }) => {
      const { access_token, expires_in } = await install(call);
      const headers = { authorization: `Bearer ${access_token}` };
      same("seconds", expires_in, 1_800);
      same("a read", (await call(`GET ${O}/contacts`, undefined, headers)).status, 200);
      await clock.advance(1_800_000);
      const late = await call(`GET ${O}/contacts`, undefined, headers);
      same("a read too late", [late.status, late.body.category], [401, "EXPIRED_AUTHENTICATION"]);
    },
    { apps: [APP] },
  ),
  shown(
    {
      id: "oauth.token-length",
      says: "Access tokens may have more than 512 characters.",
      fact: "§4 A",
      knob: "oauth.accessTokenLength",
    },
    async ({ call }) => {
      const { access_token } = await install(call);
      same("its length", access_token.length, 700);
      const headers = { authorization: `Bearer ${access_token}` };
      same("a read", (await call(`GET ${O}/contacts`, undefined, headers)).status, 200);
    },
    { apps: [APP], oauth: { accessTokenLength: 700 } },
  ),
  shown(
    {
      id: "oauth.rotation",
      says: "A refresh may return another refresh token, and then the old one is dead.",
      fact: "§4 A",
      knob: "oauth.rotateRefreshTokens",
    },
    async ({ call, sim }) => {
      const { refresh_token } = await install(call);
      same("it stays", (await refresh(call, refresh_token)).body.refresh_token === refresh_token, true);
      sim.configure({ oauth: { rotateRefreshTokens: true } });
      same("it rotates", (await refresh(call, refresh_token)).body.refresh_token === refresh_token, false);
      const { status, body } = await refresh(call, refresh_token);
      same("the old one", [status, body.status, body.error], [400, "BAD_REFRESH_TOKEN", "invalid_grant"]);
    },
    { apps: [APP] },
  ),
  shown(
    {
      id: "oauth.revoke",
      says: "Revoking kills the refresh token; access tokens live on until they expire.",
      fact: "§4 C",
    },
    async ({ call }) => {
      const { access_token, refresh_token } = await install(call);
      await call("POST /oauth/2026-09/token/revoke", form({ token: refresh_token }), FORM);
      same("a refresh", (await refresh(call, refresh_token)).body.status, "BAD_REFRESH_TOKEN");
      same(
        "a read",
        (await call(`GET ${O}/contacts`, undefined, { authorization: `Bearer ${access_token}` })).status,
        200,
      );
      const asked = await call("POST /oauth/2026-09/token/introspect", form({ token: refresh_token }), FORM);
      same("introspection", asked.body.active, false);
    },
    { apps: [APP] },
  ),
  shown(
    { id: "oauth.uninstall", says: "Uninstalling ends everything at once.", fact: "§4 C" },
    async ({ call }) => {
      const { access_token } = await install(call);
      const headers = { authorization: `Bearer ${access_token}` };
      same("the status", (await call("DELETE /appinstalls/2026-09/external-install", undefined, headers)).status, 204);
      same("a read", (await call(`GET ${O}/contacts`, undefined, headers)).status, 401);
    },
    { apps: [APP] },
  ),
  shown(
    {
      id: "oauth.scopes",
      says: "A missing scope is 403, and the scope is named.",
      fact: "§6 B",
      knob: "portals[].tokens[].scopes",
    },
    async ({ call }) => {
      const { status, body } = await call(`POST ${O}/contacts`, { properties: {} });
      same("the refusal", [status, body.category], [403, "MISSING_SCOPES"]);
      same("the scope", body.errors[0].context.requiredGranularScopes.join() === "crm.objects.contacts.write", true);
    },
    { portals: [{ id: 1, tokens: [{ token: "t", scopes: ["crm.objects.contacts.read"] }] }] },
  ),
  shown(
    {
      id: "oauth.scopes.write-only",
      says: "The reads of a key that may only write are 403 with no scope named.",
      fact: "§6 B",
    },
    async ({ call }) => {
      const { status, body } = await call(`GET ${O}/contacts`);
      same("the refusal", [status, body.errors], [403, undefined]);
    },
    { portals: [{ id: 1, tokens: [{ token: "t", scopes: ["crm.objects.contacts.write"] }] }] },
  ),
  shown(
    {
      id: "schemas.flip-flop",
      says: "Single reads of a schema flip between old and new for a while.",
      fact: "§3 B",
      knob: "schemaFlipFlop",
    },
    async ({ call }) => {
      const made = await call("POST /crm-object-schemas/2026-09/schemas", {
        name: "car",
        labels: { singular: "Car", plural: "Cars" },
        primaryDisplayProperty: "plate",
        properties: [{ name: "plate", label: "Plate", type: "string", fieldType: "text" }],
      });
      const seen = new Set<number>();
      for (let n = 0; n < 30; n++) {
        seen.add((await call(`GET /crm-object-schemas/2026-09/schemas/${made.body.objectTypeId}`)).status);
      }
      same("the statuses", [...seen].toSorted(), [200, 404]);
    },
    { schemaFlipFlop: 60_000 },
  ),
  shown(
    { id: "limits.tracking", says: "The account tells how much of its limits it has used.", fact: "§1.3 A" },
    async ({ call, sim }) => {
      sim.seedContacts(3);
      const { body } = await call("GET /crm/limits/2026-09/records");
      same(
        "contacts",
        body.hubspotDefinedObjectTypes.find((one: { objectTypeId: string }) => one.objectTypeId === "0-1").usage,
        3,
      );
    },
  ),
];
