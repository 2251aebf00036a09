import { describe, expect, test } from "vitest";
import { HubspokeError } from "../errors/hubspoke-error.ts";
import type { Authorize } from "./authorize.ts";
import { ask, base, bench, get, grant, post } from "./testing.fixture.ts";

describe("authorize", () => {
  const denied: readonly (readonly [string, unknown])[] = [
    ["a denial", { denied: "Jane is not on the list" }],
    ["a denial with a grant in it", { ...grant, denied: "" }],
    ["undefined", undefined],
    ["null", null],
    ["true", true],
    ["a grant without tenant", { actor: grant.actor }],
    ["an empty tenant", { ...grant, tenant: "" }],
    ["a grant without actor", { tenant: "acme" }],
    ["an actor without role", { tenant: "acme", actor: { id: "u1" } }],
    ["a number as actor id", { tenant: "acme", actor: { id: 1, role: "x" } }],
  ];
  test.each(denied)("%s is 403 and nothing runs", async (_, answer) => {
    const result = await ask(get("/contacts/lookup/1"), { authorize: (() => answer) as Authorize });
    expect([result.status, result.code, result.heard]).toEqual([403, "ACCESS_DENIED", []]);
    expect(result.text + JSON.stringify(result.logged)).not.toContain("Jane");
  });

  test("a Response goes out as it is", async () => {
    const authorize = async () => new Response("who?", { status: 401, headers: { "www-authenticate": "Bearer" } });
    const b = bench();
    const response = await b.handle(get("/sync/status"), { ...base, authorize });
    expect([response.status, response.headers.get("www-authenticate"), b.heard]).toEqual([401, "Bearer", []]);
  });

  test("one that throws is 500 without detail, or the status of our error", async () => {
    const throwing = (error: unknown) => () => {
      throw error;
    };
    const foreign = await ask(get("/health"), { authorize: throwing(new Error("jane@example.com")) });
    expect([foreign.status, foreign.code]).toEqual([500, "INTERNAL"]);
    expect(foreign.text + JSON.stringify(foreign.logged)).not.toContain("jane");
    const ours = await ask(get("/health"), { authorize: throwing(new HubspokeError("STORE_BUSY", "busy")) });
    expect(ours.status).toBe(503);
  });

  test("sees headers and address but cannot take the body", async () => {
    const authorize: Authorize = async (request, client) => {
      expect([await request.text(), request.headers.get("x-token"), client.ip]).toEqual(["", "t", "203.0.113.9"]);
      return grant;
    };
    const request = post("/contacts/lookup", { phones: ["1"] }, { "x-token": "t" });
    expect((await ask(request, { authorize, ip: "203.0.113.9" })).status).toBe(200);
  });
});
