/** HubSpot inside a product. Further entry points: `/ports`, `/errors`, `/phone`, `/webhooks`, `/crypto`, `/memory`, `/sync`. */

// Credentials
export { type Auth, privateApp, tokenFor } from "./client/credentials.ts";
// The client
export type { ClientOptions, HubSpotClient } from "./client/hubspot-client.ts";
export { configFromEnv, type EnvConfig } from "./compose/config-from-env.ts";
export type { HubspokeOptions } from "./compose/options.ts";
// The instance
export type { Check, CheckName, Verification } from "./compose/verify.ts";
export { envNames } from "./config/env.ts";
export { tenantKey } from "./config/tenant-key.ts";
export { createHubSpoke, type Hubspoke } from "./create-hubspoke.ts";
// The directory
export type { Directory } from "./directory/directory.ts";
export type { DirectoryOptions } from "./directory/options.ts";
export type {
  BatchLookupOptions,
  BatchResult,
  DirectoryContact,
  DirectoryField,
  InvalidPhone,
  LookupOptions,
  LookupResult,
} from "./directory/types.ts";
// Errors
export { HubspokeError, isHubspokeError } from "./errors/hubspoke-error.ts";
export type { ContactProperties, ContactProperty } from "./model/contact-properties.ts";
export type { BatchOutcome, RawRecord } from "./model/record.ts";
// Who is asking
export type { Actor, Ctx } from "./ports/context.ts";
