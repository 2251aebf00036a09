import { inspect } from "node:util";
import type { CallEvent, CallStart, Hubspoke, HubspokeOptions } from "@hubspoke/core";
import type { LogFields, Logger } from "@hubspoke/core/ports";
import * as otel from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { client } from "./client/bed.ts";

const spans = new InMemorySpanExporter();
const measured = new InMemoryMetricExporter(AggregationTemporality.DELTA);
const reader = new PeriodicExportingMetricReader({ exporter: measured, exportIntervalMillis: 2 ** 30 });

beforeAll(() => {
  otel.context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  otel.trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }));
  otel.metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
});
afterAll(async () => {
  await reader.shutdown();
  for (const api of [otel.context, otel.trace, otel.metrics]) api.disable();
});
beforeEach(async () => {
  await reader.forceFlush();
  measured.reset();
  spans.reset();
});

const byId = "GET /crm/objects/{version}/contacts/{id}";

async function metrics(): Promise<Record<string, { readonly labels: unknown; readonly value: unknown }[]>> {
  await reader.forceFlush();
  const all = measured.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
  return Object.fromEntries(
    all.map((metric) => [
      metric.descriptor.name,
      metric.dataPoints.map(({ attributes, value }) => ({ labels: attributes, value })),
    ]),
  );
}

/** A log that is kept. */
function log(): Logger & { readonly lines: { readonly event: string; readonly fields: LogFields | undefined }[] } {
  const lines: { event: string; fields: LogFields | undefined }[] = [];
  const keep = (event: string, fields?: LogFields) => void lines.push({ event, fields });
  return { lines, debug: keep, info: keep, warn: keep, error: keep };
}

describe("OpenTelemetry", () => {
  it("is found by itself: one span for a call and its attempts, under the caller's", async () => {
    const { simulator, hs, drive } = client();
    const { id } = simulator.portal().contacts.create({ email: "ann@acme.example" });
    await drive(hs.accountInfo());
    spans.reset();
    simulator.faults.add({ method: "GET", effect: { status: 502 } });
    const tracer = otel.trace.getTracer("host");
    await tracer.startActiveSpan("message", async (message) => {
      await drive(hs.contacts.get(id, { properties: ["email"] }));
      message.end();
    });
    const [call, message] = spans.getFinishedSpans();
    expect(call).toMatchObject({
      name: `hubspot ${byId}`,
      kind: otel.SpanKind.CLIENT,
      status: { code: otel.SpanStatusCode.UNSET },
      parentSpanContext: { spanId: message?.spanContext().spanId },
      attributes: {
        "http.request.method": "GET",
        "url.template": "/crm/objects/{version}/contacts/{id}",
        "server.address": "api.hubapi.com",
        "http.response.status_code": 200,
        "http.request.resend_count": 1,
        "hubspoke.tenant": "acme",
        "hubspoke.lane": "interactive",
        "hubspoke.attempts": 2,
      },
      events: [
        {
          name: "hubspot.attempt_failed",
          attributes: {
            "hubspoke.attempt": 1,
            "error.type": "HUBSPOT_UNAVAILABLE",
            "http.response.status_code": 502,
          },
        },
      ],
    });
  });

  it("ends a failed call's span with its code, also where nothing was answered", async () => {
    const { simulator, hs, drive } = client();
    await expect(drive(hs.contacts.get("1", { properties: [] }))).rejects.toMatchObject({ code: "NOT_FOUND" });
    simulator.faults.add({ method: "GET", effect: "reset", times: Number.POSITIVE_INFINITY });
    await expect(drive(hs.contacts.get("1", { properties: [] }))).rejects.toMatchObject({ code: "NETWORK_FAILED" });
    const failed = spans.getFinishedSpans().filter(({ status }) => status.code === otel.SpanStatusCode.ERROR);
    expect(failed.map(({ attributes }) => attributes["error.type"])).toEqual(["NOT_FOUND", "NETWORK_FAILED"]);
    expect(failed[1]?.attributes).not.toHaveProperty("http.response.status_code");
    expect(failed[1]?.attributes["hubspoke.attempts"]).toBe(6);
  });

  it("counts and times calls, retries and waits, by route", async () => {
    const { simulator, hs, drive } = client();
    const { id } = simulator.portal().contacts.create({});
    simulator.faults.add({ route: "/crm/objects/**", effect: { status: 503 } });
    await drive(hs.contacts.get(id, { properties: [] }));
    const found = await metrics();
    expect(found["hubspot.call.count"]).toEqual(
      expect.arrayContaining([
        { labels: { route: byId, status: "503", code: "HUBSPOT_UNAVAILABLE" }, value: 1 },
        { labels: { route: byId, status: "200", code: "ok" }, value: 1 },
      ]),
    );
    expect(found["hubspot.retry.count"]).toEqual([{ labels: { route: byId }, value: 1 }]);
    expect(found["hubspot.call.duration_ms"]?.map(({ value }) => value)).toContainEqual(
      expect.objectContaining({ count: 1 }),
    );
    expect(found["hubspot.queue.wait_ms"]?.[0]?.labels).toEqual({ lane: "interactive" });
    expect(found["hubspot.queue.depth_calls"]?.[0]?.labels).toEqual({ lane: "interactive" });
    expect(found["hubspot.quota.remaining_calls"]?.map(({ labels }) => labels)).toEqual(
      expect.arrayContaining([{ quota: "window" }, { quota: "day" }]),
    );
  });

  it("is left out with `telemetry: false`, and is what was passed in where that was", async () => {
    const off = client({}, { telemetry: false });
    await off.drive(off.hs.accountInfo());
    expect(spans.getFinishedSpans()).toEqual([]);
    const own = new InMemorySpanExporter();
    const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(own)] });
    const telemetry = { trace: provider, metrics: otel.metrics };
    const passed = client({}, { telemetry });
    await passed.drive(passed.hs.accountInfo());
    expect(spans.getFinishedSpans()).toEqual([]);
    expect(own.getFinishedSpans().length).toBeGreaterThan(0);
  });
});

