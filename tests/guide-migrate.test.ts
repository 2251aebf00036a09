import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { createHubSpotSimulator } from "@hubspoke/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root, run, tool } from "../scripts/workspace.ts";

/** Both columns of the tables of equivalents, compiled, and run against one simulated account with both libraries. */
const page = readFileSync(join(root, "docs/migrate.md"), "utf8");
const folder = join(root, "tests/.tmp/guide-migrate");
const rows = [...page.matchAll(/^\| `(client\..+?)` \| `(.+?)` \|$/gm)].map(([, theirs = "", ours = ""]) => ({
  theirs,
  ours,
}));

const program = `
import { Client } from "@hubspot/api-client";
import { FilterOperatorEnum } from "@hubspot/api-client/lib/codegen/crm/contacts/index.js";
import { createHubSpotClients, privateApp } from "@hubspoke/core/client";

const token = process.env.HUBSPOT_ACCESS_TOKEN!;
const url = process.env.HUBSPOT_API_BASE_URL!;
const client = new Client({ accessToken: token, basePath: url });
const clients = createHubSpotClients({ auth: privateApp(token), baseUrl: url });
const hs = clients.client({ tenant: "acme" });
const spares = (process.env.SPARES ?? "").split(",");
const spare = (): string => spares.pop()!;
const id = process.env.CONTACT!;
const company = process.env.COMPANY!;
const note = process.env.NOTE!;
async function all<T>(records: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const record of records) found.push(record);
  return found;
}
async function first<T>(records: AsyncIterable<T>): Promise<T | undefined> {
  for await (const record of records) return record;
  return undefined;
}
void FilterOperatorEnum;

const pairs: readonly (readonly [() => unknown, () => unknown])[] = [
${rows.map(({ theirs, ours }) => `  [() => ${theirs}, () => ${ours}],`).join("\n")}
];
for (const [index, pair] of pairs.entries()) {
  for (const [side, call] of pair.entries()) {
    try {
      await call();
    } catch (error) {
      console.log(index, side === 0 ? "theirs" : "ours", String(error).slice(0, 300));
    }
  }
}
await clients.close();
console.log("done", pairs.length);
`;

beforeAll(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, "node_modules/@hubspot"), { recursive: true });
  symlinkSync(
    join(root, "bench/node_modules/@hubspot/api-client"),
    join(folder, "node_modules/@hubspot/api-client"),
    "dir",
  );
  writeFileSync(join(folder, "pairs.ts"), program);
  const compilerOptions = { isolatedDeclarations: false, declaration: false };
  const config = { extends: "../../../tsconfig.base.json", compilerOptions, include: ["*.ts"] };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the tables of equivalents in migrate.md", () => {
  it("have rows of both libraries", () => {
    expect(rows.length).toBeGreaterThan(24);
    expect(rows.filter(({ ours }) => !/\bhs\./.test(ours))).toEqual([]);
  });

  it("compile", () => {
    const { output } = run([process.execPath, tool("typescript-native/bin/tsc"), "-p", join(folder, "tsconfig.json")]);
    expect(output.split("\n").filter((line) => line.includes("guide-migrate/"))).toEqual([]);
  });

  it("run: what one library can do the other can, in the same account", async () => {
    const simulator = createHubSpotSimulator({ seed: 7 });
    const portal = simulator.portal();
    const { id } = portal.contacts.create({ email: "ann@acme.example", firstname: "Ann", city: "Oslo" });
    const spares = Array.from({ length: 4 }, (_, i) => portal.contacts.create({ email: `spare${i}@acme.example` }).id);
    const company = portal.objects("companies").create({ name: "Acme" }).id;
    const note = portal.objects("notes").create({ hs_note_body: "Called", hs_timestamp: "2026-11-20T10:00:00Z" }).id;
    const server = await simulator.listen();
    try {
      const env = {
        PATH: process.env.PATH ?? "",
        HUBSPOT_ACCESS_TOKEN: simulator.token,
        HUBSPOT_API_BASE_URL: server.url,
        CONTACT: id,
        COMPANY: company,
        NOTE: note,
        SPARES: spares.join(","),
      };
      const args = ["--conditions=@hubspoke/source", join(folder, "pairs.ts")];
      const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder, env });
      expect(stdout.trim().split("\n")).toEqual([`done ${rows.length}`]);
    } finally {
      await server.close();
    }
  });
});
