import { HubspokeError } from "../errors/hubspoke-error.ts";
import { canonicalObject } from "../model/object-type.ts";
import type { CredentialUse } from "../ports/credentials.ts";

/** Objects this integration may touch, and how far. Where given, every object it does not name is refused. */
export type Allow = Readonly<Record<string, CredentialUse>>;

export interface AccessPolicy {
  readonly readOnly?: boolean;
  readonly allow?: Allow;
}

/** Refuses, before anything is sent, what this integration may not do. `object` null: a call about no object. Errors: READ_ONLY, NOT_ALLOWED. */
export function requireAccess(policy: AccessPolicy, use: CredentialUse, object: string | null): void {
  if (use === "write" && policy.readOnly === true) {
    throw new HubspokeError(
      "READ_ONLY",
      "READ_ONLY: this instance was created with readOnly: true and writes nothing to HubSpot",
    );
  }
  if (policy.allow === undefined) return;
  const granted = object === null ? undefined : grantFor(policy.allow, object);
  if (granted === "write" || (granted === "read" && use === "read")) return;
  const what =
    object === null
      ? "a call that names no object"
      : `${use === "write" ? "writing" : "reading"} ${canonicalObject(object)}`;
  throw new HubspokeError(
    "NOT_ALLOWED",
    `NOT_ALLOWED: ${what} is outside this integration's "allow"; widen it if this is intended`,
    {
      details: { object: object ?? "", use },
    },
  );
}

function grantFor(allow: Allow, object: string): CredentialUse | undefined {
  const name = canonicalObject(object);
  const key = Object.keys(allow).find((candidate) => canonicalObject(candidate) === name);
  return key === undefined ? undefined : allow[key];
}
