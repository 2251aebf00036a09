import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type CallNotes, start } from "../../examples/call-notes/lib/start.ts";
import { reportOf, tell } from "../../examples/call-notes/test/visitor.ts";
import { openBrowser, picture } from "./browser.ts";

let product: CallNotes;
let browser: Browser;
let page: Page;
const errors: string[] = [];

beforeAll(async () => {
  product = await start({ port: 0, persist: null, env: { RECORDING_HOSTS: "storage.vapi.ai" } });
  const { contacts } = hubspot();
  contacts.create({ firstname: "Grace", phone: "(902) 555-0123" });
  browser = await openBrowser();
  page = await browser.newPage({ viewport: { width: 1100, height: 900 } });
  page.on("pageerror", ({ message }) => errors.push(message));
  page.on("dialog", (dialog) => dialog.accept());
  await page.goto(product.url);
  await page.getByLabel("Workspace").fill("acme");
  await page.getByLabel("Name").fill("Ada <b>Byron</b>");
  await page.keyboard.press("Enter");
  await page.getByText("Not connected. Calls are accepted all the same.").waitFor();
});
afterAll(async () => {
  await browser?.close();
  await product?.close();
});

const hubspot = () => product.hubspot!.simulator.portal(100);
const log = () => page.locator("#log tbody");
const written = () => log().getByText("Written", { exact: true });

async function tellCall(phone: string, summary: string): Promise<void> {
  await page.getByLabel("Number").fill(phone);
  await page.getByLabel("Summary").fill(summary);
  await page.getByRole("button", { name: "Tell this call" }).click();
  await page.getByText("The call was accepted.").waitFor();
}

test("a window that is closed without consent leaves things as they were, and says so", async () => {
  const opened = page.waitForEvent("popup");
  await page.getByRole("button", { name: "Connect HubSpot" }).click();
  const popup = await opened;
  await popup.locator("#approve").waitFor();
  await popup.close();
  await page.getByText("The window of HubSpot was closed.").waitFor();
  await page.getByText("Not connected. Calls are accepted all the same.").waitFor();
});

test("a person connects HubSpot in a window, which tells the page and closes", async () => {
  const opened = page.waitForEvent("popup");
  await page.getByRole("button", { name: "Connect HubSpot" }).focus();
  await page.keyboard.press("Enter");
  const popup = await opened;
  const closed = popup.waitForEvent("close");
  await popup.locator("#approve").click();
  await closed;
  await page.getByText("HubSpot is connected.").waitFor();
  await page.getByText("Connected to HubSpot account 100.").waitFor();
  await page.getByRole("button", { name: "Check the connection" }).click();
  await page.getByText("HubSpot takes our token: accepted for portal 100").waitFor();
  await picture(page, "call-notes-connected");
});

test("a call becomes a note, and what people wrote is shown as text", async () => {
  await tellCall("902 555 0123", "Wants <script>a quote</script>");
  await written().waitFor();
  await log().getByText("902 555 0123").waitFor();
  const [note] = hubspot().objects("notes").list();
  expect(note?.properties.hs_note_body).toContain("Wants &lt;script&gt;");
  await log().getByText(`note ${note?.id}, contact `).waitFor();
  await page.getByText("Ada <b>Byron</b>, acme").waitFor();
});

test("what changes in HubSpot changes what is written, and the log is filtered", async () => {
  await tellCall("+14165550199", "Nobody yet");
  await log().getByText("Skipped: no contact has this number").waitFor();
  hubspot().contacts.create({ firstname: "Linus", phone: "+1 416 555 0199" });
  await tellCall("+14165550199", "Somebody now");
  await expect.poll(() => written().count(), { timeout: 20_000 }).toBe(2);
  await page.getByLabel("Show").selectOption("skipped");
  await page.getByText("1 to 1 of 1").waitFor();
  expect(await written().count()).toBe(0);
  await page.getByLabel("Show").selectOption("");
  await page.getByText("1 to 3 of 3").waitFor();
});

test("settings are kept", async () => {
  await page.getByText("From storage.vapi.ai; any other recording stays a link.").waitFor();
  await page.getByLabel("Copy recordings into HubSpot").check();
  await page.getByLabel("Skip it").check();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved; it counts from the next call on.").waitFor();
  await page.reload();
  await page.getByText("Connected to HubSpot account 100.").waitFor();
  expect(await page.getByLabel("Copy recordings into HubSpot").isChecked()).toBe(true);
  expect(await page.getByLabel("Skip it").isChecked()).toBe(true);
  await page.getByRole("button", { name: "Show the secret" }).click();
  await expect.poll(() => page.getByLabel("Secret key").inputValue()).toMatch(/^[\w-]{43}$/);
});

