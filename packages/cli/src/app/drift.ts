import { paths, type WantedApp } from "./project.ts";
import type { AppFile, WebhooksFile } from "./read-files.ts";
import { groups, keyOf } from "./subscriptions.ts";

/** One difference between the files and what the set-up needs. */
export interface Drift {
  readonly file: string;
  readonly what: "auth" | "scopes" | "redirect" | "target" | "subscriptions" | "file";
  /** Needed and not there. */
  readonly missing: readonly string[];
  /** There, and nothing declared needs it. */
  readonly surplus: readonly string[];
}

/** What differs; empty where the app is as declared. Pure. */
export function driftOf(
  wanted: WantedApp,
  { app, webhooks }: { readonly app: AppFile; readonly webhooks: WebhooksFile | null },
): readonly Drift[] {
  const redirects = { ...compared(paths.app, "redirect", wanted.redirectUrls, app.redirectUrls), surplus: [] };
  return [
    compared(paths.app, "auth", [wanted.auth], [app.auth]),
    // A scope that only some installs grant is still one the app may ask for.
    compared(paths.app, "scopes", wanted.scopes, app.requiredScopes, app.otherScopes),
    // Other addresses may be those of other stages of the same app.
    redirects,
    ...webhooksDrift(wanted, webhooks),
  ].filter(({ missing, surplus }) => missing.length > 0 || surplus.length > 0);
}

function webhooksDrift({ webhookUrl, subscriptions }: WantedApp, file: WebhooksFile | null): readonly Drift[] {
  if (webhookUrl === null) return [];
  if (file === null) return [{ file: paths.webhooks, what: "file", missing: [paths.webhooks], surplus: [] }];
  const keys = (all: WantedApp["subscriptions"]): readonly string[] => groups.flatMap((group) => all[group].map(keyOf));
  return [
    compared(paths.webhooks, "target", [webhookUrl], [file.targetUrl]),
    compared(paths.webhooks, "subscriptions", keys(subscriptions), keys(file.subscriptions)),
  ];
}

/** `also` satisfies a need and is never surplus. */
function compared(
  file: string,
  what: Drift["what"],
  needed: readonly string[],
  there: readonly string[],
  also: readonly string[] = [],
): Drift {
  const missing = needed.filter((one) => !there.includes(one) && !also.includes(one));
  return { file, what, missing, surplus: there.filter((one) => !needed.includes(one)) };
}
