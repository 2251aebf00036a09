import { isHubspokeError } from "@hubspoke/core";
import { sqliteStorage } from "@hubspoke/storage-sqlite";
import { oauthProcess } from "./bed.ts";

// One of many processes that need the same tenant's token at once: <database> <address of HubSpot> <ms ahead>.
const [, , path = "", baseUrl = "", aheadMs = "0"] = process.argv;
const storage = sqliteStorage({ path });
const oauth = oauthProcess({ storage, baseUrl, aheadMs: Number(aheadMs) });
const answer = await oauth.get("acme").then(
  ({ token }) => token.reveal(),
  (error: unknown) => (isHubspokeError(error) ? error.code : String(error)),
);
await storage.close();
process.stdout.write(answer);
