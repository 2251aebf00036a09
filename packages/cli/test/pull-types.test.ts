import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createHubSpoke, privateApp } from "@hubspoke/core";
import { memoryStorage } from "@hubspoke/core/memory";
import { describe, expect, it } from "vitest";
import { type World, world } from "./cli.fixture.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** The account gets a property, an enumeration, a custom object and a label, as an administrator would give them. */
async function withOwnDefinitions({ env }: World): Promise<void> {
  await using hubspoke = createHubSpoke({
    auth: privateApp(env.HUBSPOT_ACCESS_TOKEN!),
    baseUrl: env.HUBSPOT_API_BASE_URL,
    keys: { current: "k1", keys: { k1: env.HUBSPOKE_KEY! } },
    storage: memoryStorage(),
  });
  const client = hubspoke.client({ tenant: "t" });
  const contacts = client.properties("contacts");
  const base = { groupName: "contactinformation" };
  await contacts.create({
    ...base,
    name: "lead_score",
    label: "Score */ of a lead",
    type: "number",
    fieldType: "number",
  });
  const options = ["free", "pro"].map((value, displayOrder) => ({ value, label: value.toUpperCase(), displayOrder }));
  await contacts.create({ ...base, name: "plan", label: "Plan", type: "enumeration", fieldType: "select", options });
  await client.schemas.create({
    name: "trunk_line",
    labels: { singular: "Trunk", plural: "Trunks" },
    primaryDisplayProperty: "trunk_id",
    properties: [{ name: "trunk_id", label: "Id", type: "string", fieldType: "text", hasUniqueValue: true }],
    associatedObjects: ["CONTACT"],
  });
  await client.associations.labels("contacts", "companies").create({ name: "billing", label: "Billing contact" });
}

/** What the compiler says of a program in that folder, against the workspace's sources. */
function compiled(folder: string, file: string): readonly string[] {
  mkdirSync(join(folder, "node_modules/@hubspoke"), { recursive: true });
  const core = join(folder, "node_modules/@hubspoke/core");
  if (!existsSync(core)) symlinkSync(join(root, "packages/core"), core, "dir");
  const types = join(folder, "node_modules/@types");
  if (!existsSync(types)) symlinkSync(join(root, "node_modules/@types"), types, "dir");
  const compilerOptions = {
    target: "ES2023",
    lib: ["ES2023", "ESNext.Disposable", "DOM", "DOM.Iterable", "DOM.AsyncIterable"],
    module: "NodeNext",
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    allowImportingTsExtensions: true,
    customConditions: ["@hubspoke/source"],
    types: ["node"],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: [file] }));
  const tsc = join(root, "node_modules/typescript-native/bin/tsc");
  const { stdout } = spawnSync(process.execPath, [tsc, "-p", "tsconfig.json"], { cwd: folder, encoding: "utf8" });
  // The workspace's own sources are checked with its own options elsewhere.
  return stdout.split("\n").filter((line) => /^\w+\.ts\(/.test(line));
}

