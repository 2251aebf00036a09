import { afterAll, beforeAll, expect, test } from "vitest";
import { type Bed, bed, verified } from "./bed.ts";

let it: Bed;
let acme: Awaited<ReturnType<Bed["customer"]>>;
const day = 86_400_000;
const trunkType = "2-1000001";
const numberType = "2-1000002";
const company = () => it.hubspot.portal().objects("companies").get(acme.company)!.properties;
const trunkThere = () => it.records(trunkType).find(({ trunk_id }) => trunk_id === acme.trunk);
const notes = () => it.records("notes").map(({ hs_note_body }) => hs_note_body ?? "");

beforeAll(async () => {
  it = await bed();
  acme = await it.customer("Acme Corp");
});
afterAll(() => it?.close());

test("says at start that HubSpot is connected, and what was not as declared is", async () => {
  expect(await verified(it.warp)).toBe("✓ HubSpot connected successfully (account 62515); its schema is as declared");
  expect(it.warp.setup.status()?.schema?.drift).toContain("create-object of trunk");
  expect((await it.send("GET", "/schema")).body).toMatchObject({ inSync: true, actions: [] });
});

test("what somebody deletes in HubSpot is drift, and mended", async () => {
  const hs = it.warp.hubspoke.client({ tenant: "warp" });
  await hs.properties("tickets").archive("warp_call_id");
  const { actions } = (await it.send("GET", "/schema")).body;
  expect(actions).toMatchObject([{ do: "create-property", object: "tickets", property: { name: "warp_call_id" } }]);
  expect(await verified(it.warp)).toContain("its schema is different from the declaration in 1 place");
  expect((await it.send("POST", "/schema/apply", {})).body).toMatchObject({ ok: true });
  expect((await it.send("GET", "/schema")).body.inSync).toBe(true);
});

test("a won deal becomes a company with an account, a customer, a welcome, a trunk and a line on the timeline, once", async () => {
  expect(company()).toMatchObject({ name: "Acme Corp", warp_ban: acme.ban, warp_status: "active" });
  await it.soon(() => trunkThere()?.name, "Acme Corp SIP Trunk");
  expect(await it.one("select count(*)::int from mails where template = 'welcome'")).toBe(1);
  await it.soon(() => it.one("select hubspot_id from customers where ban = $1", acme.ban), acme.company);
  await it.soon(() => notes().filter((body) => body.includes("Onboarded")).length, 1);
  await it.soon(() => notes().filter((body) => body.includes("Account created")).length, 1);
  const hs = it.warp.hubspoke.client({ tenant: "warp" });
  const linked = async () => {
    const [found] = await hs.associations.batchRead(trunkType, "companies", [trunkThere()!.id!]);
    return found?.ok ? found.value.map(({ toId, types }) => [toId, types.some(({ label }) => label === "Serves")]) : [];
  };
  await it.soon(linked, [[acme.company, true]]);
});

test("another deal with the same customer opens no second account", async () => {
  const { objects } = it.hubspot.portal();
  const deal = objects("deals").create({ dealname: "Acme renews", pipeline: "default", dealstage: "contractsent" });
  const hs = it.warp.hubspoke.client({ tenant: "warp" });
  await hs.associations.link({ object: "deals", id: deal.id }, { object: "companies", id: acme.company });
  objects("deals").update(deal.id, { dealstage: "closedwon" });
  await it.soon(async () => (await it.warp.flow.get(deal.id, "warp"))?.state, "done");
  expect(await it.one("select count(*)::int from customers")).toBe(1);
  expect(await it.one("select count(*)::int from trunks")).toBe(1);
  expect(await it.one("select count(*)::int from mails")).toBe(1);
});

test("sales raise the credit limit: the customer, its trunks and the timeline follow", async () => {
  it.hubspot.portal().objects("companies").update(acme.company, { warp_credit_limit: "15000", warp_tier: "growth" });
  await it.soon(() => it.one("select credit_limit::int from customers where ban = $1", acme.ban), 15_000);
  expect(await it.one("select spend_cap::int from trunks where trunk_id = $1", acme.trunk)).toBe(15_000);
  await it.soon(() => trunkThere()?.spend_cap, "15000");
  await it.soon(() => company().warp_service_tier, "growth", "the service follows what was sold");
  await it.soon(() => notes().some((body) => body.includes("Credit limit changed") && body.includes("15000")), true);
});

