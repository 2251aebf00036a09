import type { Clients } from "../client/create-clients.ts";
import type { Sealer } from "../crypto/sealer.ts";
import type { ErrorCode } from "../errors/codes.ts";
import { isHubspokeError } from "../errors/hubspoke-error.ts";
import type { PortalId, Tenant } from "../ports/ids.ts";
import type { Storage } from "../ports/storage.ts";

export type CheckName = "schema" | "keys" | "token" | "portal";

export type Check =
  | { readonly name: CheckName; readonly ok: true; readonly detail: string }
  | { readonly name: CheckName; readonly ok: false; readonly code: ErrorCode; readonly message: string };

export interface Verification {
  readonly ok: boolean;
  readonly portalId: PortalId | null;
  readonly checks: readonly Check[];
}

/** Looks at everything an instance needs before its first request: schema, keys, token, portal. Never throws for a failed check. */
export async function verify(
  deps: { readonly storage: Storage; readonly sealer: Sealer; readonly clients: Clients },
  tenant: Tenant,
): Promise<Verification> {
  const { storage, sealer, clients } = deps;
  let portalId: PortalId | null = null;
  const checks = [
    await check("schema", async () => `version ${await storage.schemaVersion()} on ${storage.name}`),
    await check("keys", async () => {
      const binding = { tenant, table: "verify", column: "verify", rowId: "verify" };
      const sealed = await sealer.seal(binding, "verify");
      await sealer.openText(binding, sealed);
      return `sealing under ${sealer.keyIdOf(sealed)}`;
    }),
    await check("token", async () => {
      const account = await clients.client({ tenant }).accountInfo();
      portalId = account.portalId;
      return `accepted by ${account.uiDomain ?? "HubSpot"}`;
    }),
    await check("portal", async () => `tenant is pinned to portal ${await clients.portalOf(tenant)}`),
  ];
  return { ok: checks.every(({ ok }) => ok), portalId, checks };
}

async function check(name: CheckName, work: () => Promise<string>): Promise<Check> {
  try {
    return { name, ok: true, detail: await work() };
  } catch (error) {
    if (!isHubspokeError(error)) throw error;
    return { name, ok: false, code: error.code, message: error.message };
  }
}
