/** HubSpot inside a product. Further entry points: `/ports`, `/errors`, `/phone`, `/webhooks`, `/oauth`, `/crypto`, `/memory`, `/sync`. */

// Credentials and transport
export { fetchTransport } from "#platform";
// The client
export type { Allow } from "./client/access.ts";
export type { AccountInfo, TokenInfo } from "./client/account.ts";
export { type Auth, privateApp, tokenFor } from "./client/credentials.ts";
export type { ClientOptions, HubSpotClient } from "./client/hubspot-client.ts";
export type { HubSpotRecord, ObjectsApi } from "./client/objects-api.ts";
export type { RequestOptions } from "./client/raw-request.ts";
// The instance
export { configFromEnv, type EnvConfig } from "./compose/config-from-env.ts";
export type { HubspokeOptions } from "./compose/options.ts";
export type { Check, CheckName, Verification } from "./compose/verify.ts";
export { envNames } from "./config/env.ts";
export type { FlagState, FlagStates } from "./config/flag-state.ts";
export type { Flags } from "./config/flags.ts";
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
// Errors: their classes and codes are in `/errors`
export { HubspokeError, isHubspokeError } from "./errors/hubspoke-error.ts";
export type { QuotaState } from "./http/budgets.ts";
export type { CallEvent } from "./http/call.ts";
export type { ClientStats } from "./http/stats.ts";
export type { ApiVersion } from "./model/api-version.ts";
export type { ContactProperties, ContactProperty } from "./model/contact-properties.ts";
export type { Lane } from "./model/lane.ts";
export type { ObjectProperties, WritableProperties } from "./model/object-properties.ts";
export type { ObjectType } from "./model/object-type.ts";
export type { PropertyDefinition } from "./model/property-definition.ts";
export type { PropertyValue } from "./model/property-value.ts";
export type { BatchOutcome, RawRecord } from "./model/record.ts";
export type { Filter, SearchAllQuery, SearchQuery, Sort } from "./model/search-query.ts";
export { Secret } from "./model/secret.ts";
// OAuth: logins, scopes and routes are in `/oauth`
export { type OAuthApp, type OAuthAppOptions, oauthApp } from "./oauth/app.ts";
export type { ConnectionStatus, Disconnected } from "./oauth/connection.ts";
export type { OAuth } from "./oauth/oauth.ts";
export type { Actor, Ctx } from "./ports/context.ts";
export type { TickOptions, TickResult, Worker } from "./worker/create-worker.ts";
