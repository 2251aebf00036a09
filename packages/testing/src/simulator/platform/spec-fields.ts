import { validationError } from "../base/api-error.ts";
import type { Call } from "../routing/call.ts";

/** What the 2026-09 specification marks as required and reality may not (hubspot-facts §1.4): refused if asked to. */
export function requireSpecFields(call: Call, body: Record<string, unknown>, names: readonly string[]): void {
  if (call.version !== "2026-09" || call.services.platform.world.options().requireSpecFields !== true) return;
  const missing = names.filter((name) => body[name] === undefined);
  if (missing.length > 0) throw validationError(`Some required fields were not set: ${missing.join(", ")}`);
}
