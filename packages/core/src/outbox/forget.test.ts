import { describe, expect, it } from "vitest";
import * as z from "zod";
import { bed } from "./testing.fixture.ts";

const note = z.strictObject({ text: z.string(), contactId: z.string().optional() });

describe("people", () => {
  const people = ({ contactId }: { contactId?: string | undefined }) =>
    contactId === undefined ? [] : [{ kind: "contact", value: contactId } as const];

  it("who were erased have nothing done about them", async () => {
    const { outbox, kinds, tick, erased } = bed();
    let done = 0;
    kinds.add({ name: "say", input: note, people, run: async () => void done++ });
    kinds.add({
      name: "late",
      input: note,
      run: async (_input, job) => {
        await job.about("501");
        done++;
        return undefined;
      },
    });
    erased.add("501");
    await outbox.enqueue("say", { text: "", contactId: "501" }, { tenant: "acme", idempotencyKey: "1" });
    await outbox.enqueue("late", { text: "" }, { tenant: "acme", idempotencyKey: "1" });
    await tick();
    expect(done).toBe(0);
    for (const kind of ["say", "late"]) {
      expect(await outbox.find("acme", kind, "1")).toMatchObject({ state: "skipped", result: { skipped: "erased" } });
    }
  });

  it("are found in jobs by what the kind says, by address and number anywhere, and in results", async () => {
    const { outbox, kinds, tick, forget } = bed();
    kinds.add({ name: "say", input: note, people, run: async () => ({ result: { contactId: "501" } }) });
    kinds.add({ name: "free", input: z.looseObject({}), run: async () => undefined });
    await outbox.enqueue("say", { text: "done", contactId: "777" }, { tenant: "acme", idempotencyKey: "done" });
    await tick();
    const later = { notBefore: new Date(8.64e15) };
    const put = (kind: string, key: string, input: unknown) =>
      outbox.enqueue(kind, input, { tenant: "acme", idempotencyKey: key, ...later });
    await put("say", "by-id", { text: "x", contactId: "501" });
    await put("free", "by-mail", { to: { deep: ["Write to Ann@Example.com"] } });
    await put("free", "by-phone", { from: "(902) 555-1234" });
    await put("free", "company", { companyId: "501" });
    await put("say", "other", { text: "x", contactId: "502" });
    const ann = { contactIds: ["501"], emails: ["ann@example.com"], phones: ["+19025551234"] };
    expect(await forget("acme", ann)).toBe(4);
    const left = (await outbox.list({ tenant: "acme" })).items.map(({ idempotencyKey }) => idempotencyKey);
    expect(left.toSorted()).toEqual(["company", "other"]);
    expect(await forget("bolt", ann)).toBe(0);
  });
});

describe("keys", () => {
  it("are rotated: what waits is sealed anew and still opens", async () => {
    const { outbox, kinds, rotated } = bed();
    const add = (target: typeof kinds, seen: string[]) =>
      target.add({ name: "say", input: note, run: async ({ text }) => void seen.push(text) });
    add(kinds, []);
    await outbox.enqueue("say", { text: "kept" }, { tenant: "acme", idempotencyKey: "1" });
    const next = rotated();
    const seen: string[] = [];
    add(next.kinds, seen);
    expect(await next.reseal()).toBe(1);
    expect((await next.rows("acme"))[0]?.keyId).toBe("k2");
    expect(await next.reseal()).toBe(0);
    await next.tick();
    expect(seen).toEqual(["kept"]);
  });

  it("a job that nobody can open is parked as that, and does not stop the others", async () => {
    const { outbox, kinds, tick, damage } = bed();
    kinds.add({ name: "say", input: note, run: async () => undefined });
    await outbox.enqueue("say", { text: "1" }, { tenant: "acme", idempotencyKey: "1" });
    await damage("acme");
    await outbox.enqueue("say", { text: "2" }, { tenant: "acme", idempotencyKey: "2" });
    await tick();
    expect(await outbox.find("acme", "say", "1")).toMatchObject({ state: "failed", errorCode: "DECRYPTION_FAILED" });
    expect(await outbox.find("acme", "say", "2")).toMatchObject({ state: "done" });
  });
});