describe("hubspoke pull-types", () => {
  it("writes the account's own properties, objects, pipelines and labels", async () => {
    const there = await world();
    await withOwnDefinitions(there);
    expect(await there.run("pull-types", "--out", "types.ts")).toMatchObject({ code: 0, out: "Wrote types.ts.\n" });
    const text = readFileSync(join(there.folder, "types.ts"), "utf8");
    expect(text).toMatch(
      /interface ContactProperties \{[^}]*\/\*\* Score \* \/ of a lead \*\/\n {4}lead_score: number;/,
    );
    // Erased: a program with nothing but the client must not load all of the library for its types.
    expect(text).toContain('\nimport type {} from "@hubspoke/core";\n');
    expect(text).toContain('    plan: "free" | "pro";');
    expect(text).toMatch(
      /export interface TrunkLineProperties \{[^}]*\/\*\* Id \(unique\) \*\/\n {2}trunk_id: string;/,
    );
    expect(text).toMatch(
      /interface ObjectProperties \{\n {4}"2-\d+": TrunkLineProperties;\n {4}p62515_trunk_line: TrunkLineProperties;/,
    );
    expect(text).toMatch(/"contacts → companies": \{\n {4}"Billing contact": \d+/);
    expect(text).toContain('"closedwon": "Closed Won"');
    // What the library types already is not said again: the two would have to agree for ever.
    expect(text).not.toContain(" firstname:");
    expect(await there.run("pull-types", "--out", "types.ts")).toMatchObject({ out: "Nothing changed in types.ts.\n" });
  });

  it("makes a misspelt name, and an option the account has not, an error of the compiler", async () => {
    const there = await world();
    await withOwnDefinitions(there);
    await there.run("pull-types", "--out", "types.ts");
    writeFileSync(
      join(there.folder, "program.ts"),
      `import type { HubSpotClient, Hubspoke } from "@hubspoke/core";
      import type { LocalSource } from "@hubspoke/core/ports";
      import { codec, field } from "@hubspoke/core/sync";
      import "./types.ts";
      export const syncs = (hubspoke: Hubspoke, local: LocalSource) => {
        const base = { name: "leads", object: "contacts", local, match: ["email"] } as const;
        const name = { encode: () => ({ firstname: null, lastnam: null }), decode: () => null, samples: ["Ada"] };
        hubspoke.sync({ ...base, fields: { email: field("email"), score: field("lead_score", { owner: "local" }) } });
        // @ts-expect-error misspelt
        hubspoke.sync({ ...base, fields: { email: field("email"), score: field("lead_scor") } });
        // @ts-expect-error misspelt
        hubspoke.sync({ ...base, fields: { email: field("email"), name: codec(["firstname", "lastnam"], name) } });
        // @ts-expect-error of another object
        hubspoke.sync({ ...base, object: "deals", fields: { email: field("lead_score") } });
      };
      export const calls = (hs: HubSpotClient) => [
        hs.contacts.get("1", { properties: ["email", "lead_score", "lifecyclestage", "hs_lead_status"] }),
        hs.contacts.update("1", { lead_score: 7, plan: "pro", lifecyclestage: "customer", firstname: null }),
        hs.objects("p62515_trunk_line").create({ properties: { trunk_id: "t1" } }),
        hs.notes.get("1", { properties: ["anything"] }),
        // @ts-expect-error misspelt
        hs.contacts.get("1", { properties: ["lead_scor"] }),
        // @ts-expect-error misspelt
        hs.contacts.update("1", { lifecyclestag: "customer", email: "a@b.com" }),
        // @ts-expect-error no stage of this account
        hs.contacts.update("1", { lifecyclestage: "custmer" }),
        // @ts-expect-error misspelt
        hs.objects("p62515_trunk_line").create({ properties: { trunk: "t1" } }),
        // @ts-expect-error misspelt
        hs.deals.search({ properties: ["dealname"], filters: [{ property: "dealstag", operator: "HAS_PROPERTY" }] }),
      ];\n`,
    );
    expect(compiled(there.folder, "program.ts")).toEqual([]);
  });

  it("reports drift, and writes nothing then", async () => {
    const there = await world();
    await there.run("pull-types");
    expect(await there.run("pull-types", "--check")).toMatchObject({ code: 0 });
    expect(await there.run("pull-types", "--check", "--out", "elsewhere.ts")).toMatchObject({
      code: 1,
      out: "There is no elsewhere.ts: name the file that was written with --out, or write it first.\n",
    });
    await withOwnDefinitions(there);
    const before = readFileSync(join(there.folder, "hubspot-types.ts"), "utf8");
    const checked = await there.run("pull-types", "--check");
    expect(checked.code).toBe(1);
    expect(checked.out).toContain("+ lead_score: number;");
    expect(readFileSync(join(there.folder, "hubspot-types.ts"), "utf8")).toBe(before);
    writeFileSync(join(there.folder, "hubspot-types.ts"), `${before}mine: string;\n`);
    expect((await there.run("pull-types", "--check")).out).toContain("- mine: string;");
  });
});
