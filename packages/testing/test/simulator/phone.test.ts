import { parsePhoneNumberFromString } from "libphonenumber-js/max";
import { expect, it } from "vitest";
import { bench, CONTACTS } from "./helpers.ts";

it.each([
  [{ phone: "(902) 555-1234" }, "+19025551234", "9025551234", "19025551234"],
  [{ phone: "+1 902.555.1234" }, "+19025551234", "9025551234", "19025551234"],
  [{ phone: "1-902-555-1234 ext. 12" }, "+19025551234", "9025551234", "19025551234"],
  [{ phone: "020 7946 0958", country: "United Kingdom" }, "+442079460958", "2079460958", "442079460958"],
  [{ phone: "020 7946 0958", country: "gb" }, "+442079460958", "2079460958", "442079460958"],
  [{ phone: "+44 20 7946 0958", country: "Canada" }, "+442079460958", "2079460958", "442079460958"],
  [{ phone: "00004" }, null, "4", null],
])("calculates the searchable forms of %j", async (properties, e164, searchable, international) => {
  const { call } = bench();
  const names = [
    "hs_calculated_phone_number",
    "hs_searchable_calculated_phone_number",
    "hs_searchable_calculated_international_phone_number",
  ];
  const { id } = (await call(`POST ${CONTACTS}`, { properties })).body;
  const read = (await call(`GET ${CONTACTS}/${id}?properties=${names.join(",")}`)).body.properties;
  expect(names.map((name) => read[name])).toEqual([e164, searchable, international]);
});

it("calculates the mobile number apart, and again when the country changes", async () => {
  const { call } = bench();
  const { id } = (await call(`POST ${CONTACTS}`, { properties: { mobilephone: "07911 123456" } })).body;
  const read = async () =>
    (await call(`GET ${CONTACTS}/${id}?properties=hs_calculated_mobile_number,hs_searchable_calculated_mobile_number`))
      .body.properties;
  expect(await read()).toMatchObject({ hs_calculated_mobile_number: null });
  await call(`PATCH ${CONTACTS}/${id}`, { properties: { country: "United Kingdom" } });
  expect(await read()).toMatchObject({
    hs_calculated_mobile_number: "+447911123456",
    hs_searchable_calculated_mobile_number: "7911123456",
  });
});

it("finds many by IN on the calculated number, after changes too", async () => {
  const { call, sim, clock } = bench();
  const ids = sim.seedContacts(300);
  const contacts = sim.portal().contacts;
  const property = "hs_searchable_calculated_phone_number";
  const some = ids
    .map((id) => contacts.get(id))
    .filter((c) => c?.properties[property] !== undefined)
    .slice(0, 100);
  const search = (values: readonly (string | undefined)[]) =>
    call(`POST ${CONTACTS}/search`, {
      limit: 200,
      filterGroups: [{ filters: [{ propertyName: property, operator: "IN", values }] }],
    });
  const found = await search(some.map((contact) => contact?.properties[property]));
  expect(found.body.total).toBe(100);

  const [first] = some;
  contacts.update(first?.id ?? "", { phone: "+1 902 555 0000" });
  await clock.advance(1_000);
  expect((await search([first?.properties[property]])).body.total).toBe(0);
  expect((await search(["9025550000"])).body.results[0].id).toBe(first?.id);
});

it("finds by the five-group recipe", async () => {
  const { call, sim } = bench();
  const { id } = sim.portal().contacts.create({ mobilephone: "+1 (902) 555-1234" });
  sim.seedContacts(50);
  const national = "9025551234";
  const filter = (propertyName: string, operator: string, value: string) => ({
    filters: [{ propertyName, operator, value }],
  });
  const { body } = await call(`POST ${CONTACTS}/search`, {
    filterGroups: [
      filter("hs_searchable_calculated_phone_number", "EQ", national),
      filter("hs_searchable_calculated_phone_number", "CONTAINS_TOKEN", `*${national}`),
      filter("hs_searchable_calculated_mobile_number", "CONTAINS_TOKEN", `*${national}`),
      filter("phone", "EQ", "+19025551234"),
      filter("mobilephone", "EQ", "+19025551234"),
    ],
  });
  expect(body.results.map((contact: { id: string }) => contact.id)).toEqual([id]);
});

it("seeds numbers that are valid, different, and written in many ways", () => {
  const { sim } = bench();
  const contacts = sim.seedContacts(3_000).map((id) => sim.portal().contacts.get(id)?.properties ?? {});
  const typed = contacts.map((properties) => properties.phone ?? properties.mobilephone ?? "");
  const e164 = contacts.map((p) => p.hs_calculated_phone_number ?? p.hs_calculated_mobile_number ?? "");
  for (const [i, number] of e164.entries()) {
    expect(parsePhoneNumberFromString(number)?.isValid(), `${typed[i]} → ${number}`).toBe(true);
  }
  expect(new Set(e164).size).toBe(3_000);
  const shapes = new Set(typed.map((phone) => phone.replace(/\d/g, "9")));
  expect(shapes.size).toBeGreaterThan(15);
  expect(contacts.filter((properties) => properties.country !== undefined).length).toBeGreaterThan(500);
});
