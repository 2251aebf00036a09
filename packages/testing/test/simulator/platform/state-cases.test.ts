import { describe, expect, it } from "vitest";
import { createVirtualClock, type SimulatorState } from "../../../src/simulator.ts";
import { bench } from "../helpers.ts";
import { actionBench, status } from "./action-bench.ts";
import { FILES, fileBench } from "./file-bench.ts";
import { made as createList, idsOn, LISTS, where } from "./list-bench.ts";

const throughJson = (state: SimulatorState): SimulatorState => JSON.parse(JSON.stringify(state)) as SimulatorState;

describe("a restored simulator", () => {
  it("sends again what was under way when it was saved", async () => {
    const { sim } = bench();
    sim.portal().contacts.create({ email: "ann@acme.example" });
    const sent = sim.pendingWebhooks.length;
    let answer: (response: Response) => void = () => {};
    const slow = new Promise<Response>((resolve) => {
      answer = resolve;
    });
    const delivering = sim.deliverWebhooks({ handler: () => slow });
    expect(sim.pendingWebhooks).toEqual([]);
    const state = throughJson(sim.saveState());
    answer(new Response(null, { status: 200 }));
    expect((await delivering).delivered).toBe(sent);
    expect(sim.saveState().webhooks.pending).toEqual([]);
    const other = bench().sim;
    other.restoreState(state);
    expect((await other.deliverWebhooks({ handler: () => new Response() })).delivered).toBe(sent);
  });

  it("waits for a failed webhook's next attempt as long as before", async () => {
    const { sim, clock } = bench();
    sim.portal().contacts.create({ email: "ann@acme.example" });
    await sim.deliverWebhooks({ handler: () => new Response(null, { status: 500 }), retries: "due" });
    await clock.advance(30_000);
    const other = bench({ clock: createVirtualClock(clock.now()) });
    other.sim.restoreState(throughJson(sim.saveState()));
    const attempt = () => other.sim.deliverWebhooks({ handler: () => new Response(), retries: "due" });
    expect((await attempt()).delivered).toBe(0);
    await other.sim.advanceClock(40_000);
    expect((await attempt()).delivered).toBeGreaterThan(0);
    expect(other.sim.pendingWebhooks).toEqual([]);
  });

  it("asks an action again that was being asked", async () => {
    const first = await actionBench([() => new Promise<Response>(() => {}) as unknown as Response]);
    first.sim.portal().workflows.enroll(first.workflowId, first.contact);
    expect(first.execution()).toMatchObject({ state: "PENDING", attempts: 1 });
    const requests: Request[] = [];
    const outbound = (request: Request) => {
      requests.push(request);
      return Response.json({ outputFields: {} });
    };
    const other = bench({ platform: { outbound } });
    other.sim.restoreState(throughJson(first.sim.saveState()));
    await other.clock.advance(0);
    expect(requests).toHaveLength(1);
    expect(other.sim.portal().workflows.executions).toMatchObject([{ state: "SUCCESS", attempts: 2 }]);
    expect(other.sim.portal().contacts.get(first.contact)?.properties.jobtitle).toBe("greeted");
  });

  it("does what was due at the same moment in the order it was asked for", async () => {
    const asked: string[] = [];
    const outbound = (request: Request) => {
      asked.push(request.url);
      return new Response("x");
    };
    const options = { platform: { outbound, taskTime: 1_000 } };
    const { sim, call, clock } = bench(options);
    const urls = ["https://a.example/1.png", "https://a.example/2.png", "https://a.example/3.png"];
    const start = (url: string) =>
      call(`POST ${FILES}/import-from-url/async`, { url, access: "PRIVATE", folderPath: "/" });
    for (const url of urls) await start(url);
    const other = bench(options);
    other.sim.restoreState(throughJson(sim.saveState()));
    await other.clock.advance(1_000);
    expect(asked.splice(0)).toEqual(urls);
    await clock.advance(1_000);
    expect(asked).toEqual(urls);
    expect(throughJson(other.sim.saveState())).toEqual(throughJson(sim.saveState()));
  });

  it("lets nothing of the world before go on", async () => {
    const made = await actionBench([status(500)]);
    await made.start();
    made.sim.reset();
    await made.clock.advance(86_400_000);
    expect(made.requests).toHaveLength(1);
    expect(made.sim.portal().workflows.executions).toEqual([]);
  });

  it("keeps a list whose filter asks about what is gone since", async () => {
    const made = bench();
    const own = { name: "own", label: "Own", type: "string", fieldType: "text", groupName: "contactinformation" };
    await made.call("POST /crm/properties/2026-09/contacts", own);
    await createList(made, { name: "First" });
    const known = { operationType: "ALL_PROPERTY", operator: "IS_UNKNOWN" };
    const inList = { filterType: "IN_LIST", listId: "1", operator: "NOT_IN_LIST" };
    const branch = where(["own", known]);
    branch.filterBranches[0]?.filters.push(inList);
    await createList(made, { name: "Second", processingType: "DYNAMIC", filterBranch: branch });
    await made.call(`DELETE ${LISTS}/1`);
    await made.call("DELETE /crm/properties/2026-09/contacts/own");
    const contact = made.sim.portal().contacts.create({ firstname: "Ann" });
    const before = await idsOn(made, "2");
    const other = bench();
    other.sim.restoreState(throughJson(made.sim.saveState()));
    expect(before).toEqual([contact.id]);
    expect(await idsOn(other, "2")).toEqual(before);
  });

  it("takes functions among the knobs from the options", async () => {
    const { sim } = bench();
    sim.configure({ platform: { taskTime: 5 } });
    const asked: string[] = [];
    const outbound = (request: Request) => {
      asked.push(request.url);
      return new Response("x");
    };
    const other = bench({ platform: { outbound } });
    other.sim.restoreState(throughJson(sim.saveState()));
    const body = { url: "https://a.example/b.png", access: "PRIVATE", folderPath: "/" };
    await other.call(`POST ${FILES}/import-from-url/async`, body);
    await other.clock.advance(5);
    expect(asked).toEqual(["https://a.example/b.png"]);
  });

  it("is not much larger than what it keeps", async () => {
    const files = fileBench();
    const empty = JSON.stringify(files.sim.saveState()).length;
    await files.upload({}, new Uint8Array(300_000).fill(200));
    const withFile = JSON.stringify(files.sim.saveState()).length;
    expect(withFile - empty).toBeLessThan(300_000 * 1.4);
    files.sim.seedContacts(1_000);
    expect((JSON.stringify(files.sim.saveState()).length - withFile) / 1_000).toBeLessThan(1_500);
  });
});
