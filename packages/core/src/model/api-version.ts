/** HubSpot's API versions this library speaks (hubspot-facts §1). `v3` stands for all legacy paths. */
export const apiVersions = ["2026-09", "2026-03", "v3"] as const;

/** A version of HubSpot's API that every call can be made in. */
export type ApiVersion = (typeof apiVersions)[number];

export const defaultApiVersion: ApiVersion = "2026-09";
