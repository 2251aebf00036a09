import { HubspokeError } from "@hubspoke/core/errors";
import type { Command } from "commander";
import type { Io } from "../base/io.ts";
import { type Answer, type Host, withSetUp } from "../base/session.ts";

interface Options {
  readonly tokenEnv?: string;
  readonly portal?: string;
  readonly shared?: boolean;
}

export function oauth(program: Command, host: Host): void {
  const group = program.command("oauth").description("what customers granted by OAuth");
  group
    .command("import")
    .description("take over a refresh token of another library, for --tenant; it is read from stdin")
    .option("--token-env <NAME>", "the variable that holds the refresh token, instead of stdin")
    .option("--portal <id>", "the account your records say it is of; any other is refused")
    .option("--shared", "another tenant is meant to have the same account")
    .action(
      withSetUp(host, async ({ hubspoke, tenant, io }, options: Options): Promise<Answer> => {
        if (hubspoke.oauth === undefined) {
          throw new HubspokeError(
            "CONFIG_INVALID",
            "the set-up has no app that grants could be of: auth has to be oauthApp({ … }), or HUBSPOT_CLIENT_ID and its kin set",
            { details: { option: "auth" } },
          );
        }
        const { portal, shared = false } = options;
        const grant = await hubspoke.oauth.importGrant({
          tenant,
          refreshToken: await refreshTokenOf(io, options),
          shared,
          ...(portal === undefined ? {} : { portalId: portal }),
        });
        const { imported, portalId, missingScopes } = grant;
        const did = imported
          ? `${tenant} is connected to account ${portalId}.`
          : `${tenant} was connected to account ${portalId} already; the given token was not looked at.`;
        const lacks = missingScopes.length === 0 ? "" : `Scopes not granted: ${missingScopes.join(", ")}\n`;
        return { json: { tenant, ...grant }, text: `${did}\n${lacks}` };
      }),
    );
}

/** Never an argument: those are in the shell's history and in every process list. */
async function refreshTokenOf(io: Io, { tokenEnv }: Options): Promise<string> {
  if (tokenEnv === undefined) return (await io.input()).trim();
  const token = io.env[tokenEnv]?.trim();
  if (token !== undefined && token !== "") return token;
  throw new HubspokeError("INPUT_INVALID", `${tokenEnv} is not set: it holds the refresh token`);
}
