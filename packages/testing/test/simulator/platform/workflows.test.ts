import { describe, expect, it } from "vitest";
import { signV2, signV3 } from "../../../src/simulator.ts";
import { actionBench, outputs, status, URL_ } from "./action-bench.ts";

describe("an execution", () => {
  it("asks the action's address, signed in two ways, and goes on", async () => {
    const { start, requests, sim, execution, greeted, clock, contact, definitionId, workflowId } = await actionBench([
      outputs({ mood: "good" }),
    ]);
    await start();
    const [request] = requests;
    const body = (await request?.clone().text()) ?? "";
    const payload = JSON.parse(body);
    expect(payload).toEqual({
      callbackId: execution()?.callbackId,
      origin: {
        portalId: 62515,
        actionDefinitionId: Number(definitionId),
        actionDefinitionVersion: 1,
        actionExecutionIndexIdentifier: { enrollmentId: expect.any(Number), actionExecutionIndex: 0 },
        extensionDefinitionId: Number(definitionId),
        extensionDefinitionVersionId: 1,
      },
      context: { source: "WORKFLOWS", workflowId },
      object: { objectId: Number(contact), objectType: "CONTACT", properties: { email: "ann@acme.example" } },
      fields: { greeting: "Hi", name: "Ann" },
      inputFields: { greeting: "Hi", name: "Ann" },
    });
    expect([request?.method, request?.url]).toEqual(["POST", URL_]);
    expect(request?.headers.get("x-hubspot-signature-version")).toBe("v2");
    expect(request?.headers.get("x-hubspot-signature")).toBe(await signV2(sim.appSecret, "POST", URL_, body));
    expect(request?.headers.get("x-hubspot-signature-v3")).toBe(
      await signV3(sim.appSecret, "POST", URL_, body, clock.now()),
    );
    expect(execution()).toMatchObject({ state: "SUCCESS", attempts: 1, outputFields: { mood: "good" } });
    expect(greeted()).toBe(true);
    expect(sim.portal().contacts.history(contact, "jobtitle")[0]).toMatchObject({ sourceType: "AUTOMATION_PLATFORM" });
  });

  it("is over when it is refused, and the workflow goes on", async () => {
    const { start, requests, execution, greeted, clock } = await actionBench([status(400)]);
    await start();
    await clock.advance(86_400_000);
    expect([requests.length, execution()?.state, greeted()]).toEqual([1, "FAILED", true]);
  });

  it("can fail and go on", async () => {
    const { start, execution, greeted } = await actionBench([outputs({ hs_execution_state: "FAIL_CONTINUE" })]);
    await start();
    expect([execution()?.state, greeted()]).toEqual(["FAIL_CONTINUE", true]);
  });

  it("is asked again after a failure, at growing intervals", async () => {
    const broken = () => {
      throw new TypeError("fetch failed");
    };
    const { start, requests, execution, greeted, clock } = await actionBench([status(500), broken, status(200)]);
    await start();
    expect([execution()?.state, greeted()]).toEqual(["RETRYING", false]);
    await clock.advance(60_000);
    expect(requests).toHaveLength(2);
    await clock.advance(119_999);
    expect(requests).toHaveLength(2);
    await clock.advance(1);
    expect([execution()?.state, execution()?.attempts, greeted()]).toEqual(["SUCCESS", 3, true]);
  });

  it("is given up after three days", async () => {
    const { start, execution, greeted, clock } = await actionBench([status(503)]);
    await start();
    await clock.advance(3 * 86_400_000);
    expect([execution()?.state, greeted()]).toEqual(["FAILED", true]);
  });

  it("reads Retry-After of a 429 as milliseconds", async () => {
    const { start, requests, execution, clock } = await actionBench([
      status(429, { "retry-after": "1500" }),
      status(200),
    ]);
    await start();
    await clock.advance(1_499);
    expect(requests).toHaveLength(1);
    await clock.advance(1);
    expect([requests.length, execution()?.state]).toEqual([2, "SUCCESS"]);
  });

  it("waits for its callback when it asks to", async () => {
    const { start, call, execution, greeted } = await actionBench([outputs({ hs_execution_state: "BLOCK" })]);
    await start();
    expect([execution()?.state, greeted()]).toEqual(["BLOCKED", false]);
    const callbackId = execution()?.callbackId;
    const path = `/automation/actions/callbacks/2026-09/${callbackId}/complete`;
    const done = { outputFields: { hs_execution_state: "SUCCESS", mood: "good" } };
    expect((await call(`POST ${path}`, {})).status).toBe(400);
    expect((await call(`POST ${path}`, done)).status).toBe(204);
    expect([execution()?.state, execution()?.outputFields.mood, greeted()]).toEqual(["SUCCESS", "good", true]);
    expect((await call(`POST ${path}`, done)).status).toBe(400);
    expect((await call("POST /automation/v4/actions/callbacks/ap-1/complete", done)).status).toBe(404);
  });

  it("completes callbacks in batches, all or none", async () => {
    const { start, call, execution } = await actionBench([outputs({ hs_execution_state: "BLOCK" })]);
    await start();
    const good = { callbackId: execution()?.callbackId, outputFields: { hs_execution_state: "FAIL_CONTINUE" } };
    const path = "/automation/actions/callbacks/2026-09/complete";
    expect((await call(`POST ${path}`, { inputs: [good, { ...good, callbackId: "x" }] })).status).toBe(404);
    expect(execution()?.state).toBe("BLOCKED");
    expect((await call(`POST ${path}`, { inputs: [good] })).status).toBe(204);
    expect(execution()?.state).toBe("FAIL_CONTINUE");
  });

  it.each([
    ["as long as it says", { hs_expiration_duration: "PT15M" }, 15 * 60_000],
    ["a week otherwise", {}, 7 * 86_400_000],
  ])("waits %s", async (_, more, wait) => {
    const { start, execution, greeted, clock } = await actionBench([outputs({ hs_execution_state: "BLOCK", ...more })]);
    await start();
    await clock.advance(wait - 1);
    expect(execution()?.state).toBe("BLOCKED");
    await clock.advance(1);
    expect([execution()?.state, greeted()]).toEqual(["EXPIRED", true]);
  });
});

