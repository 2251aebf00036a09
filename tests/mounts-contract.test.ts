import { type Route, routes } from "@hubspoke/core/webhooks";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { signature } from "./mounts/bed.ts";
import type { RouteCase } from "./mounts/contract/case.ts";
import { cases } from "./mounts/contract/cases.ts";
import { patient } from "./mounts/contract/echo.ts";
import { asPage, matches, type Named, publicUrl, refusal, sending } from "./mounts/contract/sending.ts";
import { agreed, type Mount, type Staged, stage } from "./mounts/contract/stage.ts";

/**
 * Every route, used rightly and wrongly, through Fetch, Express and Hono: `agreed` fails where status, headers or body
 * of one differ from another's.
 */
let legs: readonly Staged[];
beforeAll(async () => {
  legs = await stage();
});
afterAll(async () => {
  for (const leg of legs) await leg.close();
});

const limitOfJson = 256 * 1024;
const limitOfWebhooks = 100_000;

const named: readonly Named[] = Object.entries(cases).map(([key, one]) => ({
  key,
  method: key.split(" ")[0] ?? "",
  ...one,
}));
const isSigned = ({ signedAt }: RouteCase) => signedAt !== undefined;
const isGuarded = (one: Named) => !isSigned(one) && one.key !== "GET /oauth/callback";
const guarded = named.filter(isGuarded);
const changing = guarded.filter(({ method }) => method !== "GET");
const withBody = named.filter(({ body }) => body !== undefined);

const waiting = () => Promise.all(legs.map((leg) => leg.waiting()));

test("every route of the OpenAPI document has a case, and there is none besides", async () => {
  const { json } = await agreed(legs, (leg) => leg.send("/openapi.json", { headers: { "x-user": "u1" } }));
  const { paths } = json as { paths: Record<string, Record<string, object>> };
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(Object.keys(cases).sort()).toEqual(described.sort());
  // A route that takes a body says which, and one that takes a list's page refuses wrong ones.
  for (const { key, method, body, wrong, path } of named) {
    const operation = paths[key.split(" ")[1] ?? ""]?.[method.toLowerCase()] ?? {};
    if ("requestBody" in operation)
      expect([key, body !== undefined, Object.keys(wrong).length > 0]).toEqual([key, true, true]);
    if (path.includes("limit=")) expect(Object.keys(wrong), key).toContain("limit=0");
  }
});

/** What the document says of addresses behind `?`. */
type Kind = NonNullable<Route["query"]>[string];
const queries = routes.flatMap((route) =>
  Object.entries("query" in route ? route.query : {}).map(([name, kind]: [string, Kind]) => {
    const one = named.find(({ key }) => key === `${route.method} ${route.path}`);
    return { key: `${route.method} ${route.path}`, name, kind, one };
  }),
);

test.each(queries)("$key?$name= is as it is described", async ({ key, name, kind, one }) => {
  if (one === undefined || key === "GET /oauth/callback" || kind === "text") return expect(kind).toBe("text");
  const path = one.path.split("?")[0];
  const status = async (value: string) =>
    (await agreed(legs, sending(one, { path: `${path}?${name}=${value}` }))).status;
  const [right, wrong] =
    kind === "flag"
      ? [["true", "false"], []]
      : typeof kind === "number"
        ? [["1", String(kind)], [String(kind + 1)]]
        : [kind, ["none"]];
  for (const value of right) expect([value, await status(value)]).toEqual([value, one.status]);
  for (const value of wrong) expect([value, await status(value)]).toEqual([value, 400]);
});

