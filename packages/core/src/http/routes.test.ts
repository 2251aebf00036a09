import { describe, expect, it } from "vitest";
import { checkedBaseUrl } from "./base-url.ts";
import { buildUrl, pathTemplate } from "./build-request.ts";
import { routeLabel } from "./route-label.ts";
import { routeFamilies, translate } from "./routes.ts";

/** Dated template, in 2026-09, in 2026-03, in v3 (hubspot-facts §1.3). null: there is none. */
const rows: readonly [string, string | null, string, string | null][] = [
  ["/crm/objects/{version}/contacts/{id}", "/crm/objects/2026-09/contacts/{id}", "/crm/objects/2026-03/contacts/{id}", "/crm/v3/objects/contacts/{id}"],
  ["/crm/objects/{version}/contacts", "/crm/objects/2026-09/contacts", "/crm/objects/2026-03/contacts", "/crm/v3/objects/contacts"],
  ["/crm/objects/{version}/contacts/search", "/crm/objects/2026-09/contacts/search", "/crm/objects/2026-03/contacts/search", "/crm/v3/objects/contacts/search"],
  ["/crm/objects/{version}/2-345/batch/upsert", "/crm/objects/2026-09/2-345/batch/upsert", "/crm/objects/2026-03/2-345/batch/upsert", "/crm/v3/objects/2-345/batch/upsert"],
  ["/crm/objects/{version}/contacts/{id}/associations/deals", "/crm/objects/2026-09/contacts/{id}/associations/deals", "/crm/objects/2026-03/contacts/{id}/associations/deals", "/crm/v4/objects/contacts/{id}/associations/deals"],
  ["/crm-object-schemas/{version}/schemas/{id}", "/crm-object-schemas/2026-09/schemas/{id}", "/crm-object-schemas/2026-03/schemas/{id}", "/crm-object-schemas/v3/schemas/{id}"],
  ["/crm/properties/{version}/contacts", "/crm/properties/2026-09/contacts", "/crm/properties/2026-03/contacts", "/crm/v3/properties/contacts"],
  ["/crm/associations/{version}/contacts/deals/labels", "/crm/associations/2026-09/contacts/deals/labels", "/crm/associations/2026-03/contacts/deals/labels", "/crm/v4/associations/contacts/deals/labels"],
  ["/crm/owners/{version}", "/crm/owners/2026-09", "/crm/owners/2026-03", "/crm/v3/owners"],
  ["/crm/pipelines/{version}/deals", "/crm/pipelines/2026-09/deals", "/crm/pipelines/2026-03/deals", "/crm/v3/pipelines/deals"],
  ["/crm/imports/{version}", "/crm/imports/2026-09", "/crm/imports/2026-03", "/crm/v3/imports"],
  ["/crm/exports/{version}/export/async", "/crm/exports/2026-09/export/async", "/crm/exports/2026-03/export/async", "/crm/v3/exports/export/async"],
  ["/crm/lists/{version}/search", "/crm/lists/2026-09/search", "/crm/lists/2026-03/search", "/crm/v3/lists/search"],
  ["/crm/limits/{version}/records", "/crm/limits/2026-09/records", "/crm/limits/2026-03/records", "/crm/v3/limits/records"],
  ["/crm/property-validations/{version}/0-1", "/crm/property-validations/2026-09/0-1", "/crm/property-validations/2026-03/0-1", "/crm/v3/property-validations/0-1"],
  ["/crm/extensions/calling/{version}/{appId}/settings", "/crm/extensions/calling/2026-09/{appId}/settings", "/crm/extensions/calling/2026-03/{appId}/settings", "/crm/v3/extensions/calling/{appId}/settings"],
  ["/deal-splits/{version}/batch/read", "/deal-splits/2026-09/batch/read", "/deal-splits/2026-03/batch/read", "/crm/objects/v3/deals/splits/batch/read"],
  ["/files/{version}/files/{id}/signed-url", "/files/2026-09/files/{id}/signed-url", "/files/2026-03/files/{id}/signed-url", "/files/v3/files/{id}/signed-url"],
  ["/app-webhooks/{version}/{appId}/settings", "/app-webhooks/2026-09/{appId}/settings", "/webhooks/2026-03/{appId}/settings", "/webhooks/v3/{appId}/settings"],
  ["/webhooks-journal/journal/{version}/earliest", "/webhooks-journal/journal/2026-09/earliest", "/webhooks-journal/journal/2026-03/earliest", null],
  ["/oauth/{version}/token/introspect", "/oauth/2026-09/token/introspect", "/oauth/2026-03/token/introspect", "/oauth/v3/token/introspect"],
  ["/integrators/timeline/{version}/events", "/integrators/timeline/2026-09/events", "/integrators/timeline/2026-03/events", null],
  ["/automation/actions/callbacks/{version}/complete", "/automation/actions/callbacks/2026-09/complete", "/automation/actions/callbacks/2026-03/complete", "/automation/v4/actions/callbacks/complete"],
  ["/automation/actions/{version}/{appId}", "/automation/actions/2026-09/{appId}", "/automation/actions/2026-03/{appId}", "/automation/v4/actions/{appId}"],
  ["/automation/sequences/{version}/enrollments", "/automation/sequences/2026-09/enrollments", "/automation/sequences/2026-03/enrollments", null],
  ["/account-info/{version}/details", "/account-info/2026-09/details", "/account-info/2026-03/details", "/account-info/v3/details"],
  ["/appinstalls/{version}/external-install", "/appinstalls/2026-09/external-install", "/appinstalls/2026-03/external-install", "/appinstalls/v3/external-install"],
  ["/events/event-occurrences/{version}", "/events/event-occurrences/2026-09", "/events/event-occurrences/2026-03", "/events/v3/events"],
  ["/events/{version}/event-definitions", "/events/2026-09/event-definitions", "/events/2026-03/event-definitions", "/events/v3/event-definitions"],
  ["/events/{version}/send", null, "/events/2026-03/send", "/events/v3/send"],
]; // biome-ignore format: one row per line

