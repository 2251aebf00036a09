import type { LinkRow, LinkStore, Storage } from "@hubspoke/core/ports";
import { same, sorted } from "../check.ts";
import type { ContractCase } from "../contract.ts";
import { batchSizes, race, times } from "../race.ts";
import { linkRow } from "../rows.ts";

const one = async (links: LinkStore, localId: string): Promise<LinkRow | undefined> =>
  (await links.byLocalIds("a", "leads", [localId]))[0];

/** What a link store must do. */
export const linkCases: readonly ContractCase<Pick<Storage, "links">>[] = [
  {
    id: "links.round-trip",
    async run(t) {
      const { links } = await t.open();
      const base = {
        email: { local: "h1", remote: "h2", normalised: true, turns: 2 },
        tags: { local: "h3", remote: "h4", refused: "VALIDATION_FAILED", elements: ["e1", "e2"] },
        'it"s': { local: "", remote: "☎️" },
      } as const;
      const row = linkRow("l1", "501", { base, state: "remote-archived", remoteSeenAt: t.now, updatedAt: t.now });
      same(await links.put([row]), ["written"], "a new pair is written");
      same(await links.byLocalIds("a", "leads", ["l1", "l1", "none"]), [{ ...row, version: 1 }], "by local id, once");
      same(await links.byHubspotIds("a", "leads", ["501"]), [{ ...row, version: 1 }], "by HubSpot id");
    },
  },
  {
    id: "links.ownership",
    async run(t) {
      const { links } = await t.open();
      const row = linkRow("l1", "501");
      await links.put([row]);
      Object.assign(row.base, { edited: { local: "", remote: "" } });
      const returned = await one(links, "l1");
      Object.assign(returned?.base as object, { edited: { local: "", remote: "" } });
      same(await one(links, "l1"), { ...linkRow("l1", "501"), version: 1 }, "nothing stored can be edited in place");
    },
  },
  {
    id: "links.version",
    async run(t) {
      const { links } = await t.open();
      await links.put([linkRow("l1", "501")]);
      same(await links.put([linkRow("l1", "501", { updatedAt: 20, version: 1 })]), ["written"], "the read version");
      same(await links.put([linkRow("l1", "501", { updatedAt: 30, version: 1 })]), ["stale"], "one that moved");
      same(await links.put([linkRow("l1", "501")]), ["stale"], "a create of a pair that exists");
      same(await links.put([linkRow("l2", "502", { version: 1 })]), ["stale"], "an update of a pair that does not");
      same(await one(links, "l1"), linkRow("l1", "501", { updatedAt: 20, version: 2 }), "only the first was stored");
      same(await one(links, "l2"), undefined, "an update creates nothing");
    },
  },
  {
    id: "links.taken",
    async run(t) {
      const { links } = await t.open();
      await links.put([linkRow("l1", "501"), linkRow("l2", "502")]);
      same(await links.put([linkRow("l3", "501")]), ["taken"], "a HubSpot id of another pair");
      same(await links.put([linkRow("l1", "503")]), ["taken"], "a local id of another pair");
      same(await links.put([linkRow("l2", "501", { version: 1 })]), ["taken"], "an update to another's HubSpot id");
      same(await links.put([linkRow("l2", "504", { version: 1 })]), ["written"], "to a free one it moves (a merge)");
      same(await links.byHubspotIds("a", "leads", ["502"]), [], "and the old id is free");
      same(await links.put([linkRow("l3", "502")]), ["written"], "for another pair");
    },
  },
  {
    id: "links.batch.one-bad-row",
    async run(t) {
      const { links } = await t.open();
      await links.put([linkRow("l1", "501"), linkRow("l2", "502")]);
      const outcomes = await links.put([
        linkRow("l3", "503"),
        linkRow("l4", "501"),
        linkRow("l1", "501", { version: 9 }),
        linkRow("l2", "502", { version: 1, updatedAt: 99 }),
        linkRow("l5", "505"),
        linkRow("l6", "505"),
        linkRow("l5", "505"),
      ]);
      const wanted = ["written", "taken", "stale", "written", "written", "taken", "stale"];
      same(outcomes, wanted, "each row has its own outcome, in input order");
      same(await links.count("a", "leads"), 4, "and what could be written was");
    },
  },
  {
    id: "links.batch.wants-one-id",
    async run(t) {
      const { links } = await t.open();
      await links.put([linkRow("l1", "501"), linkRow("l2", "502"), linkRow("l3", "503")]);
      const outcomes = await links.put([
        linkRow("l1", "600", { version: 1 }),
        linkRow("l2", "600", { version: 1 }),
        linkRow("l3", "603", { version: 1 }),
      ]);
      same(outcomes, ["written", "taken", "written"], "two updates that want one free id do not fail the others");
    },
  },
  {
    id: "links.race.one-create",
    async run(t) {
      const outcomes = await race(t, ({ links }, i) => links.put([linkRow("l1", `${500 + i}`)]));
      same(outcomes.flat().filter((outcome) => outcome === "written").length, 1, "one racer links a record");
      same(await (await t.open()).links.count("a", "leads"), 1, "one pair exists");
    },
  },
  {
    id: "links.race.one-hubspot-id",
    async run(t) {
      const outcomes = await race(t, ({ links }, i) => links.put([linkRow(`l${i}`, "501")]));
      same(sorted(outcomes.flat(), (one) => one).at(-1), "written", "one racer takes the HubSpot id");
      same(outcomes.flat().filter((outcome) => outcome === "taken").length, t.racers - 1, "the others are told");
    },
  },
  {
    id: "links.race.one-update",
    async run(t) {
      const { links } = await t.open();
      await links.put([linkRow("l1", "501")]);
      const put = (store: LinkStore, i: number): ReturnType<LinkStore["put"]> =>
        store.put([linkRow("l1", "501", { version: 1, updatedAt: 100 + i })]);
      const outcomes = await race(t, (store, i) => put(store.links, i));
      same(outcomes.flat().filter((outcome) => outcome === "written").length, 1, "one racer moves a version");
      const winner = outcomes.findIndex(([outcome]) => outcome === "written");
      const stored = linkRow("l1", "501", { version: 2, updatedAt: 100 + winner });
      same(await one(links, "l1"), stored, "and its row is the stored one");
    },
  },
  {
    id: "links.batch.sizes",
    async run(t) {
      const { links } = await t.open();
      for (const size of batchSizes) {
        const rows = times(size, (i) => linkRow(`${size}-${i}`, `${size}.${i}`, { updatedAt: i }));
        same(
          await links.put(rows),
          times(size, () => "written"),
          `${size} pairs are written`,
        );
        const stored = rows.map((row) => ({ ...row, version: 1 }));
        const ids = rows.map((row) => row.localId);
        const byTime = (row: LinkRow): number => row.updatedAt;
        same(sorted(await links.byLocalIds("a", "leads", ids), byTime), stored, `${size} come back by local id`);
        const hubspotIds = rows.map((row) => row.hubspotId);
        same((await links.byHubspotIds("a", "leads", hubspotIds)).length, size, `${size} come back by HubSpot id`);
        same(
          await links.put(stored),
          times(size, () => "written"),
          `${size} are updated`,
        );
      }
    },
  },
  {
    id: "links.scan",
    async run(t) {
      const { links } = await t.open();
      await links.put(["b", "a", "d", "10", "9", "c"].map((id, i) => linkRow(id, `${i}`)));
      const ids = async (after: string | null, limit: number): Promise<string[]> =>
        (await links.scan("a", "leads", after, limit)).map((row) => row.localId);
      same(await ids(null, 4), ["10", "9", "a", "b"], "local ids in text order");
      same(await ids("b", 4), ["c", "d"], "after the last one seen");
      same(await ids("d", 4), [], "to the end");
      same(await links.count("a", "leads"), 6, "all of them");
    },
  },
  {
    id: "links.delete",
    async run(t) {
      const { links } = await t.open();
      await links.put([linkRow("l1", "501")]);
      same(await links.delete("a", "leads", "l1", 2), false, "not at another version");
      same(await links.delete("a", "leads", "l1", 1), true, "at the one that was read");
      same(await links.delete("a", "leads", "l1", 1), false, "once");
      same(await links.put([linkRow("l9", "501")]), ["written"], "its ids are free");
    },
  },
  {
    id: "links.hand-over",
    async run(t) {
      const { links } = await t.open();
      await links.put([linkRow("l1", "501"), linkRow("l2", "502"), linkRow("l3", "503")]);
      const heir = linkRow("l9", "501", { version: 1, state: "linked", updatedAt: 7 });
      same(await links.handOver({ ...heir, version: 2 }, "l1"), "stale", "not at another version");
      same(await links.handOver(heir, "l8"), "stale", "nor where there is none");
      same(await links.handOver({ ...heir, localId: "l2" }, "l1"), "taken", "nor to one that has a pair");
      same(await links.handOver({ ...heir, hubspotId: "502" }, "l1"), "taken", "nor under another one's HubSpot id");
      same(await links.handOver({ ...heir, tenant: "b" }, "l1"), "stale", "b is given nothing of a's");
      same(await links.handOver({ ...heir, sync: "deals" }, "l1"), "stale", "nor another sync");
      same((await one(links, "l1"))?.version, 1, "until then it is as it was");
      same(await links.handOver(heir, "l1"), "written", "at the one that was read");
      same(await one(links, "l9"), { ...heir, version: 2 }, "all of the row is the other's");
      same(await links.byLocalIds("a", "leads", ["l1"]), [], "and the first has none");
      same(await links.handOver(heir, "l1"), "stale", "once");
      same(await links.count("a", "leads"), 3, "no pair more or less");
      const moved = linkRow("l4", "504", { version: 1 });
      same(await links.handOver(moved, "l3"), "written", "with another HubSpot id, too");
      same(await links.put([linkRow("l1", "503")]), ["written"], "what was given away is free");
    },
  },
  {
    id: "links.tenants",
    async run(t) {
      const { links } = await t.open();
      const mine = { ...linkRow("l1", "501"), version: 1 };
      await links.put([linkRow("l1", "501")]);
      same(await links.byLocalIds("b", "leads", ["l1"]), [], "b reads nothing by local id");
      same(await links.byHubspotIds("b", "leads", ["501"]), [], "b reads nothing by HubSpot id");
      same(await links.scan("b", "leads", null, 9), [], "b scans nothing");
      same(await links.count("b", "leads"), 0, "b counts nothing");
      same(await links.delete("b", "leads", "l1", 1), false, "b deletes nothing");
      same(await links.put([{ ...mine, tenant: "b", updatedAt: 99 }]), ["stale"], "b updates nothing");
      const theirs = [linkRow("l1", "501", { tenant: "b" }), linkRow("l1", "501", { sync: "deals" })];
      same(await links.put(theirs), ["written", "written"], "equal ids of tenants and syncs never meet");
      same(await one(links, "l1"), mine, "and a's pair is as it was");
    },
  },
  {
    id: "links.peer",
    needs: ["shared"],
    async run(t) {
      await (await t.open()).links.put([linkRow("l1", "501")]);
      const { links } = await t.peer();
      same(await links.put([linkRow("l1", "501", { version: 1 })]), ["written"], "a peer writes what it sees");
      same(
        await (await t.open()).links.put([linkRow("l1", "501", { version: 1 })]),
        ["stale"],
        "and the first is told",
      );
    },
  },
];