test("a customer who does not pay is suspended with its trunks, and both sides say so", async () => {
  const { update } = it.hubspot.portal().objects("companies");
  update(acme.company, { warp_payment_status: "suspended" });
  await it.soon(() => company().warp_status, "suspended");
  await it.soon(() => trunkThere()?.status, "suspended");
  update(acme.company, { warp_payment_status: "current", warp_status: "active" });
  await it.soon(() => trunkThere()?.status, "active");
  await it.soon(() => notes().some((body) => body.includes("Account reactivated")), true);
});

test("numbers travel both ways with what they belong to; a released one is archived in HubSpot", async () => {
  const wanted = {
    customer_id: acme.ban,
    trunk_id: acme.trunk,
    number: "+13035551000",
    capabilities: ["voice", "sms"],
  };
  expect((await it.send("POST", "/numbers", wanted)).status).toBe(201);
  expect((await it.send("POST", "/numbers", wanted)).status, "asked twice").toBe(201);
  await it.warp.data.rows("insert into customers (ban, name, status) values ('777', 'Rival', 'onboarding')");
  const { trunk_id } = (await it.send("POST", "/trunks", { customer_id: "777", name: "Rival's" })).body;
  const taken = await it.send("POST", "/numbers", { ...wanted, customer_id: "777", trunk_id });
  expect([taken.status, taken.body.error?.message]).toEqual([400, expect.stringContaining("somebody else's")]);
  const there = () => it.records(numberType).find(({ number }) => number === "+13035551000");
  await it.soon(() => there()?.capabilities, "sms;voice");
  const hs = it.warp.hubspoke.client({ tenant: "warp" });
  const carried = async () => {
    const [found] = await hs.associations.batchRead(numberType, trunkType, [there()!.id!]);
    const over = found?.ok ? found.value.filter(({ types }) => types.some(({ label }) => label === "Routed over")) : [];
    return over.map(({ toId }) => it.records(trunkType).find(({ id }) => id === toId)?.trunk_id);
  };
  await it.soon(carried, [acme.trunk]);
  const other = (await it.send("POST", "/trunks", { customer_id: acme.ban, name: "Another" })).body.trunk_id;
  expect((await it.send("POST", "/numbers", { ...wanted, trunk_id: other })).status, "over another trunk").toBe(201);
  await it.soon(carried, [other]);
  it.hubspot.portal().objects(numberType).create({ number: "+13035552000", type: "tollfree", monthly_cost: "2.5" });
  await it.soon(() => it.one("select monthly_cost::float8 from numbers where number = '+13035552000'"), 2.5);
  expect((await it.send("DELETE", "/numbers/+13035551000")).status).toBe(200);
  await it.soon(() => there(), undefined);
  await it.soon(() => notes().some((body) => body.includes("Numbers released")), true);
});

test("a user of WARP is a contact with role and figures; keys never leave", async () => {
  const key = "sk_live_4eC39HqLyjWDarjtT1zdp7dc";
  await it.warp.data.rows(
    `insert into users (customer_id, email, first_name, role, twofa_enabled, api_keys)
     select id, 'john@acme.example', 'John', 'admin', true, array[$2] from customers where ban = $1`,
    [acme.ban, key],
  );
  const john = () => it.records("contacts").find(({ email }) => email === "john@acme.example");
  await it.soon(() => john()?.warp_role, "admin");
  const written = { warp_2fa_enabled: "true", warp_api_key_count: "1", warp_user_id: expect.stringMatching(/^usr_/) };
  expect(john()).toMatchObject({ firstname: "John", ...written });
  const hs = it.warp.hubspoke.client({ tenant: "warp" });
  // Even where somebody has made the property for it.
  const property = { name: "warp_api_keys", label: "Keys", type: "string", fieldType: "text" } as const;
  await hs.properties("contacts").create({ ...property, groupName: "warp" });
  const attempts = [{ warp_api_keys: "abc" }, { jobtitle: key }, { jobtitle: "pays with 4111 1111 1111 1111" }];
  for (const properties of attempts) {
    await expect(hs.contacts.update(john()!.id!, properties as never)).rejects.toMatchObject({
      code: "OUTBOUND_REFUSED",
    });
  }
  for (const type of ["contacts", "companies", "notes", "tickets", trunkType, numberType])
    expect(JSON.stringify(it.records(type))).not.toMatch(/sk_live|4111.?1111/); // ids are random and may hold four ones of it
  const kept = await it.one("select count(*)::int from users where api_keys = array[$1]", key);
  expect(kept, "nor are they lost").toBe(1);
  it.hubspot.portal().contacts.update(john()!.id!, { firstname: "Jonathan" });
  await it.soon(() => it.one("select first_name from users where email = 'john@acme.example'"), "Jonathan");
});

