import { groups, type Subscriptions } from "./subscriptions.ts";

/** What a HubSpot app has to be so that the set-up works. */
export interface WantedApp {
  readonly name: string;
  readonly auth: "oauth" | "static";
  /** Sorted. */
  readonly scopes: readonly string[];
  readonly optionalScopes: readonly string[];
  readonly redirectUrls: readonly string[];
  /** Null where no address is known: then there is no webhooks component. */
  readonly webhookUrl: string | null;
  readonly subscriptions: Subscriptions;
}

/** Where HubSpot's developer projects keep what Hubspoke has a say in (developer platform 2026.09). */
export const paths = {
  project: "hsproject.json",
  app: "src/app/app-hsmeta.json",
  webhooks: "src/app/webhooks/webhooks-hsmeta.json",
} as const;

/** A new project's files by path. Apps with a static token can have required scopes only. */
export function projectFiles(wanted: WantedApp): Readonly<Record<string, unknown>> {
  const slug = wanted.name.toLowerCase().replace(/[^a-z0-9]+/g, "_");
  return {
    [paths.project]: { name: wanted.name, srcDir: "src", platformVersion: "2026.09" },
    [paths.app]: {
      uid: `${slug}_app`,
      type: "app",
      config: {
        name: wanted.name,
        description: "",
        distribution: "private",
        auth: {
          type: wanted.auth,
          redirectUrls: wanted.redirectUrls,
          requiredScopes: wanted.scopes,
          optionalScopes: wanted.optionalScopes,
          conditionallyRequiredScopes: [],
        },
        permittedUrls: { fetch: [], iframe: [], img: [] },
      },
    },
    ...(wanted.webhookUrl === null
      ? {}
      : {
          [paths.webhooks]: {
            uid: `${slug}_webhooks`,
            type: "webhooks",
            config: {
              settings: { targetUrl: wanted.webhookUrl, maxConcurrentRequests: 10 },
              subscriptions: Object.fromEntries(
                groups.map((group) => [group, wanted.subscriptions[group].map((one) => ({ ...one, active: true }))]),
              ),
            },
          },
        }),
  };
}