describe("a span processor that throws", () => {
  it.each(["onStart", "onEnd"])("in %s is logged and counted, and a create that happened is one", async (where) => {
    const broken = { onStart() {}, onEnd() {}, forceFlush: async () => {}, shutdown: async () => {} };
    const processor = {
      ...broken,
      [where]() {
        throw new Error("the canary ann@acme.example");
      },
    };
    const logger = log();
    const telemetry = { trace: new BasicTracerProvider({ spanProcessors: [processor] }), metrics: otel.metrics };
    const { simulator, hs, hubspoke, drive } = client({}, { telemetry, logger });
    const { id } = await drive(hs.contacts.create({ properties: { firstname: "Ann" } }));
    expect(simulator.portal().contacts.get(id)).toMatchObject({ properties: { firstname: "Ann" } });
    // The call that learned the portal, and the create.
    expect(hubspoke.calls.stats().hookFailures).toBe(2);
    const failed = logger.lines.filter(({ event }) => event === "hubspot.hook_failed");
    expect(failed.map(({ fields }) => `${fields?.hook} ${fields?.route}`).sort()).toEqual([
      "telemetry GET /account-info/{version}/details",
      "telemetry POST /crm/objects/{version}/contacts",
    ]);
    expect(inspect(logger.lines, { depth: 9 })).not.toContain("ann@");
  });
});

describe("hooks", () => {
  it("are called before and after every attempt", async () => {
    const seen: (CallStart | CallEvent)[] = [];
    const { simulator, hs, drive } = client(
      { latency: 40 },
      { onSend: (start) => seen.push(start), onCall: (event) => seen.push(event) },
    );
    await drive(hs.accountInfo());
    seen.length = 0;
    simulator.faults.add({ method: "POST", effect: { policy: "TEN_SECONDLY_ROLLING" } });
    await drive(hs.contacts.create({ properties: { firstname: "Zoë" } }));
    const start = {
      tenant: "acme",
      route: "POST /crm/objects/{version}/contacts",
      method: "POST",
      lane: "interactive",
    };
    expect(seen).toMatchObject([
      { ...start, attempt: 1, waitedMs: 0 },
      { ...start, attempt: 1, status: 429, code: "RATE_LIMITED", sent: true },
      { ...start, attempt: 2 },
      { ...start, attempt: 2, status: 201, code: null, sent: true, durationMs: expect.any(Number) },
    ]);
    const done = seen[3] as CallEvent;
    expect(done.bytesSent).toBe(
      new TextEncoder().encode('{"properties":{"firstname":"Zoë"},"associations":[]}').length,
    );
    expect(done.bytesReceived).toBeGreaterThan(50);
    expect((seen[2] as CallStart).waitedMs).toBeGreaterThan(0);
  });

  it("that reject are logged and counted, and nothing is left unhandled", async () => {
    const logger = log();
    const rejecting = async (): Promise<void> => {
      throw new Error("the canary ann@acme.example");
    };
    const { hs, hubspoke, drive } = client({}, { onCall: rejecting, logger });
    await drive(hs.accountInfo());
    expect(hubspoke.calls.stats().hookFailures).toBe(2);
    expect(logger.lines.map(({ event }) => event)).toContain("hubspot.hook_failed");
  });

  it("that throw are logged and counted, and break nothing", async () => {
    const logger = log();
    const broken = (): never => {
      throw new Error("the canary ann@acme.example");
    };
    const metrics = { count: broken, record: broken };
    const { hs, hubspoke, drive } = client({}, { onSend: broken, onCall: broken, metrics, logger });
    await drive(hs.contacts.create({ properties: { firstname: "Ann" } }));
    // For each call, the one that learned the portal and the create; metrics are given twice.
    const one = ["onSend", "onCall", "metrics", "metrics"];
    expect(hubspoke.calls.stats().hookFailures).toBe(8);
    const failed = logger.lines.filter(({ event }) => event === "hubspot.hook_failed");
    expect(failed.map(({ fields }) => fields?.hook)).toEqual([...one, ...one]);
    expect(inspect(logger.lines, { depth: 9 })).not.toContain("ann@");
  });
});