test("edits that met wait for a person, who decides on the page's routes", async () => {
  const numbers = it.hubspot.portal().objects(numberType);
  const { id } = numbers.findBy("number", "+13035552000")!;
  const sync = it.warp.hubspoke
    .syncs()
    .find(({ name }) => name === "numbers")!
    .for("warp");
  await sync.pause();
  numbers.update(id, { cnam: "ACME SALES" });
  await it.warp.data.rows("update numbers set cnam = 'ACME CORP' where number = '+13035552000'");
  await sync.resume();
  const open = async () => (await it.send("GET", "/conflicts/numbers/values?status=open")).body.items;
  await it.soon(async () => (await open()).length, 1);
  const [conflict] = await open();
  expect(conflict).toMatchObject({ field: "cnam", values: { local: "ACME CORP", hubspot: "ACME SALES" } });
  const { status } = await it.send("POST", `/conflicts/numbers/${conflict.id}/resolve`, { take: "local" });
  expect(status).toBe(200);
  await it.soon(() => numbers.get(id)?.properties.cnam, "ACME CORP");
});

test("a trunk whose calls fail is one ticket while they do, closed when they go through again", async () => {
  const told = (current_asr: number) =>
    it.send("POST", "/support/auto-ticket", {
      trigger: "asr_below_threshold",
      customer_id: acme.ban,
      data: { trunk_id: acme.trunk, current_asr, threshold: 0.5, period: "last_hour" },
    });
  expect((await told(0.35)).body).toEqual({ ticket: "opened" });
  expect((await told(0.3)).body).toEqual({ ticket: "goes on" });
  const tickets = () => it.records("tickets").filter(({ warp_trunk_id }) => warp_trunk_id === acme.trunk);
  await it.soon(() => tickets().map(({ content }) => content), ["ASR dropped to 30% in the last hour"]);
  const properties = { warp_issue_type: "voice", warp_severity: "high", hs_ticket_priority: "HIGH" };
  expect(tickets()[0]).toMatchObject({ subject: `Low ASR Alert - Trunk ${acme.trunk}`, ...properties });
  expect((await told(0.6)).body).toEqual({ ticket: "over" });
  expect((await told(0.7)).body).toEqual({ ticket: "well" });
  await it.soon(() => tickets().map(({ hs_pipeline_stage: stage }) => stage), ["4"]);
  await it.soon(() => notes().filter((body) => /Ticket (created|resolved)/.test(body)).length, 2);
});

