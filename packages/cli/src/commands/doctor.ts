import type { Verification } from "@hubspoke/core";
import { type ErrorCode, isHubspokeError } from "@hubspoke/core/errors";
import type { Command } from "commander";
import { exitCodes } from "../base/exit-codes.ts";
import { type Host, type Session, withSession } from "../base/session.ts";
import { columns } from "../base/text.ts";

interface Finding {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly code?: ErrorCode;
}

export function doctor(program: Command, host: Host): void {
  program
    .command("doctor")
    .description("check schema, token, portal, keys, scopes and limits; exit code 1 when something is not well")
    .action(
      withSession(host, async (session) => {
        const verified = await session.hubspoke.verify(session.tenant);
        const findings = [...verified.checks.map(checked), ...(await accountFindings(session, verified))];
        const ok = findings.every((finding) => finding.ok);
        const text = columns(
          findings.map(({ ok, name, detail, code }) => [
            ok ? "ok" : "FAILED",
            name,
            code === undefined ? detail : `${code}: ${detail}`,
          ]),
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
async function accountFindings({ hubspoke, tenant }: Session, { portalId }: Verification): Promise<readonly Finding[]> {
  if (portalId === null) return [];
  const client = hubspoke.client({ tenant });
  return [
    await finding("scopes", async () => (await client.tokenInfo()).scopes.join(" ") || "none"),
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

async function finding(name: string, look: () => Promise<string>): Promise<Finding> {
  try {
    return { name, ok: true, detail: await look() };
  } catch (error) {
    if (!isHubspokeError(error)) throw error;
    return { name, ok: false, detail: error.message, code: error.code };
  }
}
