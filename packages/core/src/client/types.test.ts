import { describe, expectTypeOf, it } from "vitest";
import type { Pulled, PulledObjects } from "../model/object-properties.ts";
import type { ContactProperties } from "../model/properties/contacts.ts";
import type { PropertyValue } from "../model/property-value.ts";
import type { BatchOutcome } from "../model/record.ts";
import type { KnownEndpoint, PathParameter } from "./endpoints/known.ts";
import type { HubSpotClient } from "./hubspot-client.ts";
import type { ObjectsApi } from "./objects-api.ts";

/** What a user's merged or pulled types amount to. */
interface MyContacts extends ContactProperties {
  lead_score: number;
}

/** Types only: nothing here runs. */
declare const hs: HubSpotClient;
declare const mine: ObjectsApi<MyContacts>;
declare const pulled: ObjectsApi<Pulled<MyContacts>>;

describe("the type of a record", () => {
  it("has exactly what was requested, typed by name", () => {
    const read = async () =>
      hs.contacts.get("1", {
        properties: ["email", "createdate", "hs_email_optout", "num_associated_deals", "hs_additional_emails"],
      });
    expectTypeOf<Awaited<ReturnType<typeof read>>["properties"]>().toEqualTypeOf<{
      readonly email: string | null;
      readonly createdate: Date | null;
      readonly hs_email_optout: boolean | null;
      readonly num_associated_deals: number | null;
      readonly hs_additional_emails: readonly string[] | null;
    }>();
  });

  it("does not have what was not", () => {
    const read = async () => (await hs.contacts.get("1", { properties: ["email"] })).properties;
    expectTypeOf<Awaited<ReturnType<typeof read>>>().not.toHaveProperty("firstname");
  });

  it("has a merged custom property by its type, and an unmerged one as what the portal makes of it", () => {
    const read = async () => (await mine.get("1", { properties: ["lead_score", "some_custom"] })).properties;
    expectTypeOf<Awaited<ReturnType<typeof read>>>().toEqualTypeOf<{
      readonly lead_score: number | null;
      readonly some_custom: PropertyValue | null;
    }>();
  });

  it("of a list of names only known at run time has any name", () => {
    const read = async (names: string[]) => (await hs.contacts.get("1", { properties: names })).properties;
    expectTypeOf<Awaited<ReturnType<typeof read>>>().toEqualTypeOf<Readonly<Record<string, PropertyValue | null>>>();
  });

  it("that was written has what was written", () => {
    const write = async () => (await mine.create({ properties: { email: "a@b.com", lead_score: 7 } })).properties;
    expectTypeOf<Awaited<ReturnType<typeof write>>>().toEqualTypeOf<{
      readonly email: string | null;
      readonly lead_score: number | null;
    }>();
  });

  it("is the same from lists, batches and searches", () => {
    const list = () => hs.contacts.list({ properties: ["email"] });
    const batch = () => hs.contacts.batchRead(["1"], { properties: ["email"] });
    const search = () => hs.contacts.search({ properties: ["email"] });
    expectTypeOf<
      ReturnType<typeof list> extends AsyncIterable<infer R extends { properties: unknown }> ? R["properties"] : never
    >().toEqualTypeOf<{ readonly email: string | null }>();
    expectTypeOf<Awaited<ReturnType<typeof batch>>[number]>().toExtend<
      BatchOutcome<{ readonly properties: { readonly email: string | null } }>
    >();
    expectTypeOf<Awaited<ReturnType<typeof search>>["records"][number]["properties"]>().toEqualTypeOf<{
      readonly email: string | null;
    }>();
  });

  it("of an untyped object is what the portal makes of it", () => {
    const read = async () => (await hs.objects("2-345").get("1", { properties: ["trunk_id"] })).properties;
    expectTypeOf<Awaited<ReturnType<typeof read>>>().toEqualTypeOf<{ readonly trunk_id: PropertyValue | null }>();
    const leads = () => hs.objects("0-136");
    const trunk = async () => hs.objects((await hs.schemas.get("p1_trunk")).objectTypeId);
    expectTypeOf(leads).returns.toHaveProperty("batchUpsert");
    expectTypeOf(trunk).returns.resolves.toHaveProperty("batchUpsert");
  });
});