test("usage reaches HubSpot on its schedule, from five minutes to a month", async () => {
  const date = new Date(it.clock.now()).toISOString().slice(0, 10);
  const metrics = {
    calls_completed: 10_000,
    minutes_used: 50_000,
    sms_sent: 5_000,
    daily_spend: 450,
    asr: 0.65,
    acd: 4.5,
  };
  const report = { customer_id: acme.ban, date, metrics: { ...metrics, daily_spend: 12_500 } };
  expect((await it.send("POST", "/usage", report)).status).toBe(202);
  expect((await it.send("POST", "/usage/trunks", { trunk_id: acme.trunk, active_calls: 4 })).status).toBe(202);
  await it.warp.data.rows("update customers set monthly_fee = 5000");
  const there = (names: Record<string, string>) =>
    it.soon(() => Object.fromEntries(Object.keys(names).map((name) => [name, company()[name]])), names);
  it.clock.ahead += 3_600_000;
  await there({ warp_active_calls: "4", warp_mtd_spend: "12500", warp_mtd_minutes: "50000", warp_trunk_count: "2" });
  await it.soon(() => trunkThere()?.utilization, "0.4");
  await it.soon(() => notes().filter((body) => body.includes("Threshold alert")).length, 1);
  it.clock.ahead += day;
  await there({ warp_usage_date: date, warp_calls_completed: "10000", warp_asr: "0.65", warp_mrr: "5000" });
  await it.soon(() => notes().filter((body) => body.includes("Daily usage")).length, 1);
  const late = new Date(Date.parse(date) - day).toISOString().slice(0, 10);
  const nothing = { minutes_used: 0, sms_sent: 0, daily_spend: 0, asr: 0.6, acd: 0 };
  await it.send("POST", "/usage", { customer_id: acme.ban, date: late, metrics: { calls_completed: 0, ...nothing } });
  it.clock.ahead += day;
  await it.soon(() => notes().filter((body) => body.includes("Daily usage") && body.includes(late)).length, 1);
  expect(company().warp_usage_date, "the last day that was told").toBe(date);
  it.clock.ahead += 30 * day;
  await it.soon(() => notes().filter((body) => body.includes("Invoice generated")).length, 1);
  expect(await it.one("select amount::int from invoices")).toBe(17_500);
  await there({ warp_churn_risk: "low", warp_mrr_growth: "5000" });
});

test("what support tells is on the timeline, and only what there is a word for", async () => {
  const event = { key: "chat-1", customer_id: acme.ban, type: "chat_started", properties: { topic: "porting" } };
  expect((await it.send("POST", "/events", event)).status).toBe(202);
  expect((await it.send("POST", "/events", event)).status).toBe(202);
  await it.soon(() => notes().filter((body) => body.includes("Chat started")).length, 1);
  const rival = { ...event, customer_id: "777" };
  expect((await it.send("POST", "/events", rival)).status, "a key of somebody else's").toBe(202);
  expect(await it.one("select count(*)::int from events where type = 'chat_started'")).toBe(2);
  expect((await it.send("POST", "/events", { ...event, key: "2", type: "invented" })).status).toBe(400);
  expect((await it.send("POST", "/events", { ...event, key: "2", customer_id: "999" })).status).toBe(404);
});

test("an update that fails is in the queue with its reason, is alerted and a ticket, and goes through when it is mended", async () => {
  const trunks = it.hubspot.portal().objects(trunkType);
  const { id } = trunks.create({ trunk_id: "trunk_of_sales", name: "Sold", concurrent_calls: "99999999999" });
  const fared = async () => (await it.overview()).syncs.find(({ name }: { name: string }) => name === "trunks");
  await it.later(async () => (await fared()).quarantine.items.map(({ key }: { key: string }) => key), [id]);
  expect((await fared()).quarantine.items).toMatchObject([{ side: "remote", reason: "LOCAL_REJECTED" }]);
  const told = async () =>
    (await it.overview()).alerts.some(({ name }: { name: string }) => name === "sync.quarantined");
  await it.soon(told, true);
  const ticket = () => it.records("tickets").find(({ subject }) => subject === "WARP: sync.quarantined");
  await it.soon(() => ticket()?.warp_issue_type, "api");
  trunks.update(id, { concurrent_calls: "50" });
  expect((await it.send("POST", "/sync/trunks/quarantine/replay", {})).status).toBe(202);
  await it.soon(() => it.one("select concurrent_calls from trunks where trunk_id = 'trunk_of_sales'"), 50);
  await it.soon(async () => (await fared()).quarantine, { total: 0, items: [] });
  await it.soon(told, false);
  await it.soon(() => ticket()?.hs_pipeline_stage, "4");
});

test("a value HubSpot does not take is told, and keeps nothing else from travelling", async () => {
  await it.warp.data.rows("update trunks set status = 'melting', partition_id = 'P7' where trunk_id = $1", [
    acme.trunk,
  ]);
  await it.soon(() => trunkThere()?.partition_id, "P7");
  expect(trunkThere()?.status).toBe("active");
  const trunks = async () => (await it.overview()).syncs.find(({ name }: { name: string }) => name === "trunks");
  await it.soon(async () => (await trunks()).errors[0], expect.objectContaining({ fields: ["status"] }));
  await it.warp.data.rows("update trunks set status = 'testing' where trunk_id = $1", [acme.trunk]);
  await it.soon(() => trunkThere()?.status, "testing");
});
