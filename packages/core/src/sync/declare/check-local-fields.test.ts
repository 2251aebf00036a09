import { expect, test } from "vitest";
import { createWorld, fields } from "../testing-fakes/world.fixture.ts";
import { field } from "./field.ts";

test("a field that the local source does not have is refused before anything is read or written", async () => {
  const { clock, hubspot, local, sync } = createWorld({
    fields: { ...fields, frist: field("phone", { owner: "hubspot" }) },
  });
  local.columns = ["email", "first", "last", "score", "tags"];
  hubspot.user({ email: "ann@x.com" });
  local.user({ email: "new@x.com" });
  const refusal = {
    code: "SYNC_DECLARATION_INVALID",
    message: expect.stringMatching(/"leads".*no field "frist"\. Did you mean "first"\?/),
  };
  await expect(sync.plan()).rejects.toMatchObject(refusal);
  await expect(clock.drive(sync.backfill())).rejects.toMatchObject(refusal);
  expect([hubspot.calls, hubspot.writes, local.writes]).toEqual([[], 0, 0]);
  local.columns = [...local.columns, "frist"];
  expect(await clock.drive(sync.backfill())).toMatchObject({ counts: { createdLocal: 1, createdHubspot: 1 } });
});

test("a source that cannot say which fields it has is believed, and one that fails to say is told by name", async () => {
  const { clock, hubspot, sync, worker, local } = createWorld();
  hubspot.user({ email: "ann@x.com" });
  local.fields = async () => {
    throw new Error("Ann");
  };
  await expect(sync.plan()).rejects.toMatchObject({ code: "SYNC_LOCAL_FAILED" });
  local.fields = async () => null;
  expect(await clock.drive(worker().sync.backfill())).toMatchObject({ counts: { createdLocal: 1 } });
});
