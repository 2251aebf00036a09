import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type AheadClock, aheadClock } from "../../examples/kit/ahead-clock.ts";
import { start, type Warp } from "../../examples/warp/lib/start.ts";
import { ownTables } from "../../examples/warp/test/postgres/bed.ts";
import { openBrowser, picture } from "./browser.ts";

let tables: Awaited<ReturnType<typeof ownTables>>;
let clock: AheadClock;
let warp: Warp;
let browser: Browser;
let page: Page;
const errors: string[] = [];
const companies = () => warp.hubspot!.simulator.portal().objects("companies");
const rowOf = (name: string) => page.locator("#customers tr").filter({ hasText: name });

beforeAll(async () => {
  clock = aheadClock();
  tables = await ownTables();
  const options = { clock, maxAttempts: 1, timeouts: { headersMs: 700 } };
  warp = await start({ port: 0, schema: tables.schema, env: { DATABASE_URL: tables.url }, options });
  browser = await openBrowser();
  page = await browser.newPage({ viewport: { width: 1100, height: 900 } });
  page.setDefaultTimeout(50_000);
  page.on("pageerror", ({ message }) => errors.push(message));
});
afterAll(async () => {
  await browser?.close();
  await warp?.close();
  await tables?.drop();
});

test("a key opens the page, is kept out of the address, and nothing is there but what is in the database", async () => {
  await page.goto(warp.url);
  await page.getByLabel("Key").fill("guessed");
  await page.getByRole("button", { name: "Open" }).click();
  await expect.poll(() => page.locator("#main").isVisible()).toBe(false);
  await page.goto(`${warp.url}/#key=${warp.keys.write}`);
  await page.reload();
  await page.getByText("HubSpot answers. Nothing waits.").waitFor();
  expect(page.url()).toBe(`${warp.url}/`);
  await page.getByText("0 customers, 60 users, 0 trunks, 0 numbers.").waitFor();
  await page.getByText("Nothing is wrong.").waitFor();
  await page.getByText(/51 differences, made as declared/).waitFor();
  expect(errors).toEqual([]);
});

test("a deal is won in HubSpot: its steps, its customer and its trunk are on the page", async () => {
  await page.getByRole("button", { name: "Win a deal" }).click();
  const row = rowOf("Umbrella");
  await row.waitFor();
  await page.getByLabel(/Deal \d+: 7 of 7 steps/).waitFor();
  await page.locator("#events").getByText("trunk created, account 10001").waitFor();
  await row.getByRole("button", { name: "Add a trunk for Umbrella" }).click();
  await page.getByText("A trunk for Umbrella was made.").waitFor();
  await expect.poll(() => row.locator("td").nth(5).textContent(), { timeout: 20_000 }).toBe("2");
  const trunks = warp.hubspot!.simulator.portal().objects("2-1000001");
  await expect
    .poll(() => trunks.list().map(({ properties }) => properties.name), { timeout: 30_000 })
    .toContain("Umbrella trunk 2");
});

test("what sales change in HubSpot appears, as text whatever it is", async () => {
  const { id } = companies().findBy("warp_ban", "10001")!;
  companies().update(id, { name: "<b>Umbrella</b>", warp_tier: "enterprise", warp_credit_limit: "15000" });
  const row = rowOf("<b>Umbrella</b>");
  await row.waitFor();
  await row.getByText("enterprise").waitFor();
  await row.getByText("15000").waitFor();
});

test("lag and volume are drawn from what the syncs have really done, and are there as a table", async () => {
  const { minutes } = await warp.hubspoke.overview("warp");
  const records = minutes.reduce((sum, { done }) => sum + done, 0);
  const told = page.getByRole("img", { name: /records travelled, \d+ attempts? failed, and the longest lag was/ });
  await told.waitFor();
  const drawn = Number(/last hour (\d+) records/.exec((await told.getAttribute("aria-label")) ?? "")?.[1]);
  expect(drawn).toBeGreaterThanOrEqual(60);
  await expect
    .poll(async () => Number(/last hour (\d+) records/.exec((await told.getAttribute("aria-label")) ?? "")?.[1]), {
      timeout: 20_000,
    })
    .toBeGreaterThanOrEqual(records);
  const heights = await page
    .locator("#plot rect.records")
    .evaluateAll((bars) => bars.map((bar) => Number(bar.getAttribute("height"))));
  expect(heights).toHaveLength(60);
  expect(Math.max(...heights)).toBeGreaterThan(20);
  expect(await page.locator("#plot path.lag").getAttribute("d")).toMatch(/^M.*L/);
  await page.getByText("As a table").click();
  const rows = await page.locator("#minutes tr").allTextContents();
  expect(rows.length).toBeGreaterThan(0);
  await page.getByText("As a table").click();
  await picture(page, "warp");
});

