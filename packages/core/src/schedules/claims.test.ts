import { expect, test } from "vitest";
import { memoryStorage } from "../memory/memory-storage.ts";
import { fakeClock } from "../sync/testing-fakes/fake-clock.fixture.ts";
import { createSchedules } from "./schedules.ts";

const tenant = "acme";
const minute = 60_000;

test("an occurrence that was claimed with others runs once, though the one before it takes minutes", async () => {
  const clock = fakeClock(0);
  const { schedules: store } = memoryStorage();
  const runs: string[] = [];
  // Without `background`, as on Workers: what was claimed together runs one after the other.
  const process = () => {
    const schedules = createSchedules({ store, clock });
    const slow = schedules.define({
      name: "a-slow",
      every: "1h",
      run: async () => {
        runs.push("slow");
        await clock.sleep(5 * minute);
      },
    });
    const quick = schedules.define({ name: "b-quick", every: "1h", run: () => void runs.push("quick") });
    const tick = () =>
      schedules.job.run({ now: clock.now(), deadline: clock.now() + minute, signal: new AbortController().signal });
    return { slow, quick, tick };
  };
  const [first, other] = [process(), process()];
  await first.slow.for(tenant).start();
  await first.quick.for(tenant).start();
  clock.advance(61 * minute);
  const later = async () => {
    await clock.sleep(2 * minute);
    await other.tick();
  };
  await clock.drive(Promise.all([first.tick(), later()]));
  expect(runs).toEqual(["slow", "quick"]);
});
