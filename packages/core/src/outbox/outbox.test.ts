import { describe, expect, it } from "vitest";
import * as z from "zod";
import { HubspokeError } from "../errors/hubspoke-error.ts";
import { HubSpotUnavailableError } from "../errors/hubspot-errors.ts";
import { bed, hour } from "./testing.fixture.ts";

const note = z.strictObject({ text: z.string(), contactId: z.string().optional() });

describe("putting in", () => {
  it("is durable at once, sealed, and done once however often it is repeated", async () => {
    const { outbox, kinds, tick, rows } = bed();
    const seen: string[] = [];
    kinds.add({
      name: "say",
      input: note,
      run: async ({ text }, job) => {
        seen.push(`${job.tenant} ${text} ${job.tries}`);
        return { result: { id: "9" } };
      },
    });
    const options = { tenant: "acme", idempotencyKey: "m-1" };
    expect(await outbox.enqueue("say", { text: "Canary" }, options)).toEqual({
      outcome: "new",
      kind: "say",
      idempotencyKey: "m-1",
    });
    expect((await outbox.enqueue("say", { text: "other" }, options)).outcome).toBe("seen");
    expect(await outbox.find("acme", "say", "m-1")).toMatchObject({ state: "waiting", result: null });
    expect(JSON.stringify(await rows("acme"))).not.toContain("Canary");
    await tick();
    await tick();
    expect(seen).toEqual(["acme Canary 0"]);
    expect(await outbox.find("acme", "say", "m-1")).toMatchObject({ state: "done", tries: 0, result: { id: "9" } });
    expect((await outbox.enqueue("say", { text: "again" }, options)).outcome).toBe("seen");
    expect((await rows("acme"))[0]?.sealed, "the input goes when it is done").toBeNull();
  });

  it("keeps tenants apart, and two kinds under one key", async () => {
    const { outbox, kinds, tick } = bed();
    const seen: string[] = [];
    const run = async (_input: unknown, { tenant, idempotencyKey }: { tenant: string; idempotencyKey: string }) => {
      seen.push(`${tenant} ${idempotencyKey}`);
      return undefined;
    };
    kinds.add({ name: "a", input: note, run });
    kinds.add({ name: "b", input: note, run });
    for (const [kind, tenant] of [
      ["a", "acme"],
      ["a", "bolt"],
      ["b", "acme"],
    ] as const) {
      expect((await outbox.enqueue(kind, { text: "" }, { tenant, idempotencyKey: "1" })).outcome).toBe("new");
    }
    await tick();
    expect(seen.toSorted()).toEqual(["acme 1", "acme 1", "bolt 1"]);
    expect((await outbox.list({ tenant: "acme" })).total).toBe(2);
  });

  it("waits for a grant, or is skipped without one where it was asked to be", async () => {
    const { outbox, kinds, tick, clock } = bed();
    let connected = false;
    const codes: string[] = [];
    kinds.add({
      name: "say",
      input: note,
      async run({ text }) {
        if (!connected) throw new HubspokeError(text === "refused" ? "AUTH_INVALID" : "AUTH_DISCONNECTED", "no grant");
        codes.push(text);
        return undefined;
      },
    });
    const put = (text: string, whenDisconnected?: "wait" | "skip") =>
      outbox.enqueue(
        "say",
        { text },
        { tenant: "acme", idempotencyKey: text, ...(whenDisconnected === undefined ? {} : { whenDisconnected }) },
      );
    await put("default");
    await put("wait", "wait");
    await put("skip", "skip");
    await put("refused", "skip");
    await tick();
    const state = async (key: string) => (await outbox.find("acme", "say", key))?.state;
    expect(await outbox.find("acme", "say", "skip")).toMatchObject({
      state: "skipped",
      result: { skipped: "not-connected" },
    });
    expect([await state("default"), await state("wait")]).toEqual(["waiting", "waiting"]);
    expect(await state("refused"), "a token that HubSpot refuses is a trouble, not an answer").toBe("waiting");
    connected = true;
    clock.advance(hour);
    await tick();
    expect(codes.toSorted()).toEqual(["default", "refused", "wait"]);
    await expect(put("x", "never" as "skip")).rejects.toMatchObject({ code: "INPUT_INVALID" });
  });

  it("is done at once when the grant it waited for is there, and nothing else is hurried", async () => {
    const { outbox, kinds, tick, reconnected } = bed();
    const attempts: string[] = [];
    let code: "AUTH_DISCONNECTED" | "HUBSPOT_UNAVAILABLE" = "AUTH_DISCONNECTED";
    kinds.add({
      name: "say",
      input: note,
      async run({ text }, { tenant }) {
        attempts.push(`${tenant} ${text}`);
        throw new HubspokeError(code, "not now");
      },
    });
    const put = (tenant: string, text: string) => outbox.enqueue("say", { text }, { tenant, idempotencyKey: text });
    await put("acme", "waits");
    await put("bolt", "waits");
    await tick();
    code = "HUBSPOT_UNAVAILABLE";
    await put("acme", "down");
    await tick();
    await reconnected("acme");
    await tick();
    expect(attempts).toEqual(["acme waits", "bolt waits", "acme down", "acme waits"]);
  });

  it("refuses what could never be done, naming the field and never its value", async () => {
    const { outbox, kinds } = bed();
    kinds.add({ name: "say", input: note, run: async () => undefined });
    const wrong = await outbox
      .enqueue("say", { text: 7, contactId: "Canary" }, { idempotencyKey: "1" })
      .catch((e) => e);
    expect(wrong).toMatchObject({ code: "INPUT_INVALID", details: { kind: "say", fields: ["text"] } });
    expect(String(wrong.message)).toContain("text");
    expect(String(wrong.message)).not.toContain("Canary");
    await expect(outbox.enqueue("sya", {}, { idempotencyKey: "1" })).rejects.toThrow('Did you mean "say"');
    for (const idempotencyKey of ["", "x".repeat(201), undefined as unknown as string]) {
      await expect(outbox.enqueue("say", { text: "" }, { idempotencyKey })).rejects.toThrow("idempotencyKey");
    }
    expect(() => kinds.add({ name: "say", input: note, run: async () => undefined })).toThrow("already");
    expect(() => kinds.add({ name: "no spaces", input: note, run: async () => undefined })).toThrow("letters");
  });

  it("puts several in at once, and not before their time", async () => {
    const { outbox, kinds, tick, clock } = bed();
    let done = 0;
    kinds.add({ name: "say", input: note, run: async () => void done++ });
    const notBefore = new Date(clock.now() + hour);
    await outbox.enqueueMany("say", [
      { input: { text: "" }, options: { idempotencyKey: "1", notBefore } },
      { input: { text: "" }, options: { idempotencyKey: "2", notBefore } },
    ]);
    await tick();
    expect(done).toBe(0);
    await clock.advance(hour);
    await tick();
    expect(done).toBe(2);
  });
});

