import { describe, expect, test } from "vitest";
import { fakeClock } from "../testing-fakes/fake-clock.fixture.ts";
import { FakeLocal } from "../testing-fakes/fake-local.fixture.ts";
import { defineSync } from "./define-sync.ts";
import { localFields } from "./definition.ts";
import { delimited, field, fields } from "./field.ts";

test("fields of one policy are called as HubSpot calls them, or with a prefix before", () => {
  expect(fields({ owner: "hubspot" }, "name", "domain")).toEqual({
    name: field("name", { owner: "hubspot" }),
    domain: field("domain", { owner: "hubspot" }),
  });
  expect(fields({ rule: "latest", as: "text", prefix: "acme_" }, "tier")).toEqual({
    tier: field("acme_tier", { rule: "latest", as: "text" }),
  });
});

test("what a declaration names locally is its fields and the fields that name other records, each once", () => {
  const customer = { sync: "customers", localField: "customer_id" };
  expect(localFields({ fields: { email: field("email") } })).toEqual(["email"]);
  const both = {
    fields: { email: field("email") },
    associations: { customer, payer: { ...customer, label: "Payer" } },
  };
  expect(localFields(both)).toEqual(["email", "customer_id"]);
});

describe("a delimited list", () => {
  const lines = delimited("addresses", { local: ",", hubspot: "\n", owner: "local" });

  test("is a set with the separator of each side, whoever wrote it and however", () => {
    expect(lines).toMatchObject({ kind: "codec", properties: ["addresses"], owner: "local" });
    expect(lines.encode("b, a ,b,,c")).toEqual({ addresses: "a\nb\nc" });
    expect(lines.decode({ addresses: "c\nb\n a" })).toBe("a,b,c");
    expect(delimited("roles", { local: "|" }).encode("sales|admin")).toEqual({ roles: "admin;sales" });
  });

  test("that is empty is no value", () => {
    for (const nothing of [null, "", " , "]) expect(lines.encode(nothing)).toEqual({ addresses: null });
    for (const nothing of [null, "", "\n"]) expect(lines.decode({ addresses: nothing })).toBeNull();
  });

  test("has a separator on each side: without one each letter would be an element", () => {
    for (const separators of [{ local: "" }, { local: ",", hubspot: "" }, {} as { local: string }])
      expect(() => delimited("roles", separators)).toThrow(/SYNC_DECLARATION_INVALID.*"roles".*separator/);
  });

  test("settles, as a declaration asks", () => {
    const local = new FakeLocal(fakeClock());
    const sync = { name: "leads", object: "contacts", local, match: ["email"] as const } as const;
    const email = field("email");
    expect(() => defineSync({ ...sync, fields: { email, lines } })).not.toThrow();
  });
});
