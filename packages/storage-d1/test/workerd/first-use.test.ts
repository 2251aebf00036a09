import { latestVersion } from "@hubspoke/storage-kysely";
import { Miniflare } from "miniflare";
import { expect, it, onTestFinished } from "vitest";
import { bundle, compatibilityDate } from "./bundle.ts";

it("ten isolates that start at once on an empty database migrate it once, and all go on", async () => {
  const contents = await bundle("./first-use.worker.ts");
  const names = Array.from({ length: 10 }, (_, i) => `isolate-${i}`);
  const miniflare = new Miniflare({
    workers: names.map((name) => ({
      name,
      modules: [{ type: "ESModule", path: "worker.mjs", contents }],
      compatibilityDate,
      d1Databases: { DB: "hubspoke" },
    })),
  });
  onTestFinished(() => miniflare.dispose());
  const isolates = await Promise.all(names.map((name) => miniflare.getWorker(name)));
  const answers = await Promise.all(
    isolates.map(async (isolate) => (await (await isolate.fetch("http://worker/")).json()) as Answer),
  );
  const steps = answers.flatMap(({ applied }) => applied);
  expect(new Set(steps).size, "every step").toBe(latestVersion);
  expect(steps.length, "each by one of them").toBe(latestVersion);
  expect(answers.map(({ outcome }) => outcome).sort()).toEqual(["pinned", ...Array(9).fill("same")]);
});

interface Answer {
  readonly applied: readonly string[];
  readonly outcome: string;
}