describe("failures", () => {
  const down = () => new HubSpotUnavailableError("HUBSPOT_UNAVAILABLE", "HUBSPOT_UNAVAILABLE: down", { status: 503 });

  it("that pass are waited out with growing pauses, told after the third, and over when it works", async () => {
    const { outbox, kinds, tick, clock, alerts, cleared } = bed();
    const at: number[] = [];
    kinds.add({
      name: "say",
      input: note,
      run: async () => {
        at.push(clock.now());
        if (at.length < 6) throw down();
        return undefined;
      },
    });
    await outbox.enqueue("say", { text: "" }, { tenant: "acme", idempotencyKey: "1" });
    for (let i = 0; i < 200; i++) {
      await tick();
      await clock.advance(5_000);
    }
    const pauses = at.slice(1).map((time, i) => time - (at[i] ?? 0));
    expect(at).toHaveLength(6);
    expect(pauses.every((pause, i) => i === 0 || pause > (pauses[i - 1] ?? 0))).toBe(true);
    expect(alerts.map(({ name, key, severity }) => [name, key, severity])).toEqual([
      ["outbox.failed", "outbox:say:late", "warning"],
    ]);
    expect(cleared).toContain("outbox:say:late");
    expect(await outbox.find("acme", "say", "1")).toMatchObject({ state: "done", tries: 5 });
  });

  it("that outlast three days park the job, with its input, for a replay", async () => {
    const { outbox, kinds, tick, clock, alerts, cleared } = bed();
    let broken = true;
    kinds.add({
      name: "say",
      input: note,
      run: async () => {
        if (broken) throw down();
        return undefined;
      },
    });
    await outbox.enqueue("say", { text: "kept" }, { tenant: "acme", idempotencyKey: "1" });
    for (let i = 0; i < 80; i++) {
      await tick();
      await clock.advance(hour);
    }
    const { items, total } = await outbox.list({ tenant: "acme", state: "failed" });
    expect([total, items[0]?.errorCode]).toEqual([1, "HUBSPOT_UNAVAILABLE"]);
    expect(alerts.at(-1)).toMatchObject({ key: "outbox:say:parked", severity: "critical", tenant: "acme" });
    broken = false;
    expect(await outbox.replay("acme")).toBe(1);
    expect(cleared).toContain("outbox:say:parked");
    await tick();
    expect(await outbox.find("acme", "say", "1")).toMatchObject({ state: "done" });
  });

  it("that HubSpot means park it at once; others go on", async () => {
    const { outbox, kinds, tick } = bed();
    kinds.add({
      name: "say",
      input: note,
      run: async ({ text }) => {
        if (text === "bad") throw new HubspokeError("VALIDATION_FAILED", "VALIDATION_FAILED: no");
        return { result: { text } };
      },
    });
    await outbox.enqueue("say", { text: "bad" }, { tenant: "acme", idempotencyKey: "1" });
    await outbox.enqueue("say", { text: "good" }, { tenant: "acme", idempotencyKey: "2" });
    await tick();
    expect(await outbox.find("acme", "say", "1")).toMatchObject({ state: "failed", errorCode: "VALIDATION_FAILED" });
    expect(await outbox.find("acme", "say", "2")).toMatchObject({ state: "done" });
    const { items } = await outbox.list({ tenant: "acme", state: "failed", kind: "say" });
    expect(
      await outbox.discard(
        "acme",
        items.map(({ id }) => id),
      ),
    ).toBe(1);
    expect(await outbox.find("acme", "say", "1")).toBeNull();
    expect(await outbox.depth()).toMatchObject({ waiting: 0, failed: 0 });
  });

  it("of the host's own code are given eight attempts", async () => {
    const { outbox, kinds, tick, clock } = bed();
    let tries = 0;
    kinds.add({
      name: "say",
      input: note,
      run: () => {
        tries++;
        throw new Error("a secret of the host");
      },
    });
    await outbox.enqueue("say", { text: "" }, { tenant: "acme", idempotencyKey: "1" });
    for (let i = 0; i < 100; i++) {
      await tick();
      await clock.advance(hour);
    }
    expect(tries).toBe(8);
    expect(await outbox.find("acme", "say", "1")).toMatchObject({ state: "failed", errorCode: "HANDLER_FAILED" });
  });

  it("leave no word of the input or of a foreign error in logs and alerts", async () => {
    const { outbox, kinds, tick, spoken } = bed();
    kinds.add({
      name: "say",
      input: note,
      run: () => {
        throw new Error("Canary said the database");
      },
    });
    await outbox.enqueue("say", { text: "Canary" }, { tenant: "acme", idempotencyKey: "1" });
    await tick();
    expect(spoken()).toContain("outbox.job_failed");
    expect(spoken()).not.toContain("Canary");
  });
});
