import type { Storage } from "@hubspoke/core/ports";
import { refused, same } from "../check.ts";
import type { ContractCase, Need } from "../contract.ts";
import { outboxRow } from "../later-rows.ts";
import { times } from "../race.ts";
import { auditRow, bytes, cacheRow, inboxEvent, linkRow } from "../rows.ts";

/**
 * A row that only the database refuses, in the middle of a batch that takes several statements: what stood before it was
 * written by then and must not stay. Memory has no columns that could refuse anything.
 */
const needs: readonly Need[] = ["durable"];
const many = 1_001;
const middle = 750;
const nothing = null as never;
/** Large enough that a thousand do not travel in one statement of D1. */
const sealed = bytes(2_000);

export const lateFailureCases: readonly ContractCase<Storage>[] = [
  {
    id: "inbox.batch.atomic-late",
    needs,
    async run(t) {
      const { inbox } = await t.open();
      const event = (i: number) => inboxEvent(`e${i}`, { sealed, ...(i === middle && { subscriptionType: nothing }) });
      await refused("INPUT_INVALID", inbox.record(times(many, event)), "an event without a type");
      same((await inbox.depth()).waiting, 0, "the database's refusal leaves nothing of the delivery");
      same(await inbox.record([inboxEvent("e1")]), ["new"], "so the repeated delivery is not mistaken for seen");
    },
  },
  {
    id: "outbox.batch.atomic-late",
    needs,
    async run(t) {
      const { outbox } = await t.open();
      const row = (i: number) => outboxRow(`k${i}`, { sealed, ...(i === middle && { idempotencyKey: nothing }) });
      await refused("INPUT_INVALID", outbox.enqueue(times(many, row)), "a job without a key");
      same(
        (await outbox.list({ tenant: "a", limit: 9 })).total,
        0,
        "the database's refusal leaves nothing of the call",
      );
    },
  },
  {
    id: "cache.batch.atomic-late",
    needs,
    async run(t) {
      const { cache } = await t.open();
      const row = (i: number) => cacheRow({ index: `i${i}`, sealed, ...(i === middle && { id: nothing }) });
      await refused("INPUT_INVALID", cache.put(times(many, row)), "an entry without an id");
      same((await cache.stats("a", "100", 1_000)).positive, 0, "the database's refusal leaves nothing of the call");
    },
  },
  {
    id: "audit.batch.atomic-late",
    needs,
    async run(t) {
      const { audit } = await t.open();
      const row = (i: number) => auditRow(`r${i}`, { sealed, ...(i === middle && { actorId: nothing }) });
      await refused("INPUT_INVALID", audit.append(times(many, row)), "a row of nobody");
      same(
        (await audit.query({ tenant: "a", limit: 9 })).items,
        [],
        "the database's refusal leaves nothing of the batch",
      );
    },
  },
  {
    id: "links.batch.atomic-late",
    needs,
    async run(t) {
      const { links } = await t.open();
      await links.put([linkRow("old", "hub-old")]);
      const rows = times(many, (i) => linkRow(`l${i}`, `h${i}`));
      const broken = linkRow("old", "hub-old", { version: 1, state: nothing });
      await refused("INPUT_INVALID", links.put([...rows, broken]), "a link without a state");
      same(await links.count("a", "leads"), 1, "what the same call inserted is not there");
      same((await links.byLocalIds("a", "leads", ["old"]))[0]?.version, 1, "and what it would have moved stands");
    },
  },
];
