import { expect, it } from "vitest";
import { actionBench, outputs, status } from "./action-bench.ts";
import { fileBench } from "./file-bench.ts";
import { inCity, LISTS, made } from "./list-bench.ts";

/** What a client and an action's address see of files, lists, exports, subscriptions and workflows, as one text. */
async function transcript(seed: number): Promise<string> {
  const seen: string[] = [];
  const taskTime = { min: 500, max: 4_000 };
  const files = fileBench({ seed, platform: { taskTime } });
  const { call, clock, sim } = files;
  const note = (answer: { status: number; body: unknown; headers: Headers }) => {
    seen.push(`${clock.now()} ${answer.status} ${JSON.stringify([[...answer.headers], answer.body])}`);
  };
  note(await files.upload());
  const { id } = (await files.upload({}, "purr")).body;
  note(await call(`GET /files/2026-09/files/${id}/signed-url`));
  sim.seedContacts(20);
  await made(files, { processingType: "DYNAMIC", filterBranch: inCity("Halifax") });
  note(await call(`GET ${LISTS}/1/memberships`));
  const view = { exportType: "VIEW", format: "CSV", objectType: "0-1", objectProperties: ["email"] };
  note(await call("POST /crm/exports/2026-09/export/async", view));
  for (let i = 0; i < 5; i++) {
    await clock.advance(1_000);
    note(await call("GET /crm/exports/2026-09/export/async/tasks/1/status"));
  }
  const actions = await actionBench([status(500), outputs({ hs_execution_state: "BLOCK" })], { seed });
  await actions.start();
  await actions.clock.advance(8 * 86_400_000);
  for (const request of actions.requests) seen.push(JSON.stringify([...request.headers]), await request.text());
  seen.push(JSON.stringify(actions.execution()));
  return seen.join("\n");
}

it("answers and asks in the same bytes for the same seed and calls, in others for another seed", async () => {
  const first = await transcript(7);
  expect(await transcript(7)).toBe(first);
  expect(await transcript(8)).not.toBe(first);
});

it("forgets everything on a reset", async () => {
  const { upload, call, sim } = fileBench();
  const { id } = (await upload()).body;
  sim.reset();
  expect((await call(`GET /files/2026-09/files/${id}`)).status).toBe(404);
  expect((await upload()).body.id).toBe(id);
});
