import type { OAuthStateRow, Storage } from "@hubspoke/core/ports";
import { same } from "../check.ts";
import type { ContractCase } from "../contract.ts";
import { race, times } from "../race.ts";
import { bytes, oauthStateRow } from "../rows.ts";

export const oauthStateCases: readonly ContractCase<Pick<Storage, "oauthStates">>[] = [
  {
    id: "oauth-states.consume",
    async run(t) {
      const { oauthStates } = await t.open();
      const row = oauthStateRow("h1", { sealed: bytes(1_000), expiresAt: t.now });
      await oauthStates.put(row);
      await oauthStates.put(oauthStateRow("h2", { tenant: "b" }));
      same(await oauthStates.consume("h3"), null, "an unknown hash gives nothing");
      same(await oauthStates.consume("h1"), row, "a row comes back as it was put");
      same(await oauthStates.consume("h1"), null, "once");
      same((await oauthStates.consume("h2"))?.tenant, "b", "other logins stay");
    },
  },
  {
    id: "oauth-states.consume.expired",
    async run(t) {
      const { oauthStates } = await t.open();
      await oauthStates.put(oauthStateRow("h1", { expiresAt: 0 }));
      same((await oauthStates.consume("h1"))?.expiresAt, 0, "an expired login is handed out, for the caller to refuse");
      same(await oauthStates.consume("h1"), null, "and removed");
    },
  },
  {
    id: "oauth-states.race.one-consumer",
    async run(t) {
      await (await t.open()).oauthStates.put(oauthStateRow("h1"));
      const rows = await race(t, ({ oauthStates }) => oauthStates.consume("h1"));
      const winners = rows.filter((row): row is OAuthStateRow => row !== null);
      same(winners, [oauthStateRow("h1")], "exactly one of many racers gets the row");
    },
  },
  {
    id: "oauth-states.expiry",
    async run(t) {
      const { oauthStates } = await t.open();
      for (const row of times(7, (i) => oauthStateRow(`h${i}`, { expiresAt: t.now + i }))) await oauthStates.put(row);
      same(await oauthStates.deleteExpired(t.now + 4, 2), 2, "at most as many as asked");
      same(await oauthStates.deleteExpired(t.now + 4, 9), 3, "up to the moment given");
      same(await oauthStates.deleteExpired(t.now + 4, 9), 0, "and no further");
      same((await oauthStates.consume("h5"))?.stateHash, "h5", "a login that has time left stays");
    },
  },
  {
    id: "oauth-states.durable",
    needs: ["durable"],
    async run(t) {
      await (await t.open()).oauthStates.put(oauthStateRow("h1"));
      same(await (await t.reopen()).oauthStates.consume("h1"), oauthStateRow("h1"), "a login outlives its process");
    },
  },
];
