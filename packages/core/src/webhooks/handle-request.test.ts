import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { HubspokeError } from "../errors/hubspoke-error.ts";
import { createWebhookHandler, type WebhookDeps } from "./handle-request.ts";
import type { WebhookOptions } from "./options.ts";
import { type Bench, bench, creation, publicUrl, secret, sign, signedRequest, start } from "./testing.fixture.ts";

const options: WebhookOptions = { publicUrl, secrets: secret };
const waiting = async (b: Bench) => (await b.storage.inbox.depth()).waiting;
const codeOf = async (response: Response) => ((await response.json()) as { error: { code: string } }).error.code;

async function answer(request: Request, more: Partial<WebhookOptions> = {}, deps: Partial<WebhookDeps> = {}) {
  const b = bench();
  const response = await createWebhookHandler({ ...options, ...more }, { ...b, ...deps })(request);
  return { b, response, stored: await waiting(b), code: response.ok ? null : await codeOf(response) };
}

describe("accepted", () => {
  test("204 after the events are stored, without any value", async () => {
    const canary = "+19025551234 Jane Canary";
    const change = creation(2, {
      subscriptionType: "contact.propertyChange",
      propertyName: "phone",
      propertyValue: canary,
    });
    const { b, response, stored } = await answer(signedRequest(JSON.stringify([creation(1), change])));
    expect([response.status, stored, await response.text()]).toEqual([204, 2, ""]);
    const rows = await b.storage.inbox.claim(start, 1_000, 10);
    expect(rows.map((row) => row.objectId)).toEqual(["1", "2"]);
    expect(new Set(rows.map((row) => row.id)).size).toBe(2);
    expect(JSON.stringify(rows) + b.spoken()).not.toContain("Canary");
  });

  test.each([
    ["events nobody knows", [creation(1, { subscriptionType: "galaxy.exploded" })]],
    ["portals nobody knows", [creation(1, { portalId: 999 })]],
    ["items that are no events", [12, "text", null, {}]],
  ])("%s are kept", async (_, items) => {
    const { response, stored } = await answer(signedRequest(JSON.stringify(items)));
    expect([response.status, stored]).toEqual([204, items.length]);
  });

  test("the same delivery twice, and the same event twice in one body, are one event", async () => {
    const b = bench();
    const handle = createWebhookHandler(options, b);
    const body = JSON.stringify([creation(1), creation(1, { eventId: 99 })]);
    const again = JSON.stringify([creation(1, { attemptNumber: 1 })]);
    for (const text of [body, body, again]) expect((await handle(signedRequest(text))).status).toBe(204);
    expect(await waiting(b)).toBe(1);
  });

  test("during a rotation both secrets are good, afterwards the old one is not", async () => {
    const old = () => signedRequest("[]", start, sign("[]", start, publicUrl, "old-secret"));
    expect((await answer(old(), { secrets: [secret, "old-secret"] })).response.status).toBe(204);
    expect((await answer(old())).code).toBe("WEBHOOK_SIGNATURE_INVALID");
  });

  test("v1 only where it is opted into", async () => {
    const digest = createHash("sha256").update(`${secret}[]`).digest("hex");
    const request = () =>
      new Request(publicUrl, {
        method: "POST",
        body: "[]",
        headers: { "x-hubspot-signature": digest, "x-hubspot-signature-version": "v1" },
      });
    expect((await answer(request())).code).toBe("WEBHOOK_SIGNATURE_INVALID");
    expect((await answer(request(), { signatureVersions: ["v3", "v1"] })).response.status).toBe(204);
  });

  test("the address comes from configuration: forged hosts and internal ones change nothing", async () => {
    const forged = { host: "evil.example", "x-forwarded-host": "evil.example", "x-forwarded-proto": "http" };
    const body = JSON.stringify([creation(1)]);
    const internal = new Request("http://10.0.0.7:3000/inner/path", {
      method: "POST",
      body,
      headers: { ...sign(body, start), ...forged },
    });
    expect((await answer(internal)).response.status).toBe(204);
    const forEvil = signedRequest(body, start, { ...sign(body, start, "https://evil.example/webhook_uri"), ...forged });
    expect((await answer(forEvil)).code).toBe("WEBHOOK_SIGNATURE_INVALID");
  });

  test("a body in many chunks is read as one", async () => {
    const bytes = Buffer.from(JSON.stringify([creation(1, { note: "é".repeat(50) })]));
    const body = new ReadableStream({
      start(controller) {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
        controller.close();
      },
    });
    const request = new Request(publicUrl, {
      method: "POST",
      body,
      duplex: "half",
      headers: sign(bytes, start),
    } as RequestInit);
    expect((await answer(request)).stored).toBe(1);
  });
});