describe.each(named)("$key", (one) => {
  test("used as described", async () => {
    const { status, json, text, asked, headers } = await agreed(legs, sending(one));
    const [method, ...given] = one.asks ?? [];
    const said = { asked: method, with: given };
    expect(asked).toEqual(method === undefined ? [] : [{ ...said, by: "u1 (support) of acme from 127.0.0.1" }]);
    expect(status).toBe(one.status);
    expect(headers["cache-control"] ?? (status === 204 ? "no-store" : undefined)).toBe("no-store");
    if (one.page !== undefined) expect(text).toContain(one.page);
    else if (one.answer === null) expect(text).toBe("");
    else expect(json).toEqual(one.answer ?? said);
  });

  test("an address nobody mounted, or of a router that is not, is unknown", async () => {
    const unknown = refusal(404, "ROUTE_UNKNOWN");
    expect(await agreed(legs, sending(one, { path: `${one.path.split("?")[0]}/a/b/c` }))).toMatchObject(unknown);
    const elsewhere: Mount = one.key === "GET /health" ? "webhooks" : "health";
    expect(await agreed(legs, sending(one, {}, { mount: elsewhere }))).toMatchObject(unknown);
  });

  test("another method is refused, and the answer says which there are", async () => {
    const allowed = new Set<string>(routes.filter(({ path }) => matches(path, one.path)).map(({ method }) => method));
    if (allowed.has("GET") && one.key !== "GET /oauth/callback") allowed.add("HEAD");
    for (const method of ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"]) {
      if (allowed.has(method)) continue;
      const given = { ...one, body: undefined };
      const answer = await agreed(legs, sending(given, {}, { method }));
      const { headers, ...rest } = refusal(405, "METHOD_NOT_ALLOWED");
      expect(answer).toMatchObject(method === "HEAD" ? { status: 405, text: "", asked: [] } : { ...rest, headers });
      expect(new Set(answer.headers.allow?.split(", ")), method).toEqual(allowed);
    }
  });

  if (one.method === "GET" && isGuarded(one)) {
    test("HEAD is the same without a body", async () => {
      const { status, headers, asked } = await agreed(legs, sending(one));
      const head = await agreed(legs, sending(one, {}, { method: "HEAD" }));
      expect(head).toEqual({ status, headers, asked, text: "", json: null });
    });
  }

  test("an address that is not on the list is refused before anything else", async () => {
    expect((await agreed(legs, sending(one, {}, { mount: "near" }))).status).toBe(one.status);
    const before = await waiting();
    const far = await agreed(legs, sending(one, {}, { mount: "far" }));
    expect(far).toMatchObject(refusal(403, "ACCESS_DENIED"));
    expect(await waiting()).toEqual(before);
  });

  const wrong = Object.entries(one.wrong);
  if (wrong.length > 0) {
    test.each(wrong)("wrong: %s", async (_, wanted) => {
      const before = await waiting();
      const answer = await agreed(legs, sending(one, wanted));
      const code = isSigned(one) && "body" in wanted ? "WEBHOOK_MALFORMED" : "INPUT_INVALID";
      expect(answer).toMatchObject(refusal(400, code));
      expect(await waiting()).toEqual(before);
    });
  }
});

describe.each(guarded)("$key", (one) => {
  test("nobody gets in: refused by us, or answered by the host itself", async () => {
    for (const user of ["nobody", "", undefined]) {
      const headers = user === undefined ? {} : { "x-user": user };
      const answer = await agreed(legs, async (leg) => {
        const { body, path, method } = one;
        const init = { method, headers: { ...asPage, ...headers }, ...(body ? { body: JSON.stringify(body) } : {}) };
        return leg.send(path, init);
      });
      expect(answer).toMatchObject(refusal(403, "ACCESS_DENIED"));
    }
    const own = await agreed(legs, sending(one, {}, { headers: { "x-user": "stranger" } }));
    expect(own).toMatchObject({ status: 401, text: "sign in", asked: [] });
    expect(own.headers["set-cookie"]).toBe("a=1");
  });

  test("whoever asks too often is told when to come back, and nobody else is", async () => {
    const often = (user: string) => sending(one, {}, { mount: "limited", headers: { "x-user": user } });
    expect((await agreed(legs, often(one.key))).status).toBe(one.status);
    const limited = await agreed(legs, often(one.key));
    expect(limited).toMatchObject(refusal(429, "ACTOR_LIMITED"));
    expect(limited.headers["retry-after"]).toBe("60");
    expect((await agreed(legs, often(`${one.key}, too`))).status).toBe(one.status);
  });

  if (one.asks !== undefined) {
    test("whoever goes away before the answer stops what was begun, and the mount goes on", async () => {
      for (const leg of legs) {
        leg.asked.length = 0;
        const gone = new AbortController();
        const more = { headers: { "user-agent": patient }, signal: gone.signal };
        const pending = Promise.allSettled([sending(one, {}, more)(leg)]);
        while (leg.asked.length === 0) await new Promise((resolve) => setImmediate(resolve));
        gone.abort();
        while (!leg.asked.includes("aborted")) await new Promise((resolve) => setImmediate(resolve));
        await pending;
      }
      expect((await agreed(legs, sending(one))).status).toBe(one.status);
    });
  }
});

describe.each(changing)("$key", (one) => {
  test.each([
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=a",
    "application/jsonp",
  ])("a body said to be %s is refused", async (type) => {
    const answer = await agreed(legs, sending(one, {}, { headers: { "content-type": type } }));
    expect(answer).toMatchObject(refusal(415, "CONTENT_TYPE_REFUSED"));
  });

  test("a request from another site, or from nowhere, is refused", async () => {
    for (const from of [
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "none" },
      { "sec-fetch-site": "same-site" },
    ]) {
      expect(await agreed(legs, sending(one, {}, { headers: from }))).toMatchObject(refusal(403, "ORIGIN_REFUSED"));
    }
    const { body, path, method } = one;
    for (const origin of [{}, { origin: "https://evil.example" }, { origin: "null" }]) {
      const headers = { "x-user": "u1", "content-type": "application/json", ...origin };
      const answer = await agreed(legs, (leg) =>
        leg.send(path, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) }),
      );
      expect(answer).toMatchObject(refusal(403, "ORIGIN_REFUSED"));
    }
  });
});

