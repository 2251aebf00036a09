import { describe, expectTypeOf, it } from "vitest";
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
