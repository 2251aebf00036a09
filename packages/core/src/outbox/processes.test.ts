import { describe, expect, it } from "vitest";
import * as z from "zod";
import { HubspokeError } from "../errors/hubspoke-error.ts";
import { bed } from "./testing.fixture.ts";

const note = z.strictObject({ text: z.string(), contactId: z.string().optional() });

describe("processes", () => {
  it("that die in the middle leave the job to the next, who knows it is not the first", async () => {
    const { outbox, kinds, tick, clock } = bed();
    const tries: number[] = [];
    let hang = true;
    kinds.add({
      name: "say",
      input: note,
      run: async (_input, job) => {
        tries.push(job.tries);
        if (hang) await new Promise(() => undefined);
        return undefined;
      },
    });
    await outbox.enqueue("say", { text: "" }, { tenant: "acme", idempotencyKey: "1" });
    void tick();
    await clock.advance(1);
    hang = false;
    await tick();
    expect(tries, "nobody else while the lease lasts").toEqual([0]);
    await clock.advance(300_000);
    await tick();
    expect(tries).toEqual([0, 1]);
    expect(await outbox.find("acme", "say", "1")).toMatchObject({ state: "done" });
  });

  it("that were overtaken are told before they do what cannot be taken back, and complete nothing", async () => {
    const { outbox, kinds, tick, clock } = bed();
    const effects: string[] = [];
    const waiting: (() => void)[] = [];
    let round = 0;
    kinds.add({
      name: "say",
      input: note,
      run: async (_input, job) => {
        const mine = `attempt ${++round}`;
        if (round === 1) await new Promise<void>((resolve) => waiting.push(resolve));
        await job.confirm();
        effects.push(mine);
        return { result: { by: mine } };
      },
    });
    await outbox.enqueue("say", { text: "" }, { tenant: "acme", idempotencyKey: "1" });
    const slow = tick();
    await clock.advance(300_000);
    await tick();
    for (const go of waiting) go();
    await slow;
    expect(effects).toEqual(["attempt 2"]);
    expect(await outbox.find("acme", "say", "1")).toMatchObject({ state: "done", result: { by: "attempt 2" } });
  });

  it("do one contact's jobs in order, others beside them, and one that is parked holds nobody up", async () => {
    const { outbox, kinds, tick, clock, rows } = bed();
    const seen: string[] = [];
    let down = true;
    kinds.add({
      name: "say",
      input: note,
      order: ({ contactId }) => contactId ?? null,
      run: async ({ text, contactId }) => {
        seen.push(`${contactId} ${text}`);
        if (text === "first" && down) throw new HubspokeError("NETWORK_FAILED", "NETWORK_FAILED: no");
        return undefined;
      },
    });
    const put = (text: string, contactId: string) =>
      outbox.enqueue("say", { text, contactId }, { tenant: "acme", idempotencyKey: `${contactId} ${text}` });
    await put("first", "501");
    await put("second", "501");
    await put("first-too", "502");
    await tick();
    expect(seen).toEqual(["501 first", "502 first-too"]);
    expect((await rows("acme")).every((row) => !JSON.stringify(row).includes("501 ") || row.kind === "say")).toBe(true);
    down = false;
    await clock.advance(60_000);
    await tick();
    expect(seen).toEqual(["501 first", "502 first-too", "501 first", "501 second"]);
  });

  it("that are told to stop give their jobs to the next at once", async () => {
    const { outbox, kinds, tick } = bed();
    const stop = new AbortController();
    let stopped = true;
    kinds.add({
      name: "say",
      input: note,
      run: async (_input, job) => {
        if (!stopped) return undefined;
        stop.abort();
        throw new HubspokeError("ABORTED", `stopped: ${job.signal.aborted}`);
      },
    });
    await outbox.enqueue("say", { text: "" }, { tenant: "acme", idempotencyKey: "1" });
    await tick(stop.signal);
    stopped = false;
    await tick();
    expect(await outbox.find("acme", "say", "1")).toMatchObject({ state: "done" });
  });

  it("leave kinds that only another release knows to that release", async () => {
    const { outbox, tick, another } = bed();
    const other = another();
    other.kinds.add({ name: "new-kind", input: note, run: async () => undefined });
    await other.outbox.enqueue("new-kind", { text: "" }, { tenant: "acme", idempotencyKey: "1" });
    await tick();
    expect(await outbox.find("acme", "new-kind", "1")).toMatchObject({ state: "waiting", tries: 0 });
    await other.tick();
    expect(await outbox.find("acme", "new-kind", "1")).toMatchObject({ state: "done" });
  });

  it("park what names records of an account that the tenant was moved away from", async () => {
    const { outbox, kinds, tick, portals } = bed();
    const done: string[] = [];
    const run = async ({ text }: { text: string }) => void done.push(text);
    kinds.add({ name: "bound", input: note, portalBound: true, run });
    kinds.add({ name: "free", input: note, run });
    const put = (kind: string, text: string) =>
      outbox.enqueue(kind, { text }, { tenant: "acme", idempotencyKey: text });
    await put("bound", "before it was pinned");
    portals.set("acme", "1");
    await put("bound", "old account");
    await put("free", "host");
    portals.set("acme", "2");
    await put("bound", "new account");
    await tick();
    expect(done.toSorted()).toEqual(["before it was pinned", "host", "new account"]);
    expect(await outbox.find("acme", "bound", "old account")).toMatchObject({
      state: "failed",
      errorCode: "PORTAL_MISMATCH",
    });
  });
});
