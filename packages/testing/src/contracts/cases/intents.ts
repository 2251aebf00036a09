import type { Storage } from "@hubspoke/core/ports";
import { same, sorted } from "../check.ts";
import type { ContractCase } from "../contract.ts";
import { batchSizes, race, times } from "../race.ts";
import { intentRow } from "../rows.ts";

/** What an intent store must do. */
export const intentCases: readonly ContractCase<Pick<Storage, "intents">>[] = [
  {
    id: "intents.round-trip",
    async run(t) {
      const { intents } = await t.open();
      const update = intentRow("i1", { readAt: t.now, createdAt: t.now });
      const create = intentRow("i2", { hubspotId: null, kind: "create", createKey: "k", createdAt: t.now + 1 });
      same(await intents.store([update, create]), ["stored", "stored"], "intents are stored");
      same(await intents.open("a", "leads", t.now + 2, 9), [update, create], "and come back, oldest first");
      same(await intents.open("a", "leads", t.now + 1, 9), [update], "only those made before the given time");
      same(await intents.open("a", "leads", t.now + 2, 1), [update], "no more than asked for");
    },
  },
  {
    id: "intents.one-open.local",
    async run(t) {
      const { intents } = await t.open();
      const second = intentRow("i2", { localId: "local-i1" });
      same(await intents.store([intentRow("i1"), second]), ["stored", "open"], "one per local record");
      same(await intents.store([intentRow("i1")]), ["open"], "storing the same intent again is told as well");
      same((await intents.open("a", "leads", 99, 9)).length, 1, "the second is reported, not stored");
    },
  },
  {
    id: "intents.one-open.hubspot",
    async run(t) {
      const { intents } = await t.open();
      await intents.store([intentRow("i1", { localId: null })]);
      const second = intentRow("i2", { hubspotId: "hub-i1" });
      same(await intents.store([second, intentRow("i3")]), ["open", "stored"], "one per HubSpot record");
      const noIds = times(2, (i) => intentRow(`n${i}`, { localId: null, hubspotId: `x${i}` }));
      same(await intents.store(noIds), ["stored", "stored"], "absent ids are not equal to each other");
    },
  },
  {
    id: "intents.race.one-open",
    async run(t) {
      const outcomes = await race(t, ({ intents }, i) => intents.store([intentRow(`i${i}`, { localId: "same" })]));
      same(outcomes.flat().filter((outcome) => outcome === "stored").length, 1, "one of many racers stores");
    },
  },
  {
    id: "intents.life",
    async run(t) {
      const { intents } = await t.open();
      await intents.store([intentRow("i1"), intentRow("i2")]);
      await intents.markSent("a", ["i1", "unknown"]);
      const states = (await intents.open("a", "leads", 99, 9)).map((row) => row.state);
      same(states, ["sent", "stored"], "the named ones are sent");
      await intents.clear("a", ["i1"]);
      same(
        (await intents.open("a", "leads", 99, 9)).map((row) => row.id),
        ["i2"],
        "the named ones are cleared",
      );
      same(await intents.store([intentRow("i1")]), ["stored"], "and their record is free");
    },
  },
  {
    id: "intents.taken-over",
    async run(t) {
      const { intents } = await t.open();
      await intents.store([intentRow("i1"), intentRow("i2")]);
      await intents.takeOver("b", ["i1"]);
      await intents.takeOver("a", ["i1", "unknown"]);
      same(
        (await intents.open("a", "leads", 99, 9)).map((row) => row.attempt),
        [2, 1],
        "the named one is another's now",
      );
      await intents.clear("a", ["i1", "i2"], 1);
      same(
        (await intents.open("a", "leads", 99, 9)).map((row) => row.id),
        ["i1"],
        "whose it was before clears what is still its own",
      );
      await intents.clear("b", ["i1"], 2);
      await intents.clear("a", ["i1"], 2);
      same(await intents.open("a", "leads", 99, 9), [], "and whose it is now clears it");
    },
  },
  {
    id: "intents.by-record",
    async run(t) {
      const { intents } = await t.open();
      await intents.store(times(4, (i) => intentRow(`${i}`)));
      const found = await intents.byRecord("a", "leads", ["local-0", "local-1"], ["hub-1", "hub-2"]);
      same(
        sorted(
          found.map((row) => row.id),
          (id) => id,
        ),
        ["0", "1", "2"],
        "by either side, each once",
      );
      same(await intents.byRecord("a", "leads", [], []), [], "nothing asked, nothing found");
    },
  },
  {
    id: "intents.batch.sizes",
    async run(t) {
      const { intents } = await t.open();
      for (const size of batchSizes) {
        const rows = times(size, (i) => intentRow(`${size}-${i}`));
        same(
          await intents.store(rows),
          times(size, () => "stored"),
          `${size} intents are stored`,
        );
        const ids = rows.map((row) => row.id);
        await intents.markSent("a", ids);
        const found = await intents.byRecord(
          "a",
          "leads",
          rows.map((row) => row.localId as string),
          [],
        );
        same(found.filter((row) => row.state === "sent").length, size, `${size} are found as sent`);
        await intents.clear("a", ids);
        same(await intents.open("a", "leads", 99, 9), [], `${size} are cleared`);
      }
    },
  },
  {
    id: "intents.tenants",
    async run(t) {
      const { intents } = await t.open();
      await intents.store([intentRow("i1")]);
      same(await intents.open("b", "leads", 99, 9), [], "b lists nothing");
      same(await intents.byRecord("b", "leads", ["local-i1"], ["hub-i1"]), [], "b finds nothing");
      await intents.markSent("b", ["i1"]);
      await intents.clear("b", ["i1"]);
      same(await intents.open("a", "leads", 99, 9), [intentRow("i1")], "b changes nothing");
      const others = [intentRow("i1", { tenant: "b" }), intentRow("i9", { sync: "deals", localId: "local-i1" })];
      same(await intents.store(others), ["stored", "stored"], "equal records of tenants and syncs never meet");
    },
  },
  {
    id: "intents.durable",
    needs: ["durable"],
    async run(t) {
      await (await t.open()).intents.store([intentRow("i1")]);
      const { intents } = await t.reopen();
      same(await intents.open("a", "leads", 99, 9), [intentRow("i1")], "an intent outlives the process that made it");
    },
  },
];
