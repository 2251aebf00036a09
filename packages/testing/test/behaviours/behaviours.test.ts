import { describe, expect, it } from "vitest";
import { BEHAVIOURS } from "./all.ts";
import { asked, shown } from "./behaviour.ts";
import { exercise } from "./exercise.ts";
import { GUESSES } from "./guesses.ts";

for (const [subject, behaviours] of Object.entries(BEHAVIOURS)) {
  describe(subject, () => {
    it.each(behaviours)("$id", async (behaviour) => {
      await exercise(behaviour);
    });
  });
}

it("every behaviour has an id of its own", () => {
  const ids = Object.values(BEHAVIOURS).flatMap((behaviours) => behaviours.map(({ id }) => id));
  expect(ids).toEqual([...new Set(ids)]);
});

it("every guess is about a behaviour that there is", () => {
  const ids = Object.values(BEHAVIOURS).flatMap((behaviours) => behaviours.map(({ id }) => id));
  expect(Object.keys(GUESSES).filter((id) => !ids.includes(id))).toEqual([]);
});

describe("a claim is shown", () => {
  const row = { id: "x", says: "x", fact: "§1 A" } as const;

  it("only by a test that made a call", async () => {
    await expect(exercise(shown(row, async () => {}))).rejects.toThrow("x: its test made no call");
    await expect(exercise(asked(row, async () => {}))).rejects.toThrow("x: its test made no call");
    await expect(exercise(row)).rejects.toThrow("x: no test shows it");
  });

  it("only by a test that agreed", async () => {
    const wrong = asked(row, async (account) => {
      const { status } = await account.call("GET /crm/objects/2026-09/contacts");
      if (status === 200) throw new Error("differs");
    });
    await expect(exercise(wrong)).rejects.toThrow("differs");
  });
});