describe("what can be written", () => {
  it("has the types of its properties", () => {
    const writes = () => {
      void hs.contacts.update("1", { email: "a@b.com", hs_email_optout: true, anything_custom: 7 });
      // @ts-expect-error an e-mail is text
      void hs.contacts.update("1", { email: 7 });
      // @ts-expect-error a date is a Date
      void hs.contacts.create({ properties: { notes_last_updated: "yesterday" } });
      // @ts-expect-error an object is no value
      void hs.contacts.create({ properties: { anything_custom: {} } });
    };
    expectTypeOf(writes).toBeFunction();
  });

  it("has operators with the values they need", () => {
    const searches = () => {
      // @ts-expect-error BETWEEN needs two values
      void hs.contacts.search({ properties: [], filters: [{ property: "email", operator: "BETWEEN", value: 1 }] });
      // @ts-expect-error IN needs values
      void hs.contacts.search({ properties: [], filters: [{ property: "email", operator: "IN", value: "x" }] });
    };
    expectTypeOf(searches).toBeFunction();
  });
});

describe("pulled types", () => {
  it("are none by default: a name nobody typed is asked of the portal", () => {
    expectTypeOf<keyof PulledObjects>().toEqualTypeOf<never>();
    const calls = () => {
      void mine.get("1", { properties: ["emial"], idProperty: "some_key" });
      void mine.update("1", { emial: "a@b.com" });
      void mine.search({ properties: [], filters: [{ property: "emial", operator: "HAS_PROPERTY" }] });
    };
    expectTypeOf(calls).toBeFunction();
  });

  it("have the types of their properties, read and written", () => {
    const read = async () => (await pulled.get("1", { properties: ["lead_score", "email"] })).properties;
    expectTypeOf<Awaited<ReturnType<typeof read>>>().toEqualTypeOf<{
      readonly lead_score: number | null;
      readonly email: string | null;
    }>();
    const write = async () => (await pulled.update("1", { email: null, lead_score: 7, phone: undefined })).properties;
    expectTypeOf<keyof Awaited<ReturnType<typeof write>>>().toEqualTypeOf<"email" | "lead_score" | "phone">();
    const made = async () => (await pulled.create({ properties: { email: "a@b.com", lead_score: 7 } })).properties;
    expectTypeOf<Awaited<ReturnType<typeof made>>>().toEqualTypeOf<{
      readonly email: string | null;
      readonly lead_score: number | null;
    }>();
    const many = async () => pulled.batchCreate([{ properties: { email: "a@b.com" } }]);
    expectTypeOf(many).returns.resolves.toBeArray();
  });

  it("refuse a name that is not among them, wherever it stands", () => {
    const calls = () => {
      // @ts-expect-error misspelt
      void pulled.get("1", { properties: ["email", "emial"] });
      // @ts-expect-error misspelt
      void pulled.get("a@b.com", { properties: ["email"], idProperty: "emial" });
      // @ts-expect-error misspelt
      void pulled.list({ properties: ["emial"] });
      // @ts-expect-error misspelt
      void pulled.batchRead(["1"], { properties: ["emial"] });
      // @ts-expect-error misspelt
      void pulled.search({ properties: ["emial"] });
      // @ts-expect-error misspelt
      void pulled.search({ properties: [], filters: [{ property: "emial", operator: "HAS_PROPERTY" }] });
      // @ts-expect-error misspelt
      void pulled.search({ properties: [], sort: { property: "emial", direction: "ASCENDING" } });
      // @ts-expect-error misspelt
      void pulled.searchAll({ properties: ["emial"] });
      // @ts-expect-error misspelt, alone
      void pulled.update("1", { emial: "a@b.com" });
      // @ts-expect-error misspelt, beside one that is not
      void pulled.update("1", { email: "a@b.com", lifecyclestag: "lead" });
      // @ts-expect-error misspelt
      void pulled.create({ properties: { email: "a@b.com", lifecyclestag: "lead" } });
      // @ts-expect-error misspelt
      void pulled.batchCreate([{ properties: { email: "a@b.com", lifecyclestag: "lead" } }]);
      // @ts-expect-error misspelt
      void pulled.batchUpdate([{ id: "1", properties: { lifecyclestag: "lead" } }]);
      // @ts-expect-error misspelt
      void pulled.batchUpsert([{ id: "k", properties: { email: "a" } }], { idProperty: "emial" });
      // @ts-expect-error an update takes its values directly
      void pulled.update("1", { properties: { email: "a@b.com" } });
      // @ts-expect-error an update takes its values directly
      void mine.update("1", { properties: { email: "a@b.com" } });
      // @ts-expect-error a create does not
      void pulled.create({ email: "a@b.com" });
    };
    expectTypeOf(calls).toBeFunction();
  });

  it("refuse a variable that holds more", () => {
    const input = { email: "a@b.com", lifecyclestag: "lead" };
    const calls = () => {
      // @ts-expect-error no literal, but one name too many
      void pulled.update("1", input);
    };
    expectTypeOf(calls).toBeFunction();
  });

  it("still say no value of another type", () => {
    const calls = () => {
      // @ts-expect-error a score is a number
      void pulled.update("1", { lead_score: "7" });
    };
    expectTypeOf(calls).toBeFunction();
  });
});

