import type { HubSpotClient } from "@hubspoke/core";
import { createHubSpotClients, privateApp } from "@hubspoke/core/client";
import { HubspokeError } from "@hubspoke/core/errors";
import type { Command } from "commander";
import { exitCodes } from "../../base/exit-codes.ts";
import type { Io } from "../../base/io.ts";
import { type Answer, type Host, type Session, withSession } from "../../base/session.ts";
import { wholeNumber } from "../../base/values.ts";
import type { Feed, TailEvent } from "./feed.ts";
import { journalFeed } from "./journal-feed.ts";
import { pollFeed } from "./poll-feed.ts";
import { accepted, type Target, type TargetFlags, targetFlags, targetOf } from "./target.ts";

interface Flags extends TargetFlags {
  readonly objects?: string[];
  readonly journalTokenEnv?: string;
  readonly since: number;
  readonly every: number;
  readonly once?: boolean;
}

/** As many as HubSpot puts into one delivery (hubspot-facts §5.3). */
const perDelivery = 100;

export function tailCommand(group: Command, host: Host): void {
  const command = group
    .command("tail")
    .description("deliver what happens in the account to this machine, signed as HubSpot signs: no tunnel needed")
    .option("--objects <names...>", "what to poll (default: objects of the declared syncs, else contacts)")
    .option("--journal-token-env <NAME>", "read the app's journal with the token this variable holds, and poll nothing")
    .option("--since <minutes>", "begin so long ago", wholeNumber(0, 4_320), 0)
    .option("--every <seconds>", "between two looks", wholeNumber(1, 3_600), 5)
    .option("--once", "one look, and end");
  targetFlags(command).action(
    withSession(host, async (session, flags: Flags): Promise<Answer> => {
      const { io } = session;
      const target = targetOf(io, flags, true);
      const feed = await feedOf(session, flags, io.now() - flags.since * 60_000);
      io.complain(`reading ${feed.source === "journal" ? "the app's journal" : "by search"}; stop with Ctrl+C\n`);
      const total = { delivered: 0, refused: 0 };
      for (;;) {
        const did = await deliver(target, await feed.next(), (line) => io.complain(line));
        total.delivered += did.delivered;
        total.refused += did.refused;
        if (flags.once === true || io.signal.aborted) break;
        await io.sleep(flags.every * 1_000);
      }
      const text = `${total.delivered} events delivered, ${total.refused} refused.\n`;
      const code = total.refused > 0 ? exitCodes.found : exitCodes.ok;
      return { json: { source: feed.source, ...total }, text, code };
    }),
  );
}

async function feedOf(session: Session, { journalTokenEnv, objects }: Flags, since: number): Promise<Feed> {
  const { hubspoke, tenant, io } = session;
  const client = hubspoke.client({ tenant, lane: "incremental" });
  const { portalId } = await client.accountInfo();
  if (journalTokenEnv !== undefined) {
    return journalFeed(appClient(io, journalTokenEnv), Number(portalId), since);
  }
  const synced = [...new Set(hubspoke.syncs().map(({ definition }) => definition.object))];
  return pollFeed(client, Number(portalId), objects ?? (synced.length > 0 ? synced : ["contacts"]), since);
}

/** With the app's own token, not the tenant's. */
function appClient({ env }: Io, name: string): HubSpotClient {
  const token = env[name];
  if (token === undefined || token.trim() === "") {
    throw new HubspokeError("CONFIG_INVALID", `${name} is not set: it holds the app's token for its journal`);
  }
  const baseUrl = env.HUBSPOT_API_BASE_URL;
  const clients = createHubSpotClients({ auth: privateApp(token), ...(baseUrl === undefined ? {} : { baseUrl }) });
  return clients.client({ tenant: "journal" });
}

async function deliver(
  target: Target,
  events: readonly TailEvent[],
  say: (line: string) => void,
): Promise<{ readonly delivered: number; readonly refused: number }> {
  let [delivered, refused] = [0, 0];
  for (let from = 0; from < events.length; from += perDelivery) {
    const batch = events.slice(from, from + perDelivery);
    const { status } = await target.post(batch);
    if (accepted(status)) delivered += batch.length;
    else refused += batch.length;
    // Types and ids only: values are personal data.
    for (const { subscriptionType, objectId } of batch) say(`${status} ${subscriptionType} ${objectId ?? ""}\n`);
  }
  return { delivered, refused };
}
