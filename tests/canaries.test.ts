import { inspect } from "node:util";
import { isHubspokeError } from "@hubspoke/core";
import * as otel from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { afterAll, beforeAll, expect, it } from "vitest";
import { bytesIn, staff } from "./directory/bed.ts";
import { admin, office, tick, victim } from "./privacy/office.ts";

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

/** Whatever of it shows: names, numbers in any spelling, addresses, tokens and texts. */
const planted = /canary|902.?555.?1234|5551234|203\.0\.113|Mozilla|pat-sim|4242 ?4242|opens-it/i;
/** What the test itself calls its files and syncs. */
const harmless = /canaries\.test\.ts/g;

it("nothing of a person and no secret is in the database, its WAL, logs, alerts, spans, metrics or errors, whatever goes wrong", async () => {
  const o = await office();
  const events: unknown[] = [];
  const errors: unknown[] = [];
  const count = (name: string, value: number, labels?: unknown) => void events.push([name, value, labels]);
  const one = o.another({
    telemetry: otel,
    metrics: { count, record: count },
    onCall: (event) => void events.push(event),
    guard: { deny: ["kyc_notes"] },
  });
  const { hubspoke } = one;
  const hs = hubspoke.client({ tenant: "acme" });
  /** Every failure is kept, to be looked at like a log would. */
  const tried = async (work: () => Promise<unknown>): Promise<void> => {
    await o.drive(
      work().catch((error: unknown) => {
        errors.push(error);
      }),
    );
  };
  const { faults } = o.there.simulator;

  // What people do.
  await tried(() => hubspoke.directory.lookupByPhone(victim.phone, staff, { throwOnFailure: true }));
  await tried(() => hubspoke.directory.batchLookup([victim.phone, "canary", "12"], staff, { throwOnFailure: true }));
  await tried(() => hubspoke.directory.search("canaryfirst", staff));
  await tried(() => hubspoke.directory.opened(o.ids.victim, staff));
  await tried(() => hubspoke.privacy.export({ email: victim.email }, admin));
  // What is refused, by us and by HubSpot, with the value in HubSpot's own text.
  await tried(() => hs.contacts.create({ properties: { email: victim.email } }));
  await tried(() => hs.contacts.create({ properties: { email: "canary@@" } }));
  await tried(() => hs.contacts.update("1", { jobtitle: "Canaryjob" }));
  await tried(() => hs.contacts.get(victim.email, { properties: ["email"], idProperty: "email" }));
  await tried(() => hs.contacts.create({ properties: { jobtitle: "4242 4242 4242 4242, Canary" } }));
  await tried(() => hs.request("GET /crm/objects/{version}/canary@person.example"));
  await tried(() => hs.request("POST /canary", { body: { kyc_notes: "Canary" } }));
  await tried(() => hubspoke.directory.lookupByPhone("canary 5551234", staff, { throwOnFailure: true }));
  await tried(() => hubspoke.privacy.erase({ phone: "canary" }, admin));
  // Work that is done later, waits, and fails.
  const note = {
    to: [{ phone: victim.phone }],
    body: "Canarynote about canary@person.example",
    recording: { url: "https://127.0.0.1/canary.mp3?token=opens-it" },
  };
  await tried(() => hubspoke.outbox.enqueue("note", note, { tenant: "acme", idempotencyKey: "call-1" }));
  await tick(o, one);
  for (const effect of [{ status: 503 }, { status: 401 }, { status: 429 }]) {
    const repair = faults.add({ times: Number.POSITIVE_INFINITY, effect });
    await tried(() =>
      hubspoke.outbox.enqueue("note", note, { tenant: "acme", idempotencyKey: `call-${effect.status}` }),
    );
    await tried(() => hubspoke.directory.lookupByPhone("902-555-4321", staff, { throwOnFailure: true }));
    await tried(() => hs.contacts.create({ properties: { email: "canary2@person.example" } }));
    await tried(() => one.leads.for("acme").reconcile());
    await tick(o, one);
    repair();
    await o.there.clock.advance(600_000);
  }
  // A forged webhook, and a true one.
  const forged = new Request("https://app.example.com/hubspot/webhooks", {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-hubspot-signature-v3": "canary",
      "x-hubspot-request-timestamp": "1",
    },
    body: JSON.stringify([{ propertyValue: "Canaryvalue", email: victim.email }]),
  });
  const handler = (request: Request) => hubspoke.handle(request, { basePath: "/hubspot", routers: ["webhooks"] });
  await tried(() => handler(forged));
  const told: (string | null)[] = [];
  const failing = (value: string | null): void => {
    told.push(value);
    throw new Error(`cannot do with ${value}`);
  };
  hubspoke.on("contact.propertyChange", ({ value }) => failing(value), { value: true });
  o.there.simulator.portal().contacts.update(o.ids.victim, { jobtitle: "Canaryjob, 902-555-1234" });
  await o.there.clock.advance(10_000);
  const publicUrl = "https://app.example.com/hubspot/webhooks";
  await o.there.simulator.deliverWebhooks({ handler, publicUrl, secret: "app-secret" });
  await o.db.updateTable("leads").set({ first_name: "Canaryedit" }).where("id", "=", "1").execute();
  await tick(o, one);
  expect(told).toContain("Canaryjob, 902-555-1234");
  await tried(() => hubspoke.privacy.erase({ email: victim.email }, admin));
  await tick(o, one);

  await reader.forceFlush();
  const shownSpans = spans
    .getFinishedSpans()
    .map(({ name, attributes, events: told, status }) => ({ name, attributes, told, status }));
  const shownErrors = errors.map((error) => inspect(error, { depth: 20, showHidden: true }) + JSON.stringify(error));
  const everything = {
    database: bytesIn(o.folder),
    logs: o.spoken() + one.spoken(),
    calls: JSON.stringify(events),
    spans: JSON.stringify(shownSpans),
    metrics: JSON.stringify(measured.getMetrics()),
    errors: shownErrors.join("\n"),
  };
  expect(errors.filter((error) => !isHubspokeError(error))).toEqual([]);
  expect(errors.length).toBeGreaterThan(10);
  expect(shownSpans.length).toBeGreaterThan(10);
  for (const [where, text] of Object.entries(everything)) {
    const found = text.replace(harmless, "").match(planted);
    expect(
      found === null ? null : `${where}: …${text.slice(Math.max(0, (found.index ?? 0) - 60), (found.index ?? 0) + 40)}`,
      where,
    ).toBeNull();
  }
  await o.drive(hubspoke.close());
  expect(bytesIn(o.folder).match(planted)).toBeNull();
}, 60_000);
