import { describe, expect, it } from "vitest";
import type { SeenRequest } from "../../http/fake-hubspot.fixture.ts";
import { testClients } from "../test-clients.fixture.ts";
import type { AppEvent } from "./app-events.ts";

const event = (id: string, properties: AppEvent["properties"] = { rating: 5 }): AppEvent => ({
  eventTypeName: "call_rated",
  id,
  email: "ann@example.com",
  properties,
});
const events = "POST /integrators/timeline/2026-09/events";
const bodyOf = (request: SeenRequest) => request.body as { inputs: readonly AppEvent[] };

describe("app events", () => {
  it("are sent with their id and time, and one that HubSpot has already is told apart", async () => {
    let status = 204;
    const { hs, run, transport } = testClients({
      [events]: () => (status === 204 ? { status } : { status, body: { status: "error", category: "CONFLICT" } }),
    });
    const timestamp = new Date("2026-11-20T10:00:00Z");
    expect(await run(hs.appEvents.send({ ...event("e1"), timestamp }))).toEqual({ id: "e1", duplicate: false });
    expect(transport.seen.at(-1)?.body).toEqual({ ...event("e1"), timestamp: "2026-11-20T10:00:00.000Z" });
    status = 409;
    expect(await run(hs.appEvents.send(event("e1")))).toEqual({ id: "e1", duplicate: true });
  });

  it("whose answer is lost are sent again", async () => {
    let count = 0;
    const { hs, run } = testClients({ [events]: () => (++count === 1 ? { status: 502 } : { status: 204 }) });
    expect(await run(hs.appEvents.send(event("e1")))).toMatchObject({ duplicate: false });
    expect(count).toBe(2);
  });

  it("in batches have an outcome each, although one bad one refuses all", async () => {
    const { hs, run, calls } = testClients({
      [`${events}/batch`]: (request) =>
        bodyOf(request).inputs.some(({ id }) => id === "bad" || id === "known")
          ? { status: bodyOf(request).inputs.some(({ id }) => id === "bad") ? 400 : 409, body: { status: "error" } }
          : { status: 201, body: { results: [] } },
      [events]: (request) => {
        const { id } = request.body as AppEvent;
        return id === "bad" ? { status: 400, body: {} } : { status: id === "known" ? 409 : 204 };
      },
    });
    const ids = Array.from({ length: 250 }, (_, i) => (i === 120 ? "bad" : i === 180 ? "known" : `e${i}`));
    const outcomes = await run(hs.appEvents.sendMany(ids.map((id) => event(id))));
    expect(outcomes.map(({ index }) => index)).toEqual([...ids.keys()]);
    expect(outcomes.filter(({ ok }) => !ok)).toMatchObject([{ index: 120, code: "VALIDATION_FAILED" }]);
    expect(outcomes[180]).toMatchObject({ ok: true, value: { id: "known", duplicate: true } });
    // Halving two bad ones out of a hundred.
    expect(calls().length).toBeLessThan(3 + 2 * 2 * 8);
  });

  it("are another API in v3, and said to be", async () => {
    const { hs, run, transport } = testClients({}, { apiVersion: "v3" });
    await expect(run(hs.appEvents.send(event("e1")))).rejects.toMatchObject({
      code: "UNSUPPORTED_IN_VERSION",
      version: "v3",
    });
    expect(transport.seen).toEqual([]);
  });
});

