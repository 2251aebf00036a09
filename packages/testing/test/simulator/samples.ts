const O = "/crm/objects/2026-09";
const A = "/crm/associations/2026-09";
const P = "/crm/properties/2026-09/contacts";
const KEY = "?hapikey=developer-sim";
const LINK = { associationCategory: "HUBSPOT_DEFINED", associationTypeId: 279 };
const PROPERTY = {
  name: "shoe",
  label: "Shoe",
  type: "enumeration",
  fieldType: "select",
  groupName: "contactinformation",
  hasUniqueValue: false,
  options: [{ label: "S", value: "s", displayOrder: 0, hidden: false }],
};
const PAGE = {
  filterBranchType: "OR",
  filters: [],
  filterBranches: [
    {
      filterBranchType: "AND",
      filterBranches: [],
      filters: [
        {
          filterType: "PROPERTY",
          property: "city",
          operation: { operationType: "MULTISTRING", operator: "IS_EQUAL_TO", values: ["Halifax"] },
        },
      ],
    },
  ],
};

/** One good body for each kind of write, so that a test can spoil one part of it and reach what lies behind the rest. */
export const SAMPLES: readonly (readonly [route: string, body: unknown])[] = [
  [
    `POST ${O}/contacts`,
    { properties: { email: "a@b.example", city: "X" }, associations: [{ to: { id: "1" }, types: [LINK] }] },
  ],
  [
    `PATCH ${O}/contacts/1`,
    { properties: { phone: "902", lifecyclestage: "lead", hs_additional_emails: "x@y.example" } },
  ],
  [`POST ${O}/contacts/merge`, { primaryObjectId: "1", objectIdToMerge: "2" }],
  [`POST ${O}/contacts/gdpr-delete`, { objectId: "a@b.example", idProperty: "email" }],
  [`POST ${O}/contacts/batch/read`, { inputs: [{ id: "1" }], properties: ["city"], propertiesWithHistory: ["city"] }],
  [
    `POST ${O}/contacts/batch/create`,
    { inputs: [{ properties: { city: "X" }, objectWriteTraceId: "t", associations: [] }] },
  ],
  [`POST ${O}/contacts/batch/update`, { inputs: [{ id: "1", idProperty: "email", properties: { city: "X" } }] }],
  [
    `POST ${O}/contacts/batch/upsert`,
    { inputs: [{ id: "a@b.example", idProperty: "email", properties: { city: "X" } }] },
  ],
  [`POST ${O}/contacts/batch/archive`, { inputs: [{ id: "1" }] }],
  [
    `POST ${O}/contacts/search`,
    {
      query: "ann",
      filterGroups: [
        { filters: [{ propertyName: "city", operator: "BETWEEN", value: "1", highValue: "2", values: [] }] },
      ],
      sorts: [{ propertyName: "createdate", direction: "DESCENDING" }],
      properties: ["city"],
      limit: 5,
      after: "0",
    },
  ],
  [`PUT ${O}/contacts/1/associations/companies/2`, [LINK]],
  [`POST ${A}/contacts/companies/batch/create`, { inputs: [{ from: { id: "1" }, to: { id: "2" }, types: [LINK] }] }],
  [`POST ${A}/contacts/companies/batch/read`, { inputs: [{ id: "1", after: "2" }] }],
  [`POST ${A}/contacts/companies/batch/archive`, { inputs: [{ from: { id: "1" }, to: [{ id: "2" }] }] }],
  [
    `POST ${A}/contacts/companies/batch/labels/archive`,
    { inputs: [{ from: { id: "1" }, to: { id: "2" }, types: [LINK] }] },
  ],
  [`POST ${A}/contacts/companies/labels`, { name: "boss", label: "Boss", inverseLabel: "Report" }],
  [
    `POST ${A}/definitions/configurations/contacts/companies/batch/create`,
    { inputs: [{ category: "HUBSPOT_DEFINED", typeId: 279, maxToObjectIds: 3 }] },
  ],
  [`POST ${P}`, PROPERTY],
  [`PATCH ${P}/city`, { label: "Town", options: PROPERTY.options }],
  [`POST ${P}/batch/create`, { inputs: [PROPERTY] }],
  [`POST ${P}/batch/read`, { inputs: [{ name: "city" }], archived: false }],
  [`POST ${P}/groups`, { name: "shoes", label: "Shoes", displayOrder: 1 }],
  [
    "POST /crm-object-schemas/2026-09/schemas",
    {
      name: "car",
      labels: { singular: "Car", plural: "Cars" },
      primaryDisplayProperty: "plate",
      requiredProperties: ["plate"],
      properties: [{ name: "plate", label: "Plate", type: "string", fieldType: "text" }],
      associatedObjects: ["CONTACT"],
    },
  ],
  [
    "POST /crm/pipelines/2026-09/deals",
    { label: "Big", displayOrder: 1, stages: [{ label: "Won", displayOrder: 0, metadata: { probability: "1.0" } }] },
  ],
  ["POST /crm/lists/2026-09", { name: "L", objectTypeId: "0-1", processingType: "DYNAMIC", filterBranch: PAGE }],
  ["PUT /crm/lists/2026-09/1/memberships/add-and-remove", { recordIdsToAdd: ["1"], recordIdsToRemove: ["2"] }],
  ["PUT /crm/lists/2026-09/1/memberships/add", ["1"]],
  ["POST /crm/lists/2026-09/search", { query: "L", listIds: ["1"], processingTypes: ["MANUAL"], offset: 0, count: 5 }],
  [
    "POST /crm/exports/2026-09/export/async",
    {
      exportType: "VIEW",
      exportName: "E",
      format: "CSV",
      objectType: "0-1",
      objectProperties: ["email"],
      exportInternalValuesOptions: ["NAMES"],
      associatedObjectType: "0-2",
      publicCrmSearchRequest: { filters: [{ propertyName: "city", operator: "EQ", value: "X" }], sorts: [], query: "" },
    },
  ],
  [
    `PUT /app-webhooks/2026-09/1/settings${KEY}`,
    { targetUrl: "https://a.example/h", throttling: { maxConcurrentRequests: 10 } },
  ],
  [
    `POST /app-webhooks/2026-09/1/subscriptions${KEY}`,
    { eventType: "contact.propertyChange", propertyName: "city", active: true },
  ],
  [
    "POST /files/2026-09/files/import-from-url/async",
    { url: "https://a.example/a.png", access: "PRIVATE", folderPath: "/a", ttl: "P1D" },
  ],
  ["POST /files/2026-09/folders", { name: "f", parentPath: "/a/b" }],
  [
    `POST /integrators/timeline/v3/1/event-templates${KEY}`,
    {
      name: "T",
      objectType: "CONTACT",
      headerTemplate: "{{a}}",
      tokens: [{ name: "a", label: "A", type: "string", options: [] }],
    },
  ],
  [
    "POST /integrators/timeline/v3/events",
    { id: "e", eventTemplateId: "1000001", objectId: "1", tokens: { a: "b" }, extraData: { a: {} } },
  ],
  [
    "POST /integrators/timeline/2026-09/events",
    { id: "e", eventTypeName: "called", email: "a@b.example", properties: { a: "b" }, timestamp: 1 },
  ],
  [
    "POST /integrators/timeline/2026-09/events/batch",
    { inputs: [{ id: "f", eventTypeName: "called", objectId: "1", properties: {} }] },
  ],
  [
    `POST /automation/actions/2026-09/1${KEY}`,
    {
      actionUrl: "https://a.example/act",
      published: true,
      objectTypes: ["CONTACT"],
      objectRequestOptions: { properties: ["email"] },
      inputFields: [{ isRequired: true, typeDefinition: { name: "g", type: "string", options: [] } }],
      labels: { en: { actionName: "A" } },
      functions: [{ functionType: "PRE_FETCH_OPTIONS", functionSource: "x", id: "1" }],
    },
  ],
  ["POST /automation/actions/callbacks/2026-09/complete", { inputs: [{ callbackId: "ap", outputFields: { a: "b" } }] }],
  [
    `POST /crm/extensions/calling/2026-09/1/settings${KEY}`,
    { name: "P", url: "https://a.example/p", width: 300, isReady: true },
  ],
];
