import { expect, test } from "vitest";
import { memoryStorage } from "../../memory/memory-storage.ts";
import type { CursorStore } from "../../ports/cursor-store.ts";
import { createFigures } from "./figures.ts";

const of = { tenant: "acme", portalId: "1", name: "leads" };
const minute = 60_000;
const begun = 1_000 * minute;

function processes() {
  const clock = { now: begun };
  const { cursors } = memoryStorage();
  return { clock, cursors, start: (over: CursorStore = cursors) => createFigures(over, () => clock.now) };
}

test("records are counted by minute, and the longest lag of each is kept", async () => {
  const { clock, start } = processes();
  const figures = start();
  figures.note(of, { done: 5, failed: 1, lagMs: 700 });
  figures.note(of, { done: 2, failed: 0, lagMs: 300 });
  clock.now += minute;
  figures.note(of, { done: 1, failed: 0 });
  expect(await figures.read("acme")).toEqual([
    { sync: "leads", minute: begun, done: 7, failed: 1, lagMs: 700 },
    { sync: "leads", minute: begun + minute, done: 1, failed: 0, lagMs: 0 },
  ]);
  expect(await figures.read("other")).toEqual([]);
});

test("what several processes have written is one sum, and nothing is counted twice", async () => {
  const { start } = processes();
  const [one, other] = [start(), start()];
  one.note(of, { done: 3, failed: 0, lagMs: 10 });
  other.note(of, { done: 4, failed: 2, lagMs: 20 });
  await Promise.all([one.flush(), other.flush()]);
  await Promise.all([one.flush(), other.flush()]);
  await Promise.all([one.flush(), other.flush()]);
  expect(await start().read("acme")).toEqual([{ sync: "leads", minute: begun, done: 7, failed: 2, lagMs: 20 }]);
  expect(await one.flush()).toBe(0);
});

test("a store that fails loses nothing: it is written when it works again", async () => {
  const { cursors, start } = processes();
  let down = true;
  const advance: CursorStore["advance"] = async (...args) => {
    if (down) throw new Error("down");
    return cursors.advance(...args);
  };
  const figures = start({ ...cursors, read: cursors.read, list: cursors.list, delete: cursors.delete, advance });
  figures.note(of, { done: 3, failed: 0 });
  figures.note({ ...of, name: "companies" }, { done: 1, failed: 0 });
  await expect(figures.flush()).rejects.toThrow("down");
  down = false;
  expect(await figures.flush()).toBe(2);
  expect((await start().read("acme")).map(({ sync, done }) => [sync, done]).sort()).toEqual([
    ["companies", 1],
    ["leads", 3],
  ]);
});

test("an hour is kept, and the row grows no further", async () => {
  const { clock, cursors, start } = processes();
  const figures = start();
  for (let i = 0; i < 200; i++) {
    figures.note(of, { done: 1, failed: 0 });
    await figures.flush();
    clock.now += minute;
  }
  expect(await figures.read("acme")).toHaveLength(59);
  expect(JSON.parse((await cursors.read("acme", "1", "figures:leads"))!.value)).toHaveLength(60);
});
