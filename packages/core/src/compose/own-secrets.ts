import { toBase64 } from "../util/bytes.ts";
import type { HubspokeOptions } from "./options.ts";

/** Texts of the configuration that must never stand in what is sent: root keys, client secrets, tokens given as text. */
export function ownSecrets({ keys, auth, webhooks }: HubspokeOptions): readonly string[] {
  const own: string[] = [];
  if ("keys" in keys) {
    const pairs = Array.isArray(keys.keys) ? keys.keys : Object.entries(keys.keys);
    for (const [, material] of pairs) own.push(typeof material === "string" ? material.trim() : toBase64(material));
  }
  if ("kind" in auth) own.push(auth.clientSecret.reveal());
  else if ("read" in auth) {
    for (const one of [auth.read, auth.write]) if (typeof one === "string") own.push(one);
  }
  const secrets = webhooks?.secrets ?? [];
  return [...own, ...(typeof secrets === "string" ? [secrets] : secrets)];
}
