import type { Family } from "./family.ts";

const OBJECTS: Family = {
  dated: "/crm/objects/{version}/{}",
  legacy: ["/crm/v3/objects/{}"],
  paths: {
    "": "GET POST",
    "/{}": "GET PATCH DELETE",
    "/search": "POST",
    "/merge": "POST",
    "/gdpr-delete": "POST",
    "/batch/read": "POST",
    "/batch/create": "POST",
    "/batch/update": "POST",
    "/batch/upsert": "POST",
    "/batch/archive": "POST",
  },
};

const RECORD_ASSOCIATIONS: Family = {
  dated: "/crm/objects/{version}/{}/{}/associations",
  legacy: ["/crm/v4/objects/{}/{}/associations", "/crm/v3/objects/{}/{}/associations"],
  paths: { "/{}": "GET", "/{}/{}": "PUT DELETE", "/default/{}/{}": "PUT" },
};

const ASSOCIATIONS: Family = {
  dated: "/crm/associations/{version}",
  legacy: ["/crm/v4/associations", "/crm/associations/v4"],
  paths: {
    "/definitions/configurations/all": "GET",
    "/definitions/configurations/{}/{}": "GET",
    "/definitions/configurations/{}/{}/batch/create": "POST",
    "/definitions/configurations/{}/{}/batch/purge": "POST",
    "/definitions/configurations/{}/{}/batch/update": "POST",
    "/usage/high-usage-report/{}": "POST",
    "/{}/{}/batch/archive": "POST",
    "/{}/{}/batch/associate/default": "POST",
    "/{}/{}/batch/create": "POST",
    "/{}/{}/batch/labels/archive": "POST",
    "/{}/{}/batch/read": "POST",
    "/{}/{}/labels": "GET POST PUT",
    "/{}/{}/labels/{}": "DELETE",
  },
};

const OLD_ASSOCIATIONS: Family = {
  legacy: ["/crm/v3/associations/{}/{}"],
  paths: { "/types": "GET", "/batch/read": "POST", "/batch/create": "POST", "/batch/archive": "POST" },
};

const PROPERTIES: Family = {
  dated: "/crm/properties/{version}/{}",
  legacy: ["/crm/v3/properties/{}"],
  paths: {
    "": "GET POST",
    "/groups": "GET POST",
    "/groups/{}": "GET PATCH DELETE",
    "/batch/read": "POST",
    "/batch/create": "POST",
    "/batch/archive": "POST",
    "/{}": "GET PATCH DELETE",
  },
};

const SCHEMAS: Family = {
  dated: "/crm-object-schemas/{version}/schemas",
  legacy: ["/crm-object-schemas/v3/schemas", "/crm/v3/schemas"],
  paths: {
    "": "GET POST",
    "/batch/read": "POST",
    "/{}": "GET PATCH DELETE",
    "/{}/associations": "POST",
    "/{}/associations/{}": "DELETE",
  },
};

const PIPELINES: Family = {
  dated: "/crm/pipelines/{version}/{}",
  legacy: ["/crm/v3/pipelines/{}"],
  paths: {
    "": "GET POST",
    "/{}": "GET PUT PATCH DELETE",
    "/{}/audit": "GET",
    "/{}/stages": "GET POST",
    "/{}/stages/{}": "GET PUT PATCH DELETE",
    "/{}/stages/{}/audit": "GET",
  },
};

const LISTS: Family = {
  dated: "/crm/lists/{version}",
  legacy: ["/crm/v3/lists"],
  paths: {
    "": "GET POST",
    "/search": "POST",
    "/idmapping": "GET POST",
    "/folders": "GET POST",
    "/folders/move-list": "PUT",
    "/folders/{}": "DELETE",
    "/folders/{}/move/{}": "PUT",
    "/folders/{}/rename": "PUT",
    "/object-type-id/{}/name/{}": "GET",
    "/records/memberships/batch/read": "POST",
    "/records/{}/{}/memberships": "GET",
    "/{}": "GET DELETE",
    "/{}/memberships": "GET DELETE",
    "/{}/memberships/add": "PUT",
    "/{}/memberships/remove": "PUT",
    "/{}/memberships/add-and-remove": "PUT",
    "/{}/memberships/add-from/{}": "PUT",
    "/{}/memberships/join-order": "GET",
    "/{}/restore": "PUT",
    "/{}/schedule-conversion": "GET PUT DELETE",
    "/{}/size-and-edits-history/between": "GET",
    "/{}/update-list-filters": "PUT",
    "/{}/update-list-name": "PUT",
  },
};

const CALLING: Family = {
  dated: "/crm/extensions/calling/{version}",
  legacy: ["/crm/v3/extensions/calling"],
  paths: {
    "/inbound-call": "POST",
    "/recordings/ready": "POST",
    "/transcripts": "POST",
    "/transcripts/{}": "GET DELETE",
    "/{}/settings": "GET POST PATCH DELETE",
    "/{}/settings/channel-connection": "GET POST PATCH DELETE",
    "/{}/settings/recording": "GET POST PATCH",
  },
};

const CARDS: Family = {
  dated: "/crm/extensions/cards-dev/{version}",
  legacy: ["/crm/v3/extensions/cards-dev"],
  paths: { "/sample-response": "GET", "/{}": "GET POST", "/{}/views/migrate": "POST", "/{}/{}": "GET PATCH DELETE" },
};

const LIMITS: Family = {
  dated: "/crm/limits/{version}",
  legacy: ["/crm/v3/limits"],
  paths: {
    "/associations/labels": "GET",
    "/associations/records/from": "GET",
    "/associations/records/{}/to": "GET",
    "/associations/records/{}/{}": "GET",
    "/calculated-properties": "GET",
    "/custom-object-types": "GET",
    "/custom-properties": "GET",
    "/pipelines": "GET",
    "/records": "GET",
  },
};

export const KNOWN_CRM: readonly Family[] = [
  OBJECTS,
  RECORD_ASSOCIATIONS,
  ASSOCIATIONS,
  OLD_ASSOCIATIONS,
  PROPERTIES,
  SCHEMAS,
  PIPELINES,
  LISTS,
  CALLING,
  CARDS,
  LIMITS,
  { dated: "/crm/owners/{version}", legacy: ["/crm/v3/owners"], paths: { "": "GET", "/{}": "GET" } },
  {
    dated: "/crm/exports/{version}",
    legacy: ["/crm/v3/exports"],
    paths: { "/export/async": "POST", "/export/async/tasks/{}/status": "GET", "/export/{}": "GET" },
  },
  {
    dated: "/crm/imports/{version}",
    legacy: ["/crm/v3/imports"],
    paths: { "": "GET POST", "/{}": "GET", "/{}/cancel": "POST", "/{}/errors": "GET" },
  },
  {
    dated: "/crm/property-validations/{version}",
    legacy: ["/crm/v3/property-validations"],
    paths: { "/{}": "GET", "/{}/{}": "GET", "/{}/{}/rule-type/{}": "GET PUT" },
  },
  {
    dated: "/deal-splits/{version}/batch",
    legacy: ["/crm/objects/v3/deals/splits/batch", "/crm/v3/objects/deals/splits/batch"],
    paths: { "/read": "POST", "/upsert": "POST" },
  },
  { dated: "/crm/object-library/{version}", paths: { "/enablement": "GET", "/enablement/{}": "GET" } },
  {
    dated: "/crm/extensions/videoconferencing/{version}",
    legacy: ["/crm/v3/extensions/videoconferencing"],
    paths: { "/settings/{}": "GET PUT DELETE" },
  },
];
