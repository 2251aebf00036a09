import { asked, type Behaviour, shown } from "./behaviour.ts";
import { holds, same } from "./outcome.ts";

const O = "/crm/objects/2026-09/contacts";

const status = (id: string, says: string, numbers: readonly number[], fact: "§6 A" = "§6 A"): Behaviour =>
  shown({ id, says, fact, knob: "faults" }, async ({ call, sim }) => {
    for (const number of numbers) {
      sim.faults.add(String(number));
      same("the status", (await call(`GET ${O}`)).status, number);
    }
  });

/** Limits, bad input, and what goes wrong on the way. */
export const TRAFFIC: readonly Behaviour[] = [
  asked({ id: "input.unknown-path", says: "An unknown path is 404, and no JSON.", fact: "§6 B" }, async (account) => {
    const { status: got, body } = await account.call("GET /crm/objects/2026-13/contacts");
    same("the status", got, 404);
    holds("no JSON", typeof body === "string");
  }),
  asked({ id: "input.json", says: "A body that is not JSON is 400.", fact: "none C" }, async (account) => {
    same("the status", (await account.call(`POST ${O}`, "{")).status, 400);
  }),
  asked(
    { id: "input.content-type", says: "A body of another content type is 415.", fact: "none C" },
    async (account) => {
      const { status: got } = await account.call(`POST ${O}`, "{}", { "content-type": "text/plain" });
      same("the status", got, 415);
    },
  ),
  asked(
    { id: "input.token", says: "A token nobody gave is 401 INVALID_AUTHENTICATION.", fact: "§6 B" },
    async (account) => {
      const { status: got, body } = await account.call(`GET ${O}?limit=1`, undefined, { authorization: "Bearer none" });
      same("the refusal", [got, body.category], [401, "INVALID_AUTHENTICATION"]);
    },
  ),
  asked(
    { id: "limits.headers", says: "Answers carry the window's limit and what is left of it.", fact: "§2.4 A" },
    async (account) => {
      const { headers } = await account.call(`GET ${O}?limit=1`);
      same("the interval", headers.get("x-hubspot-ratelimit-interval-milliseconds") === "10000", true);
      const [max, left] = ["max", "remaining"].map((name) => Number(headers.get(`x-hubspot-ratelimit-${name}`)));
      holds("less is left than there was", left! < max!);
    },
  ),
  shown({ id: "input.uri", says: "A path too long is 414.", fact: "§6 A", knob: "maxUri" }, async ({ call }) => {
    same("the status", (await call(`GET ${O}?properties=${"x".repeat(9_000)}`)).status, 414);
  }),
  shown(
    {
      id: "input.not-simulated",
      says: "What HubSpot has and the simulator has not is 501 NOT_SIMULATED, never an empty success.",
      fact: "§1.3 A",
    },
    async ({ call }) => {
      const { status: got, body } = await call("GET /cms/v3/hubdb/tables");
      same("the answer", [got, body.category], [501, "NOT_SIMULATED"]);
    },
  ),
  shown(
    {
      id: "input.not-simulated.types",
      says: "So is an object type that HubSpot has and the simulator has not.",
      fact: "§1.3 A",
    },
    async ({ call }) => {
      for (const type of ["quotes", "0-136"]) {
        const { status: got, body } = await call(`GET /crm/objects/2026-09/${type}`);
        same("the answer", [got, body.category], [501, "NOT_SIMULATED"]);
      }
    },
  ),
  shown(
    {
      id: "limits.ten-secondly",
      says: "190 calls in any ten seconds for each app and account; then 429 TEN_SECONDLY_ROLLING.",
      fact: "§2.1 A",
      knob: "limits.tenSecondly",
    },
    async ({ call, clock }) => {
      for (let n = 0; n < 190; n++) same("a call", (await call(`GET ${O}?limit=1`)).status, 200);
      const { status: got, body } = await call(`GET ${O}?limit=1`);
      same("the next", [got, body.policyName, body.errorType], [429, "TEN_SECONDLY_ROLLING", "RATE_LIMIT"]);
      await clock.advance(10_000);
      same("ten seconds later", (await call(`GET ${O}?limit=1`)).status, 200);
    },
  ),
  shown(
    {
      id: "limits.daily",
      says: "The day is shared by an account's apps and ends at midnight in its time zone.",
      fact: "§2.1 A",
      knob: "limits.daily",
    },
    async ({ call, clock }) => {
      same("the first", (await call(`GET ${O}`)).status, 200);
      same("the second", (await call(`GET ${O}`)).body.policyName, "DAILY");
      // 12:00 UTC is 07:00 in New York.
      await clock.advance(17 * 3_600_000);
      same("after midnight", (await call(`GET ${O}`)).status, 200);
    },
    { limits: { daily: 1 } },
  ),
  shown(
    {
      id: "limits.oauth",
      says: "Apps installed by OAuth have 110 in ten seconds, no day, and no daily headers.",
      fact: "§2.1 A",
      knob: "limits.tenSecondlyOAuth",
    },
    async ({ call }) => {
      const { headers } = await call(`GET ${O}`);
      same("the limit", headers.get("x-hubspot-ratelimit-max") === "110", true);
      same("the day", headers.get("x-hubspot-ratelimit-daily"), null);
    },
    { portals: [{ id: 1, tokens: [{ token: "t", kind: "oauth" }] }] },
  ),
  shown(
    {
      id: "limits.search",
      says: "Five searches a second for each account; the 429 names no policy.",
      fact: "§2.4 B",
      knob: "limits.searchPerSecond",
    },
    async ({ call, clock }) => {
      for (let n = 0; n < 5; n++) same("a search", (await call(`POST ${O}/search`, {})).status, 200);
      const { status: got, body } = await call(`POST ${O}/search`, {});
      same("the next", [got, body.policyName], [429, undefined]);
      holds("its text does", /secondly/.test(body.message));
      await clock.advance(1_000);
      same("a second later", (await call(`POST ${O}/search`, {})).status, 200);
    },
  ),
  shown(
    {
      id: "limits.search.body",
      says: "The search 429 of 2022 had another body.",
      fact: "§2.4 B",
      knob: "limits.searchBody",
    },
    async ({ call }) => {
      same("the category", (await call(`POST ${O}/search`, {})).body.category, "RATE_LIMITS");
    },
    { limits: { searchBody: "2022", searchPerSecond: 0 } },
  ),
  shown(
    {
      id: "limits.retry-after",
      says: "Whether a 429 says when to come back.",
      fact: "§9 C",
      knob: "limits.retryAfter",
    },
    async ({ call, sim }) => {
      same("it does not", (await call(`GET ${O}`)).headers.get("retry-after"), null);
      sim.configure({ limits: { tenSecondly: 0, retryAfter: 7 } });
      same("it does", (await call(`GET ${O}`)).headers.get("retry-after") === "7", true);
    },
    { limits: { tenSecondly: 0 } },
  ),
  shown(
    {
      id: "limits.refused",
      says: "Whether refused calls use up the window too.",
      fact: "none C",
      knob: "limits.countRefused",
    },
    async ({ call, clock }) => {
      await call(`GET ${O}`);
      await clock.advance(6_000);
      same("refused", (await call(`GET ${O}`)).status, 429);
      await clock.advance(5_000);
      same("refused for having asked", (await call(`GET ${O}`)).status, 429);
    },
    { limits: { tenSecondly: 1, countRefused: true } },
  ),
  shown(
    { id: "limits.others", says: "Other programs use up the same limits.", fact: "§2.1 A", knob: "otherProgram" },
    async ({ call }) => {
      same("what is left", (await call(`GET ${O}`)).headers.get("x-hubspot-ratelimit-remaining") === "89", true);
    },
    { otherProgram: { callsPerSecond: 10 } },
  ),
  status("statuses.locked", "423: locked, wait two seconds.", [423]),
  status("statuses.migration", "477: the account migrates; Retry-After in seconds.", [477]),
  status("statuses.gateway", "502 to 504: pause and try again.", [502, 503, 504]),
  status("statuses.edge", "521 to 526: the edge answers with a page.", [521, 522, 523, 524, 525, 526]),
  shown(
    { id: "faults.unknown-outcome", says: "A request can fail after its effect.", fact: "fault", knob: "faults" },
    async ({ call, sim }) => {
      sim.faults.add("POST 502 after");
      same("the status", (await call(`POST ${O}`, { properties: {} })).status, 502);
      same("the records", sim.portal().contacts.size, 1);
    },
  ),
  shown(
    { id: "faults.connection", says: "Connections break, before or after the effect.", fact: "fault", knob: "faults" },
    async ({ call, sim }) => {
      sim.faults.add("reset");
      const broke = await call(`GET ${O}`).then(
        () => false,
        () => true,
      );
      same("it broke", broke, true);
    },
  ),
  shown(
    { id: "faults.clock-skew", says: "HubSpot's clock is not the caller's.", fact: "fault", knob: "clockSkew" },
    async ({ call, clock }) => {
      const { body } = await call(`POST ${O}`, { properties: {} });
      same("the difference", Date.parse(body.createdAt) - clock.now(), -120_000);
    },
    { clockSkew: -120_000 },
  ),
];