describe("request", () => {
  it("offers what HubSpot documents, in the spelling of this library", () => {
    expectTypeOf<"GET /crm/owners/{version}">().toExtend<KnownEndpoint>();
    expectTypeOf<"POST /crm/objects/{version}/deals/batch/upsert">().toExtend<KnownEndpoint>();
    expectTypeOf<"GET /crm/objects/{version}/{objectType}/{objectId}">().toExtend<KnownEndpoint>();
    expectTypeOf<"PUT /app-webhooks/{version}/{appId}/settings">().toExtend<KnownEndpoint>();
    expectTypeOf<"GET /cms/hubdb/{version}/tables">().toExtend<KnownEndpoint>();
    expectTypeOf<"DELETE /crm/owners/{version}">().not.toExtend<KnownEndpoint>();
    expectTypeOf<"GET /crm/owners/2026-03">().not.toExtend<KnownEndpoint>();
  });

  it("knows a template's parameters", () => {
    expectTypeOf<PathParameter<"GET /crm/owners/{version}">>().toEqualTypeOf<never>();
    expectTypeOf<PathParameter<"GET /a/{version}/{one}/x/{two}">>().toEqualTypeOf<"one" | "two">();
  });

  it("wants the values of a written-out template, and takes any other text", () => {
    const calls = (template: string) => {
      void hs.request("GET /crm/owners/{version}");
      void hs.request("GET /crm/owners/{version}/{ownerId}", { path: { ownerId: "1" } });
      void hs.request("GET /not/known/{version}/{thing}", { path: { thing: "1" } });
      void hs.request("GET /not/known");
      void hs.request(template);
      void hs.request(template, { path: { anything: "1" } });
      // @ts-expect-error the owner's id is missing
      void hs.request("GET /crm/owners/{version}/{ownerId}");
      // @ts-expect-error the parameter has another name
      void hs.request("GET /crm/owners/{version}/{ownerId}", { path: { id: "1" } });
      // @ts-expect-error of a path nobody knows, too
      void hs.request("GET /not/known/{version}/{thing}", { query: { limit: 1 } });
    };
    expectTypeOf(calls).toBeFunction();
  });
});

describe("standard objects", () => {
  it("have their properties by type, enumerations with options of the account's own", () => {
    const read = async () =>
      (await hs.calls.get("1", { properties: ["hs_timestamp", "hs_call_duration", "hs_call_direction"] })).properties;
    expectTypeOf<Awaited<ReturnType<typeof read>>>().toEqualTypeOf<{
      readonly hs_timestamp: Date | null;
      readonly hs_call_duration: number | null;
      readonly hs_call_direction: "INBOUND" | "OUTBOUND" | (string & Record<never, never>) | null;
    }>();
  });

  it("can be merged or erased only where HubSpot can", () => {
    const calls = () => {
      void hs.contacts.gdprDelete("1");
      void hs.deals.merge("1", "2");
      // @ts-expect-error only contacts are erased
      void hs.deals.gdprDelete("1");
      // @ts-expect-error notes are not merged
      void hs.notes.merge("1", "2");
      // @ts-expect-error a walk over everything has no order of yours
      void hs.contacts.searchAll({ properties: [], sort: { property: "email", direction: "ASCENDING" } });
    };
    expectTypeOf(calls).toBeFunction();
  });
});