describe("paths by version", () => {
  it.each(rows)("%s", (template, september, march, v3) => {
    const expected = { "2026-09": september, "2026-03": march, v3 } as const;
    for (const version of ["2026-09", "2026-03", "v3"] as const) {
      if (expected[version] !== null) expect(translate(template, version)).toBe(expected[version]);
      else {
        const message = expect.stringMatching(new RegExp(`${template.split("/")[1]}.*${version}`));
        expect(() => translate(template, version)).toThrow(
          expect.objectContaining({ code: "UNSUPPORTED_IN_VERSION", version, route: template, message }),
        );
      }
    }
  });

  it("has a row here for every family", () => {
    const familyOf = (template: string) =>
      routeFamilies.find((family) =>
        family.template.split("/").every((part, i) => part === "*" || part === template.split("/")[i]),
      );
    const tested = new Set(rows.map(([template]) => familyOf(template)));
    expect(routeFamilies.filter((family) => !tested.has(family))).toEqual([]);
  });

  it("leaves paths without a version alone", () => {
    expect(translate("/oauth/v2/private-apps/get/access-token-info", "v3")).toBe(
      "/oauth/v2/private-apps/get/access-token-info",
    );
  });

  it("fills in dated versions of paths it does not know, and refuses v3 of them", () => {
    expect(translate("/new-thing/{version}/x", "2026-03")).toBe("/new-thing/2026-03/x");
    expect(() => translate("/new-thing/{version}/x", "v3")).toThrow(/new-thing.*v3/);
  });
});

describe("what is shown of a path", () => {
  it.each([
    ["/crm/objects/{version}/contacts/501", "/crm/objects/{version}/contacts/{id}"],
    ["/crm/objects/2026-09/0-1/501", "/crm/objects/2026-09/0-1/{id}"],
    [
      "/automation/v2/workflows/7/enrollments/contacts/ann@example.com",
      "/automation/v2/workflows/{id}/enrollments/contacts/{id}",
    ],
    ["/crm/objects/{version}/2-345/batch/read", "/crm/objects/{version}/2-345/batch/read"],
    ["/crm/v3/objects/ann", "/crm/v3/objects/{id}"],
  ])("%s", (path, label) => {
    expect(routeLabel(path)).toBe(label);
  });
});

describe("where the token goes", () => {
  it.each([
    "https://api.hubapi.com",
    "https://proxy.example.com/hubspot/",
    "http://127.0.0.1:4010",
    "http://localhost:1",
    "http://[::1]:4010",
  ])("%s", (url) => {
    expect(checkedBaseUrl(url)).toBe(url.replace(/\/$/, ""));
  });

  it.each([
    "http://api.hubapi.com",
    "http://127.0.0.1.evil.com",
    "http://localhost.evil.com",
    "http://128.0.0.1",
    "ftp://localhost",
    "https://user:pw@api.hubapi.com",
    "https://api.hubapi.com/?x=1",
    "api.hubapi.com",
    "",
  ])("not %s", (url) => {
    expect(() => checkedBaseUrl(url)).toThrow(expect.objectContaining({ code: "BASE_URL_REFUSED" }));
  });

  it.each(["localhost:4010", "api.hubapi.com", "ftp://localhost", ""])("says what %j wants in front", (url) => {
    expect(() => checkedBaseUrl(url)).toThrow("begins with neither https:// nor http://");
  });

  it.each([
    "@evil.com/x",
    "//evil.com/x",
    "https://evil.com/x",
    "/\\evil.com",
    "/a?b=c",
    "/a#b",
    "/a/../b",
    "/a/./b",
    "/a b",
  ])("not through the path %s", (path) => {
    expect(() => pathTemplate(path)).toThrow(expect.objectContaining({ code: "INPUT_INVALID" }));
  });

  it("encodes parameters and queries, and leaves absent ones out", () => {
    const call = {
      template: "",
      params: { id: "a/b?c" },
      query: { q: "x y&z", ids: ["a", "b"], none: undefined, no: null, yes: true },
    };
    expect(buildUrl("https://h", pathTemplate("/x/{id}"), call)).toBe(
      "https://h/x/a%2Fb%3Fc?q=x%20y%26z&ids=a%2Cb&yes=true",
    );
    expect(() => buildUrl("https://h", pathTemplate("/x/{id}"), { params: { id: ".." } })).toThrow(
      /path parameter \{id\}/,
    );
    expect(() => buildUrl("https://h", pathTemplate("/x/{id}"), {})).toThrow(/path parameter \{id\}/);
  });

  it("writes each list as it is then, whatever lists went before", () => {
    const path = pathTemplate("/x");
    const list: (string | number)[] = ["a", "b"];
    const read = (ids: readonly (string | number)[]) =>
      buildUrl("https://h", path, { query: { ids } }).slice("https://h/x?ids=".length);
    expect([read(list), read(["a", "b"]), read(["a", "c"]), read(["a"]), read([])]).toEqual([
      "a%2Cb",
      "a%2Cb",
      "a%2Cc",
      "a",
      "",
    ]);
    expect(read(list)).toBe("a%2Cb");
    list[1] = "z";
    expect(read(list)).toBe("a%2Cz");
    expect(() => read(["a", "\ud800"])).toThrow(expect.objectContaining({ code: "INPUT_INVALID" }));
    expect([read(list), read([]), read([1, "1"]), read(["1", 1])]).toEqual(["a%2Cz", "", "1%2C1", "1%2C1"]);
  });
});
