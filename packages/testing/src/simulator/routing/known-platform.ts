import type { Family } from "./family.ts";

const ACTIONS: Family = {
  dated: "/automation/actions/{version}",
  legacy: ["/automation/v4/actions"],
  paths: {
    "/{}": "GET POST",
    "/{}/{}": "GET PATCH DELETE",
    "/{}/{}/functions": "GET",
    "/{}/{}/functions/{}": "GET PUT DELETE",
    "/{}/{}/functions/{}/{}": "GET PUT DELETE",
    "/{}/{}/requires-object": "GET POST",
    "/{}/{}/revisions": "GET",
    "/{}/{}/revisions/{}": "GET",
  },
};

const FILES: Family = {
  dated: "/files/{version}",
  legacy: ["/files/v3"],
  paths: {
    "/files": "POST",
    "/files/search": "GET",
    "/files/stat/{}": "GET",
    "/files/import-from-url/async": "POST",
    "/files/import-from-url/async/tasks/{}/status": "GET",
    "/files/{}": "GET PUT PATCH DELETE",
    "/files/{}/gdpr-delete": "DELETE",
    "/files/{}/signed-url": "GET",
    "/folders": "POST",
    "/folders/search": "GET",
    "/folders/{}": "GET PATCH DELETE",
  },
};

const CURRENCIES: Family = {
  dated: "/settings/currencies/{version}",
  legacy: ["/settings/v3/currencies"],
  paths: {
    "/central-fx-rates/add-currency": "POST",
    "/central-fx-rates/information": "GET",
    "/central-fx-rates/unsupported-currencies": "GET",
    "/codes": "GET",
    "/company-currency": "GET PUT",
    "/exchange-rates": "GET POST",
    "/exchange-rates/batch/create": "POST",
    "/exchange-rates/batch/read": "POST",
    "/exchange-rates/batch/update": "POST",
    "/exchange-rates/current": "GET",
    "/exchange-rates/update-visibility": "POST",
    "/exchange-rates/{}": "GET PATCH",
  },
};

const TIMELINE: Family = {
  legacy: ["/integrators/timeline/v3"],
  paths: {
    "/events": "POST",
    "/events/batch/create": "POST",
    "/events/{}/{}": "GET",
    "/events/{}/{}/detail": "GET",
    "/events/{}/{}/render": "GET",
    "/{}/event-templates": "GET POST",
    "/{}/event-templates/{}": "GET PUT DELETE",
    "/{}/event-templates/{}/tokens": "POST",
    "/{}/event-templates/{}/tokens/{}": "PUT DELETE",
  },
};

const SUBSCRIPTION_PREFERENCES: Family = {
  dated: "/communication-preferences/{version}",
  paths: {
    "/definitions": "GET",
    "/links/generate": "POST",
    "/statuses/batch/read": "POST",
    "/statuses/batch/unsubscribe-all": "POST",
    "/statuses/batch/unsubscribe-all/read": "POST",
    "/statuses/batch/write": "POST",
    "/statuses/{}": "GET POST",
    "/statuses/{}/unsubscribe-all": "GET POST",
  },
};

export const KNOWN_PLATFORM: readonly Family[] = [
  ACTIONS,
  FILES,
  { legacy: ["/files/v3/files/{}/download"], paths: { "": "GET" } },
  CURRENCIES,
  TIMELINE,
  SUBSCRIPTION_PREFERENCES,
  {
    dated: "/automation/actions/callbacks/{version}",
    legacy: ["/automation/v4/actions/callbacks"],
    paths: { "/complete": "POST", "/{}/complete": "POST" },
  },
  {
    dated: "/automation/sequences/{version}",
    legacy: ["/automation/v4/sequences"],
    paths: { "": "GET", "/enrollments": "POST", "/enrollments/contact/{}": "GET", "/{}": "GET" },
  },
  {
    legacy: ["/automation/v4/flows", "/automation/flows/2026-09-beta", "/automation/flows/2027-03-beta"],
    paths: { "": "GET POST", "/batch/read": "POST", "/{}": "GET PUT DELETE" },
  },
  {
    legacy: ["/automation/v2/workflows"],
    paths: { "": "GET", "/{}/enrollments/contacts/{}": "POST DELETE" },
  },
  {
    dated: "/integrators/timeline/{version}",
    paths: { "/events": "POST", "/events/batch": "POST", "/types/projects": "POST" },
  },
  {
    dated: "/oauth/{version}",
    legacy: ["/oauth/v3"],
    paths: { "/token": "POST", "/token/introspect": "POST", "/token/revoke": "POST" },
  },
  {
    legacy: ["/oauth/v1"],
    paths: { "/token": "POST", "/access-tokens/{}": "GET", "/refresh-tokens/{}": "GET DELETE" },
  },
  {
    dated: "/account-info/{version}",
    legacy: ["/account-info/v3"],
    paths: {
      "/activity/audit-logs": "GET",
      "/activity/login": "GET",
      "/activity/security": "GET",
      "/api-usage/daily/private-apps": "GET",
      "/details": "GET",
    },
  },
  { dated: "/appinstalls/{version}", legacy: ["/appinstalls/v3"], paths: { "/external-install": "DELETE" } },
  {
    dated: "/events/event-occurrences/{version}",
    legacy: ["/events/v3/events"],
    paths: { "": "GET", "/event-types": "GET" },
  },
  {
    dated: "/events/{version}",
    legacy: ["/events/v3"],
    paths: {
      "/event-definitions": "GET POST",
      "/event-definitions/{}": "GET PATCH DELETE",
      "/event-definitions/{}/property": "POST",
      "/event-definitions/{}/property/{}": "PATCH DELETE",
      "/send": "POST",
      "/send/batch": "POST",
    },
  },
  {
    dated: "/scheduler/{version}/meetings",
    legacy: ["/scheduler/v3/meetings"],
    paths: {
      "/calendar": "POST",
      "/meeting-links": "GET",
      "/meeting-links/book": "POST",
      "/meeting-links/book/availability-page/{}": "GET",
      "/meeting-links/book/{}": "GET",
    },
  },
  {
    dated: "/settings/users/{version}",
    legacy: ["/settings/v3/users", "/settings/users/v3"],
    paths: { "": "GET POST", "/roles": "GET", "/teams": "GET", "/{}": "GET PUT DELETE" },
  },
];
