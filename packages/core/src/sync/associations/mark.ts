import type { FieldOf } from "../../crypto/field-hash.ts";
import type { EpochMs } from "../../ports/ids.ts";
import type { FieldBase } from "../../ports/link-store.ts";
import type { SyncScope } from "../scope.ts";

/** What a write of an association leaves in its base before it happens, until its outcome is known. */
export interface Mark {
  readonly to: "local" | "hubspot";
  /** Keyed hash of the other record's local id (of null for a clear) that is being written; "": nothing was sent. */
  readonly sent: string;
  /** The same of what stood there. */
  readonly loses: string;
  /** The same of each that is to make room for it in HubSpot. A second try need not find all of them counting. */
  readonly replaces: readonly string[];
  /** From when on nothing of it is under way any more. */
  readonly over: EpochMs;
}

export function markIn({ settings }: SyncScope, base: FieldBase | null): Mark | null {
  if (base?.sent === undefined || base.swung === undefined) return null;
  const { to, at, from } = base.swung;
  // Here nothing is written past its worker's lease. A request to HubSpot may land for one more.
  return {
    to,
    sent: base.sent,
    loses: from,
    replaces: base.elements ?? [],
    over: at + (to === "local" ? settings.marginMs : settings.leaseMs),
  };
}

/** Never agreed on: a mark alone, or what is left of one. */
export const bare: FieldBase = { local: "", remote: "" };

/** What both sides agreed on: with a mark that has landed, what it brought. */
export async function agreedOn(
  scope: SyncScope,
  of: FieldOf,
  base: FieldBase | null,
  /** Absent: it cannot be told what that side has. */
  sides: { readonly local?: string | null; readonly hubspot?: string | null },
): Promise<FieldBase | null> {
  const mark = markIn(scope, base);
  const there = mark === null ? undefined : sides[mark.to];
  if (
    mark !== null &&
    mark.sent !== "" &&
    there !== undefined &&
    (await scope.deps.hasher.matches(mark.sent, of, there))
  )
    return { local: mark.sent, remote: mark.sent, ...(base?.heirOf !== undefined && { heirOf: base.heirOf }) };
  return base?.local === bare.local && base.remote === bare.remote ? null : base;
}

/** Whether a write that may not have landed had decided the same: it told the conflict then. */
export async function isDecided(
  { deps: { hasher } }: SyncScope,
  of: FieldOf,
  mark: Mark | null,
  { kind, local, remote }: { readonly kind: string; readonly local: string | null; readonly remote: string | null },
): Promise<boolean> {
  if (mark === null || kind !== (mark.to === "hubspot" ? "push" : "pull")) return false;
  const [wins, loses] = kind === "push" ? [local, remote] : [remote, local];
  return (mark.sent === "" || (await hasher.matches(mark.sent, of, wins))) && hasher.matches(mark.loses, of, loses);
}
