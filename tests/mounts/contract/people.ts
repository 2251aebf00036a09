import { type Cases, wrongBodies, wrongPages } from "./case.ts";

const person = { email: "ada@example.com" };
const wrongPerson = wrongBodies({}, { name: "Ada" }, { email: "" }, { phone: 1 }, { ...person, more: 1 });
const manyPhones = Array.from({ length: 1_001 }, String);
const wrongPhones = [{}, { phones: [] }, { phones: [1] }, { phones: "1" }, { phones: manyPhones }] as const;

/** Whom a product's people look up, who saw them, and what they may ask for. */
export const people: Cases = {
  "GET /contacts/lookup/{phone}": {
    path: "/contacts/lookup/%28902%29%20555-1234%2Fx9",
    status: 200,
    asks: ["directory.lookupByPhone", "(902) 555-1234/x9"],
    wrong: { "a broken encoding": { path: "/contacts/lookup/%E0%A4%A" } },
  },
  "POST /contacts/lookup": {
    path: "/contacts/lookup",
    body: { phones: ["22", "Zoë 陈"] },
    status: 200,
    asks: ["directory.batchLookup", ["22", "Zoë 陈"]],
    answer: {
      results: [
        { query: "22", asked: "directory.batchLookup" },
        { query: "Zoë 陈", asked: "directory.batchLookup" },
      ],
    },
    wrong: wrongBodies(...wrongPhones, { phones: ["9".repeat(257)] }),
  },
  "GET /contacts/search": {
    path: "/contacts/search?q=Zo%C3%AB+s&limit=5&recent=false",
    status: 200,
    asks: ["directory.search", "Zoë s", { limit: 5, includeRecent: false }],
    wrong: wrongPages("/contacts/search"),
  },
  "POST /contacts/search": {
    path: "/contacts/search",
    body: { query: "Zoë", limit: 100, includeRecent: true },
    status: 200,
    asks: ["directory.search", "Zoë", { limit: 100, includeRecent: true }],
    wrong: wrongBodies(
      {},
      { query: 1 },
      { query: "x".repeat(201) },
      { query: "a", limit: 101 },
      { query: "a", limit: 1.5 },
    ),
  },
  "GET /contacts/recents": {
    path: "/contacts/recents?limit=7",
    status: 200,
    asks: ["directory.recents", 7],
    wrong: wrongPages("/contacts/recents"),
  },
  "DELETE /contacts/recents": {
    path: "/contacts/recents",
    status: 200,
    asks: ["directory.forgetHistory"],
    answer: { removed: { asked: "directory.forgetHistory", with: [] } },
    wrong: {},
  },
  "POST /contacts/{id}/opened": {
    path: "/contacts/501/opened",
    status: 204,
    asks: ["directory.opened", "501"],
    answer: null,
    wrong: { "a broken encoding": { path: "/contacts/%ff/opened" } },
  },
  "POST /contacts/active": {
    path: "/contacts/active",
    body: { phones: ["1"], forMs: 60_000 },
    status: 204,
    asks: ["directory.markActive", ["1"], { forMs: 60_000 }],
    answer: null,
    wrong: wrongBodies(...wrongPhones, { phones: ["1"], forMs: 0 }, { phones: ["1"], forMs: 31 * 86_400_000 }),
  },
  "GET /contacts/unknown": {
    path: "/contacts/unknown",
    status: 200,
    asks: ["directory.unknownProgress"],
    wrong: {},
  },
  "POST /contacts/unknown/sync": {
    path: "/contacts/unknown/sync",
    status: 202,
    asks: ["directory.syncUnknown"],
    wrong: {},
  },
  "GET /contacts/cache/stats": {
    path: "/contacts/cache/stats",
    status: 200,
    asks: ["directory.cacheStats"],
    wrong: {},
  },
  "POST /contacts/cache/clear": {
    path: "/contacts/cache/clear",
    status: 200,
    asks: ["directory.clearCache"],
    answer: { removed: { asked: "directory.clearCache", with: [] } },
    wrong: {},
  },
  "POST /audit/query": {
    path: "/audit/query",
    body: { phone: "902", actorId: "u1", from: 1, to: 2, after: "c", limit: 5 },
    status: 200,
    asks: ["audit.query", { phone: "902", actorId: "u1", from: 1, to: 2, after: "c", limit: 5 }],
    wrong: wrongBodies({ limit: 501 }, { from: "yesterday" }, { phne: "902" }, { contactId: "" }),
  },
  "POST /privacy/export": {
    path: "/privacy/export",
    body: person,
    status: 200,
    asks: ["privacy.export", person],
    wrong: wrongPerson,
  },
  "POST /privacy/erase": {
    path: "/privacy/erase",
    body: { contactId: "501", phone: "902" },
    status: 200,
    asks: ["privacy.erase", { contactId: "501", phone: "902" }],
    wrong: wrongPerson,
  },
  "POST /privacy/readmit": {
    path: "/privacy/readmit",
    body: person,
    status: 200,
    asks: ["privacy.readmit", person],
    answer: { removed: { asked: "privacy.readmit", with: [person] } },
    wrong: wrongPerson,
  },
};
