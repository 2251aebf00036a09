import type { Storage } from "@hubspoke/core/ports";
import { same } from "../check.ts";
import type { ContractCase } from "../contract.ts";
import { engagementEvent, scoreRow } from "../later-rows.ts";
import { batchSizes, race, times } from "../race.ts";

const contacts = (rows: readonly { readonly contactId: string }[]): string[] => rows.map((row) => row.contactId);

export const engagementCases: readonly ContractCase<Pick<Storage, "engagement">>[] = [
  {
    id: "engagement.record.once",
    async run(t) {
      const { engagement } = await t.open();
      const again = engagementEvent("e1", { id: "again" });
      same(
        await engagement.record([engagementEvent("e1"), engagementEvent("e2", { at: t.now }), again]),
        ["new", "new", "seen"],
        "an event is new once, also within a call",
      );
      same(
        await engagement.record([again, engagementEvent("e1", { id: "click", type: "click" })]),
        ["seen", "new"],
        "per type",
      );
      same(
        await engagement.events("a", "100", "501", 1_001, 9),
        [engagementEvent("e2", { at: t.now })],
        "events come back as they were recorded, from a time on",
      );
      const newest = await engagement.events("a", "100", "501", 0, 2);
      same(
        newest.map((event) => event.at),
        [t.now, 1_000],
        "newest first, at most as many as asked",
      );
    },
  },
  {
    id: "engagement.race.one-new",
    async run(t) {
      const outcomes = await race(t, ({ engagement }, i) => engagement.record([engagementEvent("e", { id: `r${i}` })]));
      same(outcomes.flat().filter((outcome) => outcome === "new").length, 1, "one of many racers gets new");
    },
  },
  {
    id: "engagement.batch.sizes",
    async run(t) {
      const { engagement } = await t.open();
      for (const size of batchSizes) {
        const events = times(size, (i) => engagementEvent(`${size}-${i}`, { contactId: `c${size}`, at: i }));
        same(
          await engagement.record(events),
          times(size, () => "new"),
          `${size} events are recorded`,
        );
        same((await engagement.events("a", "100", `c${size}`, 0, 5_000)).length, size, `${size} events are read`);
      }
    },
  },
  {
    id: "engagement.scores",
    async run(t) {
      const { engagement } = await t.open();
      same(await engagement.score("a", "100", "501"), null, "no score");
      const row = scoreRow("501", { score: 0.1 + 0.2, updatedAt: t.now });
      same(await engagement.putScore({ ...row, version: 1 }), "stale", "nothing updates what is not there");
      same(await engagement.putScore(row), "written", "0 inserts");
      same(await engagement.putScore(row), "stale", "once");
      same(await engagement.score("a", "100", "501"), { ...row, version: 1 }, "fractions come back exactly");
      const next = scoreRow("501", { version: 1, score: 0, counts: {}, pushedScore: 12.25, updatedAt: t.now + 1 });
      same(await engagement.putScore(next), "written", "the read version moves");
      same(await engagement.score("a", "100", "501"), { ...next, version: 2 }, "every field is replaced");
    },
  },
  {
    id: "engagement.scores.race.one-writer",
    async run(t) {
      await (await t.open()).engagement.putScore(scoreRow("501"));
      const outcomes = await race(t, ({ engagement }, i) =>
        engagement.putScore(scoreRow("501", { version: 1, score: i })),
      );
      same(outcomes.filter((outcome) => outcome === "written").length, 1, "one of many racers writes");
      const stored = await (await t.open()).engagement.score("a", "100", "501");
      same(stored?.score, outcomes.indexOf("written"), "and the score is its");
    },
  },
  {
    id: "engagement.unpushed",
    async run(t) {
      const { engagement } = await t.open();
      for (const row of [
        scoreRow("new", { updatedAt: 30 }),
        scoreRow("changed", { pushedScore: 1, updatedAt: 20 }),
        scoreRow("pushed", { pushedScore: 12.5, updatedAt: 10 }),
        scoreRow("zero", { score: 0, updatedAt: 40 }),
      ]) {
        await engagement.putScore(row);
      }
      same(contacts(await engagement.unpushed("a", 9)), ["changed", "new", "zero"], "what differs, oldest first");
      same(contacts(await engagement.unpushed("a", 1)), ["changed"], "at most as many as asked");
      await engagement.putScore(scoreRow("changed", { version: 1, pushedScore: 12.5, updatedAt: 50 }));
      same(contacts(await engagement.unpushed("a", 9)), ["new", "zero"], "a pushed one leaves the list");
      same(contacts(await engagement.outdated("a", 50, 9)), ["pushed", "new"], "scores above 0, oldest first");
      same(contacts(await engagement.outdated("a", 51, 2)), ["pushed", "new"], "at most as many as asked");
    },
  },
  {
    id: "engagement.erasure",
    async run(t) {
      const { engagement } = await t.open();
      await engagement.record([
        engagementEvent("e1"),
        engagementEvent("e2"),
        engagementEvent("e3", { contactId: "502" }),
        engagementEvent("e4", { portalId: "200" }),
      ]);
      for (const row of [scoreRow("501"), scoreRow("502"), scoreRow("501", { portalId: "200" })]) {
        await engagement.putScore(row);
      }
      same(await engagement.deleteByContact("a", "100", "501"), 3, "events and the score");
      same(await engagement.events("a", "100", "501", 0, 9), [], "are gone");
      same(await engagement.score("a", "100", "501"), null, "both");
      same((await engagement.events("a", "100", "502", 0, 9)).length, 1, "others stay");
      same((await engagement.events("a", "200", "501", 0, 9)).length, 1, "and so do other portals'");
      same(contacts(await engagement.unpushed("a", 9)), ["501", "502"], "their scores, too");
    },
  },
  {
    id: "engagement.retention",
    async run(t) {
      const { engagement } = await t.open();
      await engagement.record(times(5, (i) => engagementEvent(`e${i}`, { at: i })));
      await engagement.putScore(scoreRow("501", { updatedAt: 0 }));
      same(await engagement.deleteBefore("a", 4, 2), 2, "no more than the limit");
      same(await engagement.deleteBefore("a", 4, 9), 2, "the rest of what is older");
      same((await engagement.events("a", "100", "501", 0, 9)).length, 1, "what is not older stays");
      same((await engagement.unpushed("a", 9)).length, 1, "and the score");
    },
  },
  {
    id: "engagement.tenants",
    async run(t) {
      const { engagement } = await t.open();
      same(
        await engagement.record([engagementEvent("e1"), engagementEvent("e1", { tenant: "b" })]),
        ["new", "new"],
        "two tenants' events never meet",
      );
      for (const tenant of ["a", "b"]) await engagement.putScore(scoreRow("501", { tenant }));
      await engagement.deleteByContact("a", "100", "501");
      await engagement.deleteBefore("a", t.now, 9);
      same((await engagement.events("b", "100", "501", 0, 9)).length, 1, "another tenant's events stay");
      same((await engagement.score("b", "100", "501"))?.version, 1, "and its score");
      same(await engagement.outdated("a", t.now, 9), [], "and are not seen");
    },
  },
  {
    id: "engagement.peer",
    needs: ["shared"],
    async run(t) {
      await (await t.open()).engagement.record([engagementEvent("e1")]);
      const { engagement } = await t.peer();
      same(await engagement.record([engagementEvent("e1", { id: "again" })]), ["seen"], "another process knows it");
    },
  },
];
