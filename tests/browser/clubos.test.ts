import { randomUUID } from "node:crypto";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ClubOS, start } from "../../examples/clubos-messages/lib/start.ts";
import { dropSchemas, textFrom } from "../../examples/clubos-messages/test/postgres/visitor.ts";
import { aheadClock } from "../../examples/kit/ahead-clock.ts";
import { openBrowser, picture } from "./browser.ts";

const schema = `clubos_test_${randomUUID().slice(0, 8)}`;
const grace = "+19025550123";
const clock = aheadClock();
let product: ClubOS;
let browser: Browser;
let page: Page;
const errors: string[] = [];

beforeAll(async () => {
  const env = { DATABASE_URL: process.env.DATABASE_URL };
  product = await start({ port: 0, schema, env, options: { clock, maxAttempts: 1 }, send: async () => "sent" });
  const { contacts } = product.hubspot!.simulator.portal();
  contacts.create({ firstname: "<b>Grace</b>", lastname: "Hopper", company: "Navy", phone: "(902) 555-0123" });
  contacts.create({ firstname: "Linus", lastname: "Pauling", phone: "416.555.0199" });
  expect(await textFrom(product, grace, "<img src=x onerror=alert(1)>", "AC1")).toBe(204);
  await product.settled();
  browser = await openBrowser();
  page = await browser.newPage({ viewport: { width: 1100, height: 800 } });
  page.on("pageerror", ({ message }) => errors.push(message));
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  await page.goto(product.url);
  await page.getByRole("textbox", { name: "Name" }).fill("Ada");
  await page.getByLabel("Role").selectOption("admin");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: "New conversation" }).waitFor();
});
afterAll(async () => {
  await browser?.close();
  const { url, kind } = product.postgres;
  await product.close();
  if (kind !== "embedded, gone after the stop") await dropSchemas(url, schema);
});

test("names and texts of strangers are shown as text", async () => {
  const row = page.getByRole("listitem").first();
  await row.getByText("<b>Grace</b> Hopper").waitFor();
  await row.getByText("<img src=x onerror=alert(1)>").waitFor();
  await picture(page, "clubos-list");
});

test("a conversation starts with one click, a few letters and Enter, and is written to", async () => {
  await page.getByRole("button", { name: "New conversation" }).click();
  await page.getByRole("combobox").pressSequentially("paulin");
  const option = page.getByRole("option").first();
  await option.getByText("Linus Pauling").waitFor();
  expect(await page.getByRole("group", { name: "HubSpot contacts" }).count()).toBe(1);
  expect(await option.getAttribute("aria-selected")).toBe("true");
  await picture(page, "clubos-search");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Linus Pauling" }).waitFor();
  expect(await page.evaluate("document.activeElement.id")).toBe("body");
  await page.keyboard.type("See you at eight");
  await page.keyboard.press("Enter");
  await page.locator("#texts").getByText("See you at eight").waitFor();
});

test("the keyboard goes through the people and Escape leaves; who was opened is recent", async () => {
  await page.getByRole("button", { name: "New conversation" }).click();
  const searches = () =>
    product.hubspot!.simulator.calls.filter(({ path }) => path.endsWith("/contacts/search")).length;
  await page.getByRole("group", { name: "Recent" }).getByText("Linus Pauling").waitFor();
  const before = searches();
  await page.getByRole("combobox").pressSequentially("an", { delay: 20 });
  await page.getByRole("option").nth(2).waitFor();
  expect(searches()).toBe(before + 1);
  const selected = () => page.locator("[role=option][aria-selected=true]").getAttribute("id");
  expect(await selected()).toBe("person-0");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  expect(await selected()).toBe("person-1");
  expect(await page.getByRole("combobox").getAttribute("aria-activedescendant")).toBe("person-1");
  await page.keyboard.type("x");
  await page.keyboard.press("Enter");
  expect(await page.locator("dialog[open]").count(), "Enter before the answer takes nobody").toBe(1);
  await page.keyboard.press("Escape");
  expect(await page.locator("dialog[open]").count()).toBe(0);
});

test("HubSpot is down: the desk says so, marks what is old, and texts go on", async () => {
  const over = product.hubspot!.simulator.faults.add({ effect: { status: 503 }, times: Number.POSITIVE_INFINITY });
  clock.ahead = 86_400_001;
  expect(await textFrom(product, "+16045550111", "anybody there?", "AC2")).toBe(204);
  await product.settled();
  await page.locator("#conversations").getByText("anybody there?").waitFor();
  await page.getByText("may be out of date").first().waitFor();
  await page.locator("#degraded").getByText("HubSpot cannot be asked just now").waitFor();
  await picture(page, "clubos-down");
  over();
});

test("admins run it: rollout, cache, trail; and a telephone shows one thing at a time", async () => {
  await page.getByRole("button", { name: "Operations" }).click();
  await page.getByRole("button", { name: "Week 1: admins" }).click();
  await expect.poll(() => page.getByLabel("roles of master; empty: every role").inputValue()).toBe("admin");
  await page.getByRole("button", { name: "Clear the cache" }).click();
  await page.getByText("The cache is empty.").waitFor();
  await page.locator("#audit").getByText("inbound-message").first().waitFor();
  await picture(page, "clubos-operations");
  await page.setViewportSize({ width: 390, height: 780 });
  await page.getByRole("button", { name: "Messages" }).click();
  await page.getByRole("button", { name: "Back to the list" }).click();
  await page.locator("#conversations").getByRole("listitem").first().getByRole("button").click();
  expect(await page.locator("#list").isVisible()).toBe(false);
  await picture(page, "clubos-telephone");
  await page.getByRole("button", { name: "Back to the list" }).click();
  await page.getByRole("button", { name: "New conversation" }).click();
  await page.getByRole("combobox").waitFor();
  await picture(page, "clubos-telephone-search");
  expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
  expect(errors).toEqual([]);
});