describe("legacy enrolment", () => {
  const path = (id: number, email = "ann%40acme.example") =>
    `/automation/v2/workflows/${id}/enrollments/contacts/${email}`;

  it("puts a contact into a workflow, and takes it out", async () => {
    const { call, workflowId, execution, greeted, clock } = await actionBench([
      outputs({ hs_execution_state: "BLOCK" }),
    ]);
    expect((await call("GET /automation/v2/workflows")).body.workflows).toMatchObject([
      { id: workflowId, name: "Greet" },
    ]);
    expect((await call(`POST ${path(workflowId)}`)).status).toBe(204);
    await clock.advance(0);
    expect(execution()?.state).toBe("BLOCKED");
    expect((await call(`DELETE ${path(workflowId)}`)).status).toBe(204);
    await clock.advance(7 * 86_400_000);
    expect([execution()?.state, greeted()]).toEqual(["EXPIRED", false]);
  });

  it("enters a contact once at a time", async () => {
    const { call, workflowId, sim, clock } = await actionBench([outputs({ hs_execution_state: "BLOCK" })]);
    for (let i = 0; i < 2; i++) await call(`POST ${path(workflowId)}`);
    await clock.advance(0);
    expect(sim.portal().workflows.executions).toHaveLength(1);
  });

  it("refuses who and what it does not know, other objects, and tokens without the scope", async () => {
    const { call, workflowId, sim } = await actionBench([status(200)], {
      portals: [{ id: 1, tokens: [{ token: "one" }, { token: "two", scopes: [] }] }],
    });
    expect((await call(`POST ${path(9)}`)).status).toBe(404);
    expect((await call(`POST ${path(workflowId, "nobody%40x.example")}`)).status).toBe(404);
    const deals = sim.portal().workflows.create({ name: "D", objectType: "deals", steps: [] });
    expect((await call(`POST ${path(deals)}`)).status).toBe(400);
    expect((await call(`POST ${path(workflowId)}`, undefined, { authorization: "Bearer two" })).status).toBe(403);
    expect((await call("GET /automation/v4/flows")).status).toBe(501);
  });
});