describe("what is observed", () => {
  it("holds no token, name, number or address of a person, and no record's id but in errors", async () => {
    const events: unknown[] = [];
    const errors: unknown[] = [];
    const logger = log();
    const options: Partial<HubspokeOptions> = {
      onSend: (event) => void events.push(event),
      onCall: (event) => void events.push(event),
      logger,
    };
    const { simulator, hs, hubspoke, drive } = client({}, options);
    const canaries = ["canary@acme.example", "+19025550199", "Canaryname", simulator.token];
    const ann = { email: "canary@acme.example", phone: "+19025550199", firstname: "Canaryname" };
    const attempt = (work: Promise<unknown>) => drive(work).catch((error: unknown) => errors.push(error));
    const { id } = simulator.portal().contacts.create(ann);
    for (const work of everything(hs, ann, id)) await attempt(work());
    simulator.faults.add({ method: "POST", phase: "after", effect: "reset", times: 2 });
    await attempt(hs.contacts.create({ properties: { firstname: "Canaryname" } }));
    await attempt(hs.notes.create({ properties: { hs_note_body: "Canaryname", hs_timestamp: new Date(0) } }));
    expect(errors.length).toBeGreaterThan(4);
    await hubspoke.close();
    const seen = {
      spans: spans
        .getFinishedSpans()
        .map(({ name, attributes, events: of, status }) => ({ name, attributes, of, status })),
      metrics: await metrics(),
      events,
      logs: logger.lines,
      errors: [inspect(errors, { depth: 9 }), JSON.stringify(errors), errors.map(String)],
    };
    expect(seen.spans.length).toBeGreaterThan(8);
    for (const [where, what] of Object.entries(seen)) {
      const text = `${JSON.stringify(what)} ${inspect(what, { depth: 12 })}`;
      // An error may name a record, the one that exists already for example; what is counted and traced may not.
      const forbidden = where === "errors" ? canaries : [...canaries, id];
      for (const canary of forbidden) expect(text.includes(canary), `${canary} in ${where}`).toBe(false);
    }
  });
});

type Client = ReturnType<Hubspoke["client"]>;

/** Ways in which a value could reach a path, a message or a label. */
function everything(hs: Client, ann: Readonly<Record<string, string>>, id: string): (() => Promise<unknown>)[] {
  const { email = "", phone = "", firstname = "" } = ann;
  return [
    () => hs.contacts.get(email, { idProperty: "email", properties: ["email", "phone"] }),
    () => hs.contacts.get(id, { properties: ["email"] }),
    () => hs.contacts.get("999", { properties: [] }),
    () => hs.contacts.create({ properties: ann }),
    () => hs.contacts.update(id, { email: `not ${email}` }),
    () => hs.contacts.search({ properties: [], filters: [{ property: "phone", operator: "EQ", value: phone }] }),
    () => hs.contacts.gdprDelete(`x${email}`, { idProperty: "email" }),
    () => hs.request(`GET /crm/v3/objects/contacts/${email}`),
    () => hs.request("GET /crm/objects/{version}/contacts/{contactId}", { path: { contactId: phone } }),
    () => hs.request(`GET /contacts/v1/contact/email/${email}/profile`, { query: { firstname } }),
    () => hs.contacts.get(id, { properties: [email as "email"] }),
  ];
}
