import { expect, test } from "vitest";
import { AvailabilityWatch } from "./availability.ts";

const a = "GET /crm/objects/{version}/contacts";
const b = "GET /crm/objects/{version}/2-1";

function watch() {
  const clock = { now: 1_000 };
  const watched = new AvailabilityWatch(() => clock.now);
  const note = (route: string, code: string | null, status: number | null, tenant = "acme") => {
    clock.now += 100;
    watched.note({ tenant, route, code: code as never, status });
  };
  return { clock, note, of: (tenant = "acme") => watched.of(tenant) };
}

test("before anything was asked nothing is known, and nothing is wrong", () => {
  expect(watch().of()).toEqual({ answeredAt: null, trouble: null });
});

test("an answer that refuses one request is an answer; none, or none for the token, is trouble from its first time on", () => {
  const { note, of } = watch();
  note(a, "VALIDATION_FAILED", 400);
  expect(of()).toEqual({ answeredAt: 1_100, trouble: null });
  note(a, "HUBSPOT_UNAVAILABLE", 503);
  note(a, "TIMEOUT", null);
  expect(of()).toEqual({ answeredAt: 1_100, trouble: { code: "TIMEOUT", since: 1_200, lastAt: 1_300 } });
});

test.each([
  ["HUBSPOT_UNAVAILABLE", 503],
  ["RATE_LIMITED", 429],
  ["NETWORK_FAILED", null],
] as const)("%s is over with any answer", (code, status) => {
  const { note, of } = watch();
  note(a, code, status);
  note(b, null, 200);
  expect(of()).toEqual({ answeredAt: 1_200, trouble: null });
});

test("a token that was refused is well again where it was refused, or when nobody asks there for five minutes", () => {
  const { clock, note, of } = watch();
  note(a, "AUTH_SCOPE_MISSING", 403);
  note(b, null, 200);
  expect(of().trouble).toMatchObject({ code: "AUTH_SCOPE_MISSING" });
  note(a, null, 200);
  expect(of().trouble).toBeNull();
  note(a, "AUTH_INVALID", 401);
  note(b, null, 200);
  clock.now += 300_000;
  expect(of().trouble).toBeNull();
});

test("while there is no answer at all, trouble does not lapse", () => {
  const { clock, note, of } = watch();
  note(a, "AUTH_INVALID", 401);
  clock.now += 3_600_000;
  expect(of().trouble).toMatchObject({ code: "AUTH_INVALID" });
});

test("what we broke off ourselves says nothing of HubSpot, and tenants know nothing of each other", () => {
  const { note, of } = watch();
  note(a, "ABORTED", null);
  note(a, "TIMEOUT", null, "other");
  expect(of()).toEqual({ answeredAt: null, trouble: null });
});
