import { describe, expect, it } from "vitest";
import { bench } from "../helpers.ts";
import { ACTIONS, actionBench, DEFINITION, status } from "./action-bench.ts";

describe("definitions", () => {
  it("are made, read, changed and archived, and remember every revision", async () => {
    const { call, clock } = bench();
    const made = await call(`POST ${ACTIONS}`, DEFINITION);
    expect(made.status).toBe(201);
    expect(made.body).toEqual({ ...DEFINITION, id: "70000001", revisionId: "1" });
    const path = `${ACTIONS}/70000001`;
    await clock.advance(1_000);
    expect((await call(`PATCH ${path}`, { published: false })).body).toMatchObject({
      revisionId: "2",
      published: false,
    });
    expect((await call("GET /automation/v4/actions/1/70000001")).body.revisionId).toBe("2");
    const { results } = (await call(`GET ${path}/revisions`)).body;
    expect(results).toMatchObject([
      { revisionId: "2", createdAt: "2026-11-20T12:00:01.000Z", definition: { published: false } },
      { revisionId: "1", createdAt: "2026-11-20T12:00:00.000Z", definition: { published: true } },
    ]);
    expect((await call(`GET ${path}/revisions/1`)).body.definition.published).toBe(true);
    expect((await call(`GET ${path}/revisions/9`)).status).toBe(404);
    expect((await call(`GET ${path}/requires-object`)).body).toEqual({ requiresObject: true });
    await call(`POST ${path}/requires-object`, { requiresObject: false });
    expect((await call(`GET ${path}/requires-object`)).body).toEqual({ requiresObject: false });
    expect((await call(`DELETE ${path}`)).status).toBe(204);
    expect((await call(`GET ${path}`)).status).toBe(404);
    expect((await call(`GET ${path}?archived=true`)).body.archivedAt).toBe(clock.now());
    expect((await call(`GET ${ACTIONS}`)).body.results).toEqual([]);
    expect((await call(`GET ${ACTIONS}?archived=true`)).body.results).toHaveLength(1);
  });

  it.each([
    [{ actionUrl: "greet" }, /actionUrl/],
    [{ labels: {} }, /actionName/],
    [{ objectTypes: "CONTACT" }, /objectTypes must be an array/],
    [{ functions: [{ functionType: "POST" }] }, /functionType must be one of/],
  ])("refuse %j", async (fields, message) => {
    const { status: code, body } = await bench().call(`POST ${ACTIONS}`, { ...DEFINITION, ...fields });
    expect([code, body.message]).toEqual([400, expect.stringMatching(message)]);
  });

  it("keep functions as text, by type and by field", async () => {
    const { call } = bench();
    const { id } = (await call(`POST ${ACTIONS}`, DEFINITION)).body;
    const path = `${ACTIONS}/${id}/functions`;
    const text = { "content-type": "text/plain" };
    const put = await call(`PUT ${path}/PRE_FETCH_OPTIONS/greeting`, "exports.main = () => 1;", text);
    expect(put.body).toEqual({ functionType: "PRE_FETCH_OPTIONS", id: "greeting" });
    await call(`PUT ${path}/POST_ACTION_EXECUTION`, "exports.main = () => 2;", text);
    expect((await call(`GET ${path}`)).body.results).toEqual([put.body, { functionType: "POST_ACTION_EXECUTION" }]);
    expect((await call(`GET ${path}/PRE_FETCH_OPTIONS/greeting`)).body.functionSource).toBe("exports.main = () => 1;");
    expect((await call(`DELETE ${path}/POST_ACTION_EXECUTION`)).status).toBe(204);
    expect((await call(`GET ${path}/POST_ACTION_EXECUTION`)).status).toBe(404);
    expect((await call(`PUT ${path}/LATER`, "x", text)).status).toBe(400);
  });

  it("belong to their app", async () => {
    const { call } = await actionBench([status(200)]);
    expect(
      (await call("GET /automation/actions/2026-09/2?hapikey=developer-sim", undefined, { authorization: "" })).body,
    ).toEqual({
      results: [],
    });
    expect((await call("GET /automation/actions/2026-09/2")).status).toBe(403);
  });

  it("are usable once published, for their objects, without code to run", async () => {
    const { call, sim, definitionId } = await actionBench([status(200)]);
    const create = (objectType: string) =>
      sim.portal().workflows.create({ name: "W", objectType, steps: [{ appId: 1, definitionId }] });
    expect(() => create("deals")).toThrow(/not published for deals/);
    await call(`PUT ${ACTIONS}/${definitionId}/functions/PRE_ACTION_EXECUTION`, "x", { "content-type": "text/plain" });
    expect(() => create("contacts")).toThrow(/not run/);
    await call(`DELETE ${ACTIONS}/${definitionId}/functions/PRE_ACTION_EXECUTION`);
    await call(`PATCH ${ACTIONS}/${definitionId}`, { published: false });
    expect(() => create("contacts")).toThrow(/not published/);
  });
});
