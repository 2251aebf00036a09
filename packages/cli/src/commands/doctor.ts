import type { Verification } from "@hubspoke/core";
import type { Command } from "commander";
import { exitCodes } from "../base/exit-codes.ts";
import { type Host, named, type Session, withSession } from "../base/session.ts";
import { columns } from "../base/text.ts";
import { type Finding, finding } from "../doctor/finding.ts";
import { seeClock, seeKeys, seeScopes, seeWebhooks } from "../doctor/looks.ts";

interface Options {
  readonly webhookUrl?: string;
}

export function doctor(program: Command, host: Host): void {
  program
    .command("doctor")
    .description(
      "check schema, token, portal, keys, clock, scopes, limits and webhooks; exit code 1 when something is not well",
    )
    .option("--webhook-url <url>", "the public address of the webhook route (default: HUBSPOT_WEBHOOK_URL)")
    .action(
      withSession(host, async (session, { webhookUrl = session.io.env.HUBSPOT_WEBHOOK_URL }: Options) => {
        const verified = await session.hubspoke.verify(session.tenant);
        const findings = [
          ...verified.checks.map(checked),
          await finding("key ring", () => seeKeys(session)),
          ...(await accountFindings(session, verified)),
          ...(webhookUrl === undefined ? [] : [await finding("webhooks", () => seeWebhooks(session.io, webhookUrl))]),
        ];
        const ok = findings.every((finding) => finding.ok);
        const text = columns(
          findings.map(({ ok, name, detail, code }, at) => {
            const same = findings.slice(0, at).find((one) => !ok && !one.ok && one.detail === detail);
            const said = same === undefined ? detail : `as ${same.name} says`;
            return [ok ? "ok" : "FAILED", name, code === undefined ? said : named(code, said)];
          }),
        );
        const json = { ok, portalId: verified.portalId, findings };
        return { json, text, code: ok ? exitCodes.ok : exitCodes.found };
      }),
    );
}

function checked(check: Verification["checks"][number]): Finding {
  const { name } = check;
  return check.ok
    ? { name, ok: true, detail: check.detail }
    : { name, ok: false, detail: check.message, code: check.code };
}

/** What only an account that let us in can tell. */
async function accountFindings(session: Session, { portalId }: Verification): Promise<readonly Finding[]> {
  if (portalId === null) return [];
  const { hubspoke, tenant } = session;
  const client = hubspoke.client({ tenant });
  return [
    await finding("clock", () => seeClock(client, session.io)),
    await finding("scopes", () => seeScopes(session, client)),
    await finding("limits", async () => {
      const [today] = await client.limits.apiUsage();
      const windows = hubspoke.calls
        .quota()
        .map(({ kind, limit, windowMs }) => `${limit} ${kind} per ${windowMs / 1_000} s`);
      const daily =
        today === undefined ? "no count of today" : `${today.currentUsage} of ${today.usageLimit} calls today`;
      return [daily, ...windows].join(", ");
    }),
  ];
}