test("what may not leave fails with its reason, and is tried again with the keyboard", async () => {
  await tellCall("902 555 0123", "Pays with 4242 4242 4242 4242");
  await log().getByText("Failed: it holds a password, a key or a card number").waitFor();
  await page.getByRole("button", { name: /^Try test-.* again$/ }).focus();
  await page.keyboard.press("Enter");
  await page.getByText("It is tried again.").waitFor();
  await product.cron();
  await page.getByRole("alert").getByText("Notes could not be written: it holds a password").waitFor();
});

test("a long log has pages", async () => {
  const [url, secret] = [
    await page.getByLabel("Server URL").inputValue(),
    await page.getByLabel("Secret key").inputValue(),
  ];
  for (let i = 0; i < 20; i++) {
    await tell({ url, secret }, reportOf({ id: `many-${i}`, phone: "+442079460000", summary: "Many" }));
  }
  await page.getByText("1 to 20 of 24").waitFor();
  await page.getByRole("button", { name: "Older" }).click();
  await page.getByText("21 to 24 of 24").waitFor();
  await log().getByText("+14165550199").first().waitFor();
  expect(await page.getByRole("button", { name: "Older" }).isDisabled()).toBe(true);
  await picture(page, "call-notes-older");
  await page.getByRole("button", { name: "Newer" }).click();
  await page.getByText("1 to 20 of 24").waitFor();
});

test("HubSpot is down: calls are accepted, and the page says why they wait", async () => {
  const over = product.hubspot!.simulator.faults.add({ effect: { status: 503 }, times: Number.POSITIVE_INFINITY });
  await tellCall("902 555 0123", "During the outage");
  await log().getByText("Waiting: HubSpot does not answer").first().waitFor();
  await page.getByRole("alert").getByText("written later by itself").waitFor();
  await picture(page, "call-notes-down");
  over();
});

test("a telephone shows all of it without scrolling sideways", async () => {
  await page.setViewportSize({ width: 390, height: 780 });
  await log().getByText("Waiting").first().waitFor();
  await picture(page, "call-notes-telephone");
  expect(await page.evaluate(tooWide)).toEqual([]);
  expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
  await page.setViewportSize({ width: 1100, height: 900 });
});

test("every control has a name, and texts stand out from their ground", async () => {
  const unnamed = await page.evaluate(`[...document.querySelectorAll("button,input,select,textarea")]
    .filter((one) => one.offsetParent !== null && !(one.ariaLabel || one.labels?.length || one.textContent.trim()))
    .map((one) => one.outerHTML)`);
  expect(unnamed).toEqual([]);
  expect(await page.evaluate(lowContrast)).toEqual([]);
});

test("the server is gone: the page stays, and says how old it is", async () => {
  await product.kill();
  await page
    .getByRole("alert")
    .getByText(/^This is from .*: The server does not answer\.$/)
    .waitFor();
  await log().getByText("+442079460000").first().waitFor();
  await picture(page, "call-notes-stale");
  expect(errors).toEqual([]);
});

/** What reaches beyond the right edge. */
const tooWide = `[...document.querySelectorAll("body *")]
  .filter((node) => node.offsetParent !== null && node.closest("thead") === null)
  .filter((node) => node.getBoundingClientRect().right > innerWidth + 1)
  .map((node) => node.outerHTML.slice(0, 80))`;

/** Texts below WCAG's 4.5:1, by the colours the browser computed. */
const lowContrast = `(() => {
  const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const luminance = (colour) => channels(colour).slice(0, 3)
    .map((value) => value / 255)
    .map((value) => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
    .reduce((sum, value, i) => sum + value * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (node) => {
    for (let at = node; at !== null; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (channels(colour)[3] !== 0) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const own = (node) => [...node.childNodes].some((one) => one.nodeType === 3 && one.data.trim() !== "");
  return [...document.querySelectorAll("body *")]
    .filter((node) => node.offsetParent !== null && !node.disabled && own(node))
    .flatMap((node) => {
      const [one, other] = [luminance(getComputedStyle(node).color), luminance(ground(node))].sort((a, b) => b - a);
      const ratio = (one + 0.05) / (other + 0.05);
      return ratio < 4.5 ? [node.textContent.trim().slice(0, 40) + " " + ratio.toFixed(2)] : [];
    });
})()`;
