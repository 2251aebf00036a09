import { describe, expect, it } from "vitest";
import { qualify } from "../src/qualify.ts";

describe("the schema in a statement", () => {
  it.each([
    ["select a from hubspoke_links where b = 1", 'select a from "s".hubspoke_links where b = 1'],
    [
      "update hubspoke_work set seq = hubspoke_work.seq + 1",
      'update "s".hubspoke_work set seq = "s".hubspoke_work.seq + 1',
    ],
    ["create table hubspoke_links (a bigint)", 'create table "s".hubspoke_links (a bigint)'],
    ["create index hubspoke_links_a on hubspoke_links (a)", 'create index hubspoke_links_a on "s".hubspoke_links (a)'],
    [
      "create unique index hubspoke_runs_one on hubspoke_runs (a)",
      'create unique index hubspoke_runs_one on "s".hubspoke_runs (a)',
    ],
    ["drop index hubspoke_links_a", 'drop index "s".hubspoke_links_a'],
    ["alter table hubspoke_a rename to hubspoke_b", 'alter table "s".hubspoke_a rename to hubspoke_b'],
    ["begin", "begin"],
  ])("%s", (sql, qualified) => {
    expect(qualify(sql, "s")).toBe(qualified);
  });

  it("is quoted, whatever its name", () => {
    expect(qualify("select 1 from hubspoke_links", 'My "own"')).toBe('select 1 from "My ""own""".hubspoke_links');
  });
});
