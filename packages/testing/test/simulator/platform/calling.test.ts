import { describe, expect, it } from "vitest";
import { bench } from "../helpers.ts";

const CALLING = "/crm/extensions/calling/2026-09";
const SETTINGS = `${CALLING}/1/settings`;

describe("the calling extension", () => {
  it("has settings that are made once, changed and deleted", async () => {
    const { call, clock } = bench();
    expect((await call(`GET ${SETTINGS}`)).status).toBe(404);
    const made = await call(`POST ${SETTINGS}`, { name: "Phone", url: "https://app.example/widget" });
    expect(made.body).toEqual({
      name: "Phone",
      url: "https://app.example/widget",
      width: 400,
      height: 600,
      isReady: true,
      supportsCustomObjects: false,
      supportsInboundCalling: false,
      usesRemote: false,
      usesCallingWindow: true,
      createdAt: "2026-11-20T12:00:00.000Z",
      updatedAt: "2026-11-20T12:00:00.000Z",
    });
    expect((await call(`POST ${SETTINGS}`, { name: "Phone", url: "https://app.example" })).status).toBe(409);
    await clock.advance(1_000);
    await call(`PATCH ${SETTINGS}`, { isReady: false });
    expect((await call("GET /crm/v3/extensions/calling/1/settings")).body).toMatchObject({
      name: "Phone",
      isReady: false,
      updatedAt: "2026-11-20T12:00:01.000Z",
    });
    expect((await call(`DELETE ${SETTINGS}`)).status).toBe(204);
    expect((await call(`GET ${SETTINGS}`)).status).toBe(404);
  });

  it.each([
    ["", { name: "Phone" }, /url/],
    ["", { name: "Phone", url: "http://app.example" }, /https/],
    ["/channel-connection", { url: "https://app.example" }, /isReady/],
    ["/recording", { urlToRetrieveAuthedRecording: "https://app.example/calls" }, /%s/],
  ])("refuses settings%s of %j", async (path, body, message) => {
    const answer = await bench().call(`POST ${SETTINGS}${path}`, body);
    expect([answer.status, answer.body.message]).toEqual([400, expect.stringMatching(message)]);
  });

  it("is told of recordings that are ready, once it is known where they are", async () => {
    const { call, sim } = bench();
    const { id } = sim.portal().objects("calls").create({ hs_timestamp: "2026-11-20T12:00:00Z" });
    const ready = (engagementId: unknown) => call(`POST ${CALLING}/recordings/ready`, { engagementId });
    expect((await ready(Number(id))).status).toBe(400);
    const recording = { urlToRetrieveAuthedRecording: "https://app.example/calls/%s" };
    expect((await call(`POST ${SETTINGS}/recording`, recording)).body).toEqual(recording);
    expect((await ready(Number(id))).status).toBe(204);
    expect((await ready(9)).status).toBe(404);
    expect((await call(`POST ${CALLING}/transcripts`, {})).status).toBe(501);
  });
});