test("edits that met are shown with both values and decided with a button", async () => {
  const numbers = warp.hubspot!.simulator.portal().objects("2-1000002");
  const { id } = numbers.create({ number: "+13035551000", cnam: "ACME" });
  const count = async () => (await warp.data.rows("select 1 from numbers")).length;
  await expect.poll(count, { timeout: 30_000 }).toBe(1);
  const sync = warp.hubspoke
    .syncs()
    .find(({ name }) => name === "numbers")!
    .for("warp");
  await sync.pause();
  numbers.update(id, { cnam: "SALES" });
  await warp.data.rows("update numbers set cnam = 'CARRIER'");
  await sync.resume();
  await page.getByRole("button", { name: "HubSpot: SALES" }).waitFor();
  await page.getByRole("button", { name: "WARP: CARRIER" }).click();
  await page.getByText("No edits wait for a decision.").waitFor();
  await expect.poll(() => numbers.get(id)?.properties.cnam, { timeout: 30_000 }).toBe("CARRIER");
});

test("an update that fails is in the queue and is tried again with a button", async () => {
  const trunks = warp.hubspot!.simulator.portal().objects("2-1000001");
  const { id } = trunks.create({ trunk_id: "trunk_of_sales", name: "Sold", concurrent_calls: "99999999999" });
  await page.locator("#queue").getByText(`HubSpot ${id}`).waitFor();
  await page.locator("#queue").getByText("LOCAL_REJECTED").waitFor();
  await page.locator("#alerts").getByText("sync.quarantined").waitFor();
  trunks.update(id, { concurrent_calls: "5" });
  await page.getByRole("button", { name: "Try all again" }).click();
  await page.getByText("Nothing has failed.").waitFor();
});

test.each([
  ["Down (503)", "HubSpot is down"],
  ["Limited (429)", "HubSpot's limit is used up for the moment"],
  ["Token revoked", "HubSpot does not accept WARP's token"],
  ["Hangs", "HubSpot does not answer in time"],
  ["Cuts connections", "HubSpot cannot be reached"],
])("%s: the page says so, marks what may be old, and goes on", async (name, said) => {
  await page.getByRole("button", { name }).click();
  await warp.data.rows("insert into customers (name) values ($1)", [`During ${name}`]);
  await page.locator("#state").getByText(said).waitFor();
  await page.getByRole("heading", { name: "Out of date" }).waitFor();
  await page.locator("#stale-text").getByText("nothing is lost").waitFor();
  // The platform's own side is shown as it is.
  await rowOf(`During ${name}`).waitFor();
  if (name === "Down (503)") await picture(page, "warp-down");
  await page.getByRole("button", { name: "HubSpot is well" }).click();
  const hurried = setInterval(() => {
    clock.ahead += 120_000;
  }, 1_000);
  const there = () =>
    companies()
      .list()
      .filter(({ properties }) => properties.name === `During ${name}`).length;
  await expect.poll(there, { timeout: 40_000 }).toBe(1);
  await expect.poll(() => page.locator("#stale").isVisible(), { timeout: 40_000 }).toBe(false);
  clearInterval(hurried);
});

test("the simulated HubSpot is gone altogether: the mark is there and the platform's data stays", async () => {
  await warp.hubspot!.close();
  // A change to tell of: without one WARP asks HubSpot once a minute, and knows no earlier that nobody answers.
  await warp.data.rows("insert into customers (name) values ('Told to nobody')");
  await page.getByRole("heading", { name: "Out of date" }).waitFor();
  await page
    .locator("#stale-text")
    .getByText(/HubSpot last answered at/)
    .waitFor();
  await rowOf("Told to nobody").waitFor();
  await rowOf("<b>Umbrella</b>").waitFor();
});

test("a telephone: nothing is wider than it, and the keyboard reaches every button", async () => {
  await page.setViewportSize({ width: 390, height: 780 });
  await expect.poll(async () => Number(await page.locator("#plot svg").getAttribute("width"))).toBeLessThan(390);
  await picture(page, "warp-telephone");
  const schedules = page.locator(".wide").filter({ has: page.locator("#schedules") });
  const tall = await schedules.locator("tr").evaluateAll((rows) => Math.max(...rows.map((row) => row.clientHeight)));
  expect(tall, "a row is a line or two, as wide as it is").toBeLessThan(70);
  const last = schedules.locator("th").last();
  await last.scrollIntoViewIfNeeded();
  const { x, width } = (await last.boundingBox())!;
  expect(x + width, "its box scrolls to the end of it").toBeLessThan(391);
  expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
  await page.keyboard.press("Tab");
  expect(["BUTTON", "SUMMARY"]).toContain(await page.evaluate("document.activeElement.tagName"));
  const unnamed = await page
    .locator("button:visible, progress:visible")
    .evaluateAll((all) => all.filter((one) => !(one.textContent?.trim() || one.ariaLabel)).length);
  expect(unnamed).toBe(0);
  expect(errors).toEqual([]);
});

test("the reading key shows the page and changes nothing", async () => {
  const reader = await browser.newPage();
  await reader.goto(`${warp.url}/#key=${warp.keys.read}`);
  await reader
    .getByRole("button", { name: /Add a trunk/ })
    .first()
    .click();
  await reader.getByText("this key only reads").waitFor();
  await reader.close();
});
