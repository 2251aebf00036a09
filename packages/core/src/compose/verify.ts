import type { Clients } from "../client/create-clients.ts";
import type { SchemaHandle } from "../crm-schema/schema-service.ts";
import type { Sealer } from "../crypto/sealer.ts";
import type { ErrorCode } from "../errors/codes.ts";
import { isHubspokeError } from "../errors/hubspoke-error.ts";
import type { PortalId, Tenant } from "../ports/ids.ts";
import type { Storage } from "../ports/storage.ts";
import type { KeyCheck } from "./key-check.ts";

/** What `verify` looks at. */
export type CheckName = "schema" | "keys" | "token" | "portal" | "crm-schema";

/** One thing that was looked at: well, or the code and words of what is wrong. */
export type Check =
  | { readonly name: CheckName; readonly ok: true; readonly detail: string }
  | { readonly name: CheckName; readonly ok: false; readonly code: ErrorCode; readonly message: string };

/** What `verify` found; `ok` when every check is. */
export interface Verification {
  /** Every check holds. */
  readonly ok: boolean;
  /** The account of the token; null when it could not be learned. */
  readonly portalId: PortalId | null;
  /** What was looked at, in order, each with what to do where it fails. */
  readonly checks: readonly Check[];
}

/** What `verify` looks at besides. */
export interface VerifyOptions {
  /**
   * From `hubspoke.schema(…)`: how much of it the account does not have yet. That is told and fails nothing, because a
   * setup mends it; a token that may not look (AUTH_SCOPE_MISSING) fails the check. Looked at where the others hold.
   */
  readonly schema?: Pick<SchemaHandle, "plan">;
}

export interface VerifyDeps {
  readonly storage: Storage;
  readonly sealer: Sealer;
  readonly clients: Clients;
  readonly keyCheck: KeyCheck;
}

/** Looks at everything an instance needs before its first request: schema, token, portal, keys. Never throws for a failed check. */
export async function verify(
  { storage, sealer, clients, keyCheck }: VerifyDeps,
  tenant: Tenant,
  { schema }: VerifyOptions = {},
): Promise<Verification> {
  let portalId: PortalId | null = null;
  const checks = [
    await check("schema", async () => {
      // A first read opens the database, and migrates one that may migrate itself.
      await storage.tenants.get(tenant);
      return `version ${await storage.schemaVersion()} on ${storage.name}`;
    }),
    await check("token", async () => {
      const account = await clients.client({ tenant }).accountInfo();
      return `accepted for portal ${account.portalId}`;
    }),
    await check("portal", async () => {
      portalId = await clients.portalOf(tenant);
      return `tenant is pinned to portal ${portalId}`;
    }),
    await check("keys", async () => {
      if (portalId !== null) await keyCheck(tenant, portalId);
      const binding = { tenant, table: "verify", column: "verify", rowId: "verify" };
      const sealed = await sealer.seal(binding, "verify");
      await sealer.openText(binding, sealed);
      return `sealing under ${sealer.keyIdOf(sealed)}`;
    }),
  ];
  if (schema !== undefined && checks.every(({ ok }) => ok)) {
    const compared = await check("crm-schema", async () => {
      const { actions, conflicts } = await schema.plan(tenant);
      const apart = actions.length + conflicts.length;
      if (apart === 0) return "as declared";
      return `different from the declaration in ${apart} ${apart === 1 ? "place" : "places"}`;
    });
    checks.push(compared);
  }
  return { ok: checks.every(({ ok }) => ok), portalId, checks };
}

/**
 * What was found, in one line for a log at start: `✓ HubSpot connected successfully (account 62515)`, or what is wrong.
 * `meanwhile` says what that means for the product where HubSpot is not connected: `messages go on without names`.
 */
export function verifyLine({ ok, portalId, checks }: Verification, meanwhile?: string): string {
  if (ok) {
    const crm = checks.flatMap((one) => (one.name === "crm-schema" && one.ok ? `; its schema is ${one.detail}` : []));
    return `✓ HubSpot connected successfully (account ${portalId})${crm.join("")}`;
  }
  const failed = checks.filter((one) => !one.ok);
  const wrong = new Set(
    failed.map(({ code, message }) => (message.startsWith(code) ? message : `${code}: ${message}`)),
  );
  // Calls go through: it is the declaration alone that could not be compared.
  const state = failed.every(({ name }) => name === "crm-schema")
    ? `connected (account ${portalId}), and its schema cannot be compared`
    : `not connected${meanwhile === undefined ? "" : `; ${meanwhile}`}`;
  return `✗ HubSpot is ${state}. ${[...wrong].join("; ")}`;
}

async function check(name: CheckName, work: () => Promise<string>): Promise<Check> {
  try {
    return { name, ok: true, detail: await work() };
  } catch (error) {
    if (!isHubspokeError(error)) throw error;
    return { name, ok: false, code: error.code, message: error.message };
  }
}