describe("refused, and nothing is stored", () => {
  const body = JSON.stringify([creation(1)]);
  test.each<[string, () => Request, number, string]>([
    [
      "a forged signature",
      () => signedRequest(body, start, sign(body, start, publicUrl, "forged")),
      401,
      "WEBHOOK_SIGNATURE_INVALID",
    ],
    [
      "a changed body",
      () => signedRequest(body.replace("CRM", "crm"), start, sign(body, start)),
      401,
      "WEBHOOK_SIGNATURE_INVALID",
    ],
    ["no signature", () => new Request(publicUrl, { method: "POST", body }), 401, "WEBHOOK_SIGNATURE_INVALID"],
    ["an old request", () => signedRequest(body, start - 300_001), 401, "WEBHOOK_TIMESTAMP_INVALID"],
    ["a request from the future", () => signedRequest(body, start + 300_001), 401, "WEBHOOK_TIMESTAMP_INVALID"],
    ["a signed body that is no JSON", () => signedRequest("{'a':1}"), 400, "WEBHOOK_MALFORMED"],
    ["a signed empty body", () => signedRequest(""), 400, "WEBHOOK_MALFORMED"],
    ["a signed compressed body", () => signedRequest(gzipSync(body)), 400, "WEBHOOK_MALFORMED"],
    ["deep nesting", () => signedRequest("[".repeat(100_000)), 400, "WEBHOOK_MALFORMED"],
    [
      "another method",
      () => new Request(publicUrl, { method: "PUT", body, headers: sign(body, start) }),
      405,
      "METHOD_NOT_ALLOWED",
    ],
  ])("%s", async (_, request, status, code) => {
    const result = await answer(request());
    expect([result.response.status, result.code, result.stored]).toEqual([status, code, 0]);
  });

  test("a body that was read before is 500, says what to do, and does not wait", async () => {
    const request = signedRequest(body);
    await request.text();
    const b = bench();
    const response = await createWebhookHandler(options, b)(request);
    const { error } = (await response.json()) as { error: { code: string; message: string; docs: string } };
    expect([response.status, error.code]).toEqual([500, "WEBHOOK_BODY_CONSUMED"]);
    expect(error.message).toMatch(/before any body parser.*express\.json\(\{ verify: keepRawBody \}\)/);
    expect(error.docs).toBe("docs/errors/WEBHOOK_BODY_CONSUMED.md");
    expect(b.raised).toMatchObject([{ name: "webhook.rejected", severity: "critical" }]);
  });

  test("so is one of which an adapter knows that it was read", async () => {
    const b = bench();
    const response = await createWebhookHandler(options, b)(signedRequest(body), { consumed: true });
    expect([response.status, await codeOf(response), await waiting(b)]).toEqual([500, "WEBHOOK_BODY_CONSUMED", 0]);
  });

  test("a body whose stream somebody else holds is 500 as well", async () => {
    const request = signedRequest(body);
    request.body?.getReader();
    expect((await answer(request)).code).toBe("WEBHOOK_BODY_CONSUMED");
  });

  test("too large by its own word is refused unread; too large in fact is refused at the cap", async () => {
    const big = "x".repeat(2_000);
    const declared = signedRequest(big, start, { "content-length": "2000" });
    expect((await answer(declared, { maxBodyBytes: 1_999 })).code).toBe("WEBHOOK_BODY_TOO_LARGE");
    expect(declared.bodyUsed).toBe(false);
    let sent = 0;
    let cancelled = false;
    const endless = new ReadableStream({
      pull: (controller) => {
        sent += 1_000;
        controller.enqueue(new Uint8Array(1_000));
      },
      cancel: () => {
        cancelled = true;
      },
    });
    const request = new Request(publicUrl, {
      method: "POST",
      body: endless,
      duplex: "half",
      headers: sign("", start),
    } as RequestInit);
    const { response, code } = await answer(request, { maxBodyBytes: 10_000 });
    expect([response.status, code, cancelled]).toEqual([413, "WEBHOOK_BODY_TOO_LARGE", true]);
    expect(sent).toBeLessThan(14_000);
    expect((await answer(signedRequest(`[${" ".repeat(7_000_000)}]`))).response.status).toBe(204);
  });

  test("a body that never ends in time is given up", async () => {
    const b = bench();
    const stalled = new ReadableStream({ start: (controller) => controller.enqueue(Uint8Array.of(91)) });
    const request = new Request(publicUrl, {
      method: "POST",
      body: stalled,
      duplex: "half",
      headers: sign("[]", start),
    } as RequestInit);
    const pending = createWebhookHandler(options, b)(request);
    await b.clock.advance(9_999);
    await b.clock.advance(1);
    expect(await codeOf(await pending)).toBe("WEBHOOK_BODY_INCOMPLETE");
  });

  test("a body that breaks off is 408", async () => {
    const broken = new ReadableStream({ pull: (controller) => controller.error(new Error("reset")) });
    const request = new Request(publicUrl, {
      method: "POST",
      body: broken,
      duplex: "half",
      headers: sign("[]", start),
    } as RequestInit);
    expect((await answer(request)).response.status).toBe(408);
  });
});

