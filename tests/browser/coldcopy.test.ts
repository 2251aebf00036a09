import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ColdCopy, start } from "../../examples/coldcopy/lib/start.ts";
import { openBrowser, picture } from "./browser.ts";

const folder = mkdtempSync(join(tmpdir(), "coldcopy-"));
let product: ColdCopy;
let browser: Browser;
let page: Page;
const failures: string[] = [];

beforeAll(async () => {
  product = await start({ folder, port: 0 });
  browser = await openBrowser();
  page = await browser.newPage();
  page.on("pageerror", (error) => failures.push(error.message));
});
afterAll(async () => {
  await browser?.close();
  await product?.close();
  rmSync(folder, { recursive: true, force: true });
});

const hubspot = () => product.hubspot!.simulator.portal(100).contacts;

test("a person connects HubSpot with the button, and both sides meet", async () => {
  hubspot().create({ email: "grace@example.com", firstname: "Grace", lastname: "Hopper" });
  const ada = { id: "l1", workspace_id: "acme", email: "ada@example.com", first_name: "Ada", last_name: "Byron" };
  await product.db.insertInto("leads").values(ada).execute();
  await page.goto(product.url);
  await page.getByText("Not connected").waitFor();
  await page.getByRole("button", { name: "Connect HubSpot" }).click();
  // HubSpot's own page: one account, one button.
  const approve = page.locator("#approve");
  await approve.waitFor();
  await approve.click();
  await page.getByText("Connected to HubSpot account 100").waitFor();
  await page.getByRole("button", { name: "Start syncing" }).click();
  await page.getByRole("cell", { name: "grace@example.com" }).waitFor();
  expect(hubspot().findBy("email", "ada@example.com")?.properties.firstname).toBe("Ada");
  await picture(page, "coldcopy-connected");
});

test("what changes in HubSpot appears on the page by itself", async () => {
  const { id } = hubspot().findBy("email", "grace@example.com")!;
  hubspot().update(id, { firstname: "Amazing Grace" });
  await product.leads.for("acme").reconcile();
  await page.getByRole("cell", { name: "Amazing Grace" }).waitFor();
});

test("a conflict is shown with both values, explained, and settled with the keyboard", async () => {
  const { id } = hubspot().findBy("email", "ada@example.com")!;
  await product.db.updateTable("leads").set({ last_name: "Lovelace" }).where("id", "=", "l1").execute();
  hubspot().update(id, { lastname: "King" });
  await product.leads.for("acme").reconcile();
  await page.getByText("ColdCopy has “Lovelace”, HubSpot has “King”").waitFor();
  await page.getByRole("button", { name: "Why?" }).click();
  await page.getByText("last_name (review): ColdCopy changed, HubSpot changed, waits for review").waitFor();
  await picture(page, "coldcopy-conflict");
  await page.getByRole("button", { name: "Keep ColdCopy's" }).focus();
  await page.keyboard.press("Enter");
  await page.getByText("Nothing waits.").waitFor();
  expect(hubspot().get(id)?.properties.lastname).toBe("Lovelace");
});

test("a mapping and a trigger are made on the page, and the trigger is tried", async () => {
  await page.getByRole("button", { name: "Add a mapping" }).click();
  await page.getByLabel("ColdCopy field").selectOption("title");
  await page.getByLabel("HubSpot property").selectOption("jobtitle");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Mappings saved.").waitFor();
  await page.getByLabel("Name").fill("Hot <b>lead</b>");
  await page.getByLabel("sets the property").fill("jobtitle");
  await page.getByLabel("to", { exact: true }).fill("Interested");
  await page.getByRole("button", { name: "Create" }).click();
  // Somebody's text stays text.
  await page.getByText("Hot <b>lead</b>: on reply").waitFor();
  await page.getByLabel("Try with the contact").fill("ada@example.com");
  await page.getByRole("button", { name: "Test" }).click();
  await page.getByText('"matches": true').waitFor();
  await picture(page, "coldcopy-triggers");
});

test("HubSpot is gone: the page says so, stays with what is known, and comes back by itself", async () => {
  product.hubspot!.simulator.faults.add({ effect: { status: 503 }, times: Number.POSITIVE_INFINITY });
  await product.leads
    .for("acme")
    .reconcile()
    .catch((error: Error) => expect(error.message).toContain("503"));
  await page.reload();
  await page.getByText("HubSpot cannot be asked now").waitFor();
  await page.getByRole("cell", { name: "ada@example.com" }).waitFor();
  await picture(page, "coldcopy-down");
  product.hubspot!.simulator.faults.clear();
  await product.leads.for("acme").reconcile();
  await page.locator("#stale").waitFor({ state: "hidden" });
  expect(failures).toEqual([]);
});

test("a start while HubSpot is gone shows what is known, and a narrow screen needs no scrolling sideways", async () => {
  await product.close();
  product = await start({ folder, port: 0 });
  // The HubSpot of this start never heard of the token of the last.
  await page.goto(product.url);
  await page.getByText("Connected to HubSpot account 100").waitFor();
  await page.getByText("HubSpot cannot be asked now").waitFor();
  await page.getByRole("cell", { name: "ada@example.com" }).waitFor();
  await page.getByLabel("Workspace").selectOption("globex");
  await page.getByRole("button", { name: "Open", exact: true }).click();
  await page.getByText("Not connected").waitFor();
  await page.getByLabel("Workspace").selectOption("acme");
  await page.getByRole("button", { name: "Open", exact: true }).click();
  await page.getByText("HubSpot cannot be asked now").waitFor();
  expect(await page.getByRole("button", { name: "Save" }).isDisabled(), "a list that is not shown").toBe(true);
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await picture(page, "coldcopy-phone");
  expect(failures).toEqual([]);
});