describe("workflow actions", () => {
  const base = "/automation/actions/2026-09";
  const shown = { id: "55", actionUrl: "https://example.com/act", published: true, revisionId: "3", labels: {} };

  it("are listed, read, made, changed and archived", async () => {
    const { hs, run, calls, transport } = testClients({
      [`GET ${base}/77`]: ({ query }) =>
        query.get("after") === null
          ? { body: { results: [shown], paging: { next: { after: "x" } } } }
          : { body: { results: [{ ...shown, id: "56" }] } },
      [`GET ${base}/77/55`]: () => ({ body: shown }),
      [`POST ${base}/77`]: () => ({ status: 201, body: shown }),
      [`PATCH ${base}/77/55`]: () => ({ body: shown }),
      [`DELETE ${base}/77/55`]: () => ({ status: 204 }),
      [`PUT ${base}/77/55/functions/PRE_FETCH_OPTIONS/city`]: () => ({ body: {} }),
      [`PUT ${base}/77/55/functions/PRE_ACTION_EXECUTION`]: () => ({ body: {} }),
    });
    const actions = hs.workflowActions("77");
    const ids: string[] = [];
    await run(
      (async () => {
        for await (const { id } of actions.list()) ids.push(id);
      })(),
    );
    expect(ids).toEqual(["55", "56"]);
    expect(await run(actions.get("55"))).toMatchObject({ id: "55", published: true, definition: { labels: {} } });
    await run(actions.create({ actionUrl: "https://example.com/act", inputFields: [], labels: {} }));
    await run(actions.update("55", { published: false }));
    await run(actions.setFunction("55", "PRE_ACTION_EXECUTION", "exports.main = () => 1"));
    expect(transport.seen.at(-1)?.body).toBe("exports.main = () => 1");
    await run(actions.setFunction("55", "PRE_FETCH_OPTIONS", "exports.main = () => 1", "city"));
    await run(actions.archive("55"));
    expect(calls()).toHaveLength(8);
  });

  it("that waited are completed, one or many, again if the answer was lost", async () => {
    let count = 0;
    const { hs, run, transport } = testClients({
      [`POST ${base.replace("actions", "actions/callbacks")}/ap-1/complete`]: () =>
        ++count === 1 ? { status: 503 } : { status: 204 },
      [`POST ${base.replace("actions", "actions/callbacks")}/complete`]: () => ({ status: 204 }),
    });
    const outputFields = { hs_execution_state: "SUCCESS" };
    await run(hs.workflowCallbacks.complete("ap-1", outputFields));
    expect(count).toBe(2);
    await run(hs.workflowCallbacks.completeMany([]));
    await run(hs.workflowCallbacks.completeMany([{ callbackId: "ap-1", outputFields }]));
    expect(transport.seen.at(-1)?.body).toEqual({ inputs: [{ callbackId: "ap-1", outputFields }] });
  });
});

describe("limits", () => {
  it("come as HubSpot counts them", async () => {
    const usage = {
      name: "private-apps-api-calls-daily",
      usageLimit: 250_000,
      currentUsage: 17,
      collectedAt: "2026-11-20T10:00:00Z",
    };
    const { hs, run } = testClients({
      "GET /crm/limits/2026-09/records": () => ({ body: { hubspotDefinedObjectTypes: [{ limit: 15_000_000 }] } }),
      "GET /crm/limits/2026-09/associations/labels": () => ({ body: { results: [] } }),
      "GET /account-info/2026-09/api-usage/daily/private-apps": () => ({ body: { results: [usage] } }),
    });
    expect(await run(hs.limits.records())).toEqual({ hubspotDefinedObjectTypes: [{ limit: 15_000_000 }] });
    expect(await run(hs.limits.associationLabels())).toEqual({ results: [] });
    expect(await run(hs.limits.apiUsage())).toEqual([
      {
        name: "private-apps-api-calls-daily",
        usageLimit: 250_000,
        currentUsage: 17,
        collectedAt: new Date("2026-11-20T10:00:00Z"),
        resetsAt: null,
      },
    ]);
  });
});

describe("what a resource makes of odd answers", () => {
  it("an answer without an id is one of our errors", async () => {
    const { hs, run } = testClients({
      "GET /files/2026-09/files/9": () => ({ body: {} }),
      "GET /crm/owners/2026-09/9": () => ({ body: [] }),
    });
    await expect(run(hs.files.get("9"))).rejects.toMatchObject({ code: "HUBSPOT_RESPONSE_INVALID" });
    await expect(run(hs.owners.get("9"))).rejects.toMatchObject({ code: "HUBSPOT_RESPONSE_INVALID" });
  });

  it("a download goes without the token and only where it may", async () => {
    const { hs, run, transport } = testClients({
      "GET /webhooks-journal/journal/2026-09/latest": () => ({
        body: {
          url: "https://storage.example/file?signature=x",
          currentOffset: "7",
          expiresAt: "2026-11-20T10:00:00Z",
        },
      }),
      "GET /file": () => ({ body: { offset: "7", publishedAt: 5, journalEvents: [{ a: 1 }] } }),
    });
    const journal = hs.webhookJournal();
    const entry = await run(journal.latest());
    if (entry === null) throw new Error("no entry");
    expect(await run(journal.read(entry))).toEqual({ offset: "7", publishedAt: new Date(5), events: [{ a: 1 }] });
    expect(transport.seen.at(-1)?.headers).not.toHaveProperty("authorization");
    for (const url of ["http://storage.example/file", "file:///etc/passwd", "nothing"]) {
      await expect(run(journal.read({ ...entry, url }))).rejects.toMatchObject({ code: "INPUT_INVALID" });
    }
  });
});