describe.each(withBody)("$key", (one) => {
  const most = isSigned(one) ? limitOfWebhooks : limitOfJson;
  const tooLarge = refusal(413, isSigned(one) ? "WEBHOOK_BODY_TOO_LARGE" : "BODY_TOO_LARGE");

  test("a body that comes in pieces is the same body", async () => {
    const whole = await agreed(legs, sending(one));
    expect(await agreed(legs, sending(one, {}, { pieces: 5 }))).toEqual(whole);
  });

  test("a body too large by its own word, or in fact, is refused", async () => {
    const raw = `"${"x".repeat(most)}"`;
    expect(await agreed(legs, sending(one, {}, { raw }))).toMatchObject(tooLarge);
    expect(await agreed(legs, sending(one, {}, { raw: raw + raw, pieces: 9 }))).toMatchObject(tooLarge);
  });

  test.each(["{", '{"a":', "\u0000", "undefined", "\ud800{}", '{"a":1}{}'])(
    "a body that is not JSON: %j",
    async (raw) => {
      const code = isSigned(one) ? "WEBHOOK_MALFORMED" : "INPUT_INVALID";
      expect(await agreed(legs, sending(one, {}, { raw }))).toMatchObject(refusal(400, code));
    },
  );

  test("an upload that breaks off reaches no service and leaves the mount well", async () => {
    const before = await waiting();
    for (const leg of legs) {
      leg.asked.length = 0;
      let pulled = 0;
      const body = new ReadableStream({
        async pull(controller) {
          await new Promise((resolve) => setImmediate(resolve));
          pulled += 1;
          if (pulled > 3) return controller.error(new Error("the sender went away"));
          controller.enqueue(new TextEncoder().encode('{"a":'));
        },
      });
      const { path, method, signedAt } = one;
      const signed = signedAt === undefined ? {} : signature("", { url: publicUrl + signedAt });
      const init = { method, body, duplex: "half", headers: { "x-user": "u1", ...asPage, ...signed } };
      const [outcome] = await Promise.allSettled([leg.send(path, init as RequestInit)]);
      if (outcome?.status === "fulfilled") expect(outcome.value.status).toBeGreaterThanOrEqual(400);
      expect(leg.asked).toEqual([]);
    }
    expect(await waiting()).toEqual(before);
    expect((await agreed(legs, sending(one))).status).toBe(one.status);
  });
});

describe("HubSpot's signature", () => {
  const signed = named.filter(isSigned);
  test.each(signed)("$key takes nothing that is not signed, whoever is signed in", async (one) => {
    const before = await waiting();
    const refused = refusal(401, "WEBHOOK_SIGNATURE_INVALID");
    for (const headers of [
      { "x-hubspot-signature-v3": "" },
      { "x-hubspot-signature-v3": "AAAA" },
      { "x-hubspot-signature-v3": Buffer.alloc(32).toString("base64") },
    ]) {
      expect(await agreed(legs, sending(one, {}, { headers }))).toMatchObject(refused);
    }
    const late = { "x-hubspot-request-timestamp": "1" };
    expect(await agreed(legs, sending(one, {}, { headers: late }))).toMatchObject(
      refusal(401, "WEBHOOK_TIMESTAMP_INVALID"),
    );
    expect(await waiting()).toEqual(before);
  });
});

test("a login that nobody began here is told on a page, with no way back", async () => {
  for (const query of ["", "?state=a", "?state=a&code=b", "?state=a&state=b&code=c", "?error=access_denied&state=a"]) {
    const answer = await agreed(legs, (leg) => leg.send(`/oauth/callback${query}`, { redirect: "manual" }));
    expect([answer.status, answer.headers["content-type"]]).toEqual([400, "text/html; charset=utf-8"]);
    expect(answer.text).toContain("OAUTH_STATE_INVALID");
  }
});

test("a route that wants no body reads none, however large", async () => {
  for (const one of changing.filter(({ body }) => body === undefined)) {
    const raw = `"${"x".repeat(limitOfJson)}"`;
    expect([one.key, (await agreed(legs, sending(one, {}, { raw }))).status]).toEqual([one.key, one.status]);
  }
});
