import type { D1Database, D1DatabaseSession } from "@cloudflare/workers-types";
import type { InboxEvent, LinkRow } from "@hubspoke/core/ports";
import { type D1DatabaseLike, d1Storage } from "@hubspoke/storage-d1";
import { describe, expect, expectTypeOf, it } from "vitest";
import { d1Databases } from "./databases.ts";

const d1 = d1Databases();
const storage = async () => d1Storage(await d1()());

it("takes what Workers call a database, and a session of one", () => {
  expectTypeOf<D1Database>().toExtend<D1DatabaseLike>();
  expectTypeOf<D1DatabaseSession>().toExtend<D1DatabaseLike>();
});

describe("one call is all or nothing", () => {
  const link: LinkRow = {
    tenant: "a",
    sync: "leads",
    portalId: "100",
    localId: "l1",
    hubspotId: "501",
    state: "linked",
    base: {},
    remoteSeenAt: 1,
    localSeenAt: 1,
    updatedAt: 1,
    version: 0,
  };

  it("when a later statement of it fails", async () => {
    const { links } = await storage();
    await links.put([link]);
    const inserted = { ...link, localId: "l2", hubspotId: "502" };
    const broken = { ...link, version: 1, state: null as never };
    await expect(links.put([inserted, broken])).rejects.toMatchObject({ code: "INPUT_INVALID" });
    expect(await links.count("a", "leads")).toBe(1);
  });

  it("when a later portion of its rows fails", async () => {
    const { audit } = await storage();
    const row = (id: string, actorId: string | null) => ({
      tenant: "a",
      id,
      at: 1,
      actorId: actorId as string,
      actorRole: "support",
      action: "lookup" as const,
      purpose: null,
      subjectIndex: null,
      contactId: null,
      outcome: "hit" as const,
      errorCode: null,
      requestId: null,
      sealed: new Uint8Array(800_000),
    });
    const rows = [row("r1", "u1"), row("r2", "u1"), row("r3", null)];
    await expect(audit.append(rows)).rejects.toMatchObject({ code: "INPUT_INVALID" });
    expect((await audit.query({ tenant: "a", limit: 10 })).items).toEqual([]);
  });
});

it("erases events by an id of any length, where D1 refuses LIKE patterns of more than 50 bytes", async () => {
  const { inbox } = await storage();
  const id = "x".repeat(200);
  const event = (name: string, relatedIds: readonly string[]): InboxEvent => ({
    id: name,
    dedupeKey: name,
    portalId: "100",
    subscriptionType: "contact.merge",
    objectType: "contacts",
    objectId: "1",
    propertyName: null,
    occurredAt: 1,
    receivedAt: 1,
    attempt: 0,
    changeSource: null,
    sourceId: null,
    relatedIds,
    sealed: null,
  });
  await inbox.record([event("e1", [id, "2"]), event("e2", [`${id}x`])]);
  expect(await inbox.deleteByObject("100", id)).toBe(1);
});