describe("a store that fails", () => {
  const failing = (error: unknown) => ({ inbox: { record: () => Promise.reject(error) } });
  test.each<[string, unknown, string]>([
    ["with an error of ours", new HubspokeError("STORE_BUSY", "busy"), "STORE_BUSY"],
    [
      "with one whose own status is another",
      new HubspokeError("STORE_VALUE_TOO_LARGE", "large"),
      "STORE_VALUE_TOO_LARGE",
    ],
    ["with anything else", new Error("SQLITE: jane@example.com"), "STORE_UNAVAILABLE"],
  ])("%s is 503, so that HubSpot sends again", async (_, error, code) => {
    const {
      b,
      response,
      code: answered,
    } = await answer(signedRequest(JSON.stringify([creation(1)])), {}, failing(error));
    expect([response.status, answered]).toEqual([503, code]);
    expect(b.raised).toMatchObject([{ name: "storage.unavailable", severity: "critical" }]);
    expect(b.spoken()).not.toContain("jane");
  });

  test("nothing is acknowledged before record has returned", async () => {
    const b = bench();
    let finish: (() => void) | undefined;
    const inbox: WebhookDeps["inbox"] = {
      record: (events) => new Promise((resolve) => (finish = () => resolve(events.map(() => "new" as const)))),
    };
    let answered = false;
    const pending = createWebhookHandler(options, { ...b, inbox })(signedRequest(JSON.stringify([creation(1)])));
    void pending.then(() => {
      answered = true;
    });
    while (finish === undefined) await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    expect(answered).toBe(false);
    finish();
    expect((await pending).status).toBe(204);
  });

  test("a key that is missing is not 2xx either", async () => {
    const blindIndex = {
      index: () => {
        throw new HubspokeError("KEY_UNKNOWN", "gone");
      },
    };
    const { response, stored } = await answer(signedRequest(JSON.stringify([creation(1)])), {}, { blindIndex });
    expect([response.status, stored]).toEqual([500, 0]);
  });
});

test("a thousand forgeries raise one alert, scanners none", async () => {
  const b = bench();
  const handle = createWebhookHandler(options, b);
  for (let i = 0; i < 50; i++) {
    await handle(signedRequest("[]", start, sign("[]", start, publicUrl, "forged")));
    await handle(new Request(publicUrl, { method: "POST", body: "[]" }));
    await handle(new Request(publicUrl));
  }
  expect(b.raised.map((alert) => alert.key)).toEqual(["webhook.rejected:signature-mismatch"]);
});

test("an alert sink that throws or rejects changes no answer", async () => {
  const forged = () => signedRequest("[]", start, sign("[]", start, publicUrl, "forged"));
  const rejecting = { raise: () => Promise.reject(new Error("down")) };
  const throwing = {
    raise: () => {
      throw new Error("down");
    },
  };
  for (const alerts of [rejecting, throwing]) {
    const { b, response } = await answer(forged(), {}, { alerts });
    expect(response.status).toBe(401);
    expect(b.spoken()).toContain("alert.failed");
  }
});
