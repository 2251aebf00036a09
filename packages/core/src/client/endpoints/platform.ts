// Paths from the list of HubSpot's own SDK for 2026-03 (Apache-2.0), in the spelling of 2026-09.

/** Accounts, apps, automation, events, files, webhooks and settings. By address up to the version: verb and rest of the path of every call. Types only. */
// biome-ignore format: wrapped by hand, or it would be one line per call
export interface PlatformEndpoints {
  "/account-info/{version}": | "GET /activity/audit-logs" | "GET /activity/login" | "GET /activity/security"
    | "GET /api-usage/daily/private-apps" | "GET /details";
  "/app-webhooks/{version}": | "DELETE /{appId}/settings" | "GET /{appId}/settings" | "PUT /{appId}/settings"
    | "GET /{appId}/subscriptions" | "POST /{appId}/subscriptions" | "POST /{appId}/subscriptions/batch/update"
    | "DELETE /{appId}/subscriptions/{subscriptionId}" | "GET /{appId}/subscriptions/{subscriptionId}"
    | "PATCH /{appId}/subscriptions/{subscriptionId}";
  "/appinstalls/{version}": | "DELETE /external-install";
  "/automation/actions/callbacks/{version}": | "POST /complete" | "POST /{callbackId}/complete";
  "/automation/actions/{version}": | "GET /{appId}" | "POST /{appId}" | "DELETE /{appId}/{definitionId}"
    | "GET /{appId}/{definitionId}" | "PATCH /{appId}/{definitionId}" | "GET /{appId}/{definitionId}/functions"
    | "DELETE /{appId}/{definitionId}/functions/{functionType}"
    | "GET /{appId}/{definitionId}/functions/{functionType}" | "PUT /{appId}/{definitionId}/functions/{functionType}"
    | "DELETE /{appId}/{definitionId}/functions/{functionType}/{functionId}"
    | "GET /{appId}/{definitionId}/functions/{functionType}/{functionId}"
    | "PUT /{appId}/{definitionId}/functions/{functionType}/{functionId}"
    | "GET /{appId}/{definitionId}/requires-object" | "POST /{appId}/{definitionId}/requires-object"
    | "GET /{appId}/{definitionId}/revisions" | "GET /{appId}/{definitionId}/revisions/{revisionId}";
  "/automation/sequences/{version}": | "GET " | "POST /enrollments" | "GET /enrollments/contact/{contactId}"
    | "GET /{sequenceId}";
  "/business-units/public/{version}": | "GET /business-units/user/{userId}";
  "/communication-preferences/{version}": | "GET /definitions" | "POST /links/generate" | "POST /statuses/batch/read"
    | "POST /statuses/batch/unsubscribe-all" | "POST /statuses/batch/unsubscribe-all/read"
    | "POST /statuses/batch/write" | "GET /statuses/{subscriberIdString}" | "POST /statuses/{subscriberIdString}"
    | "GET /statuses/{subscriberIdString}/unsubscribe-all" | "POST /statuses/{subscriberIdString}/unsubscribe-all";
  "/conversations/custom-channels/{version}": | "GET " | "POST " | "DELETE /{channelId}" | "PATCH /{channelId}"
    | "PATCH /{channelId}/channel-account-staging-tokens/{accountToken}" | "GET /{channelId}/channel-accounts"
    | "POST /{channelId}/channel-accounts" | "GET /{channelId}/channel-accounts/{channelAccountId}"
    | "PATCH /{channelId}/channel-accounts/{channelAccountId}" | "POST /{channelId}/messages"
    | "GET /{channelId}/messages/{messageId}" | "PATCH /{channelId}/messages/{messageId}";
  "/events/event-occurrences/{version}": | "GET " | "GET /event-types";
  "/events/{version}": | "GET /event-definitions" | "POST /event-definitions"
    | "DELETE /event-definitions/{eventName}" | "GET /event-definitions/{eventName}"
    | "PATCH /event-definitions/{eventName}" | "POST /event-definitions/{eventName}/property"
    | "DELETE /event-definitions/{eventName}/property/{propertyName}"
    | "PATCH /event-definitions/{eventName}/property/{propertyName}" | "POST /send" | "POST /send/batch";
  "/feature-flags/{version}": | "GET /{appId}/flags/all" | "DELETE /{appId}/flags/{flagName}"
    | "GET /{appId}/flags/{flagName}" | "PUT /{appId}/flags/{flagName}" | "GET /{appId}/flags/{flagName}/portals"
    | "POST /{appId}/flags/{flagName}/portals/batch/delete" | "POST /{appId}/flags/{flagName}/portals/batch/upsert"
    | "DELETE /{appId}/flags/{flagName}/portals/{portalId}" | "GET /{appId}/flags/{flagName}/portals/{portalId}"
    | "PUT /{appId}/flags/{flagName}/portals/{portalId}";
  "/files/{version}": | "POST /files" | "POST /files/import-from-url/async"
    | "GET /files/import-from-url/async/tasks/{taskId}/status" | "GET /files/search" | "DELETE /files/{fileId}"
    | "GET /files/{fileId}" | "PATCH /files/{fileId}" | "PUT /files/{fileId}" | "DELETE /files/{fileId}/gdpr-delete"
    | "GET /files/{fileId}/signed-url" | "POST /folders" | "GET /folders/search" | "DELETE /folders/{folderId}"
    | "GET /folders/{folderId}" | "PATCH /folders/{folderId}" | "DELETE /folders/{folderPath}"
    | "GET /folders/{folderPath}";
  "/integrators/timeline/{version}": | "POST /events" | "POST /events/batch" | "POST /types/projects";
  "/meta/network-origins/{version}": | "GET /ip-ranges" | "GET /ip-ranges/simple";
  "/oauth/{version}": | "POST /token" | "POST /token/introspect" | "POST /token/revoke";
  "/scheduler/{version}": | "POST /meetings/calendar" | "GET /meetings/meeting-links"
    | "POST /meetings/meeting-links/book" | "GET /meetings/meeting-links/book/availability-page/{slug}"
    | "GET /meetings/meeting-links/book/{slug}";
  "/settings/currencies/{version}": | "POST /central-fx-rates/add-currency" | "GET /central-fx-rates/information"
    | "GET /central-fx-rates/unsupported-currencies" | "GET /codes" | "GET /company-currency"
    | "PUT /company-currency" | "GET /exchange-rates" | "POST /exchange-rates" | "POST /exchange-rates/batch/create"
    | "POST /exchange-rates/batch/read" | "POST /exchange-rates/batch/update" | "GET /exchange-rates/current"
    | "POST /exchange-rates/update-visibility" | "GET /exchange-rates/{exchangeRateId}"
    | "PATCH /exchange-rates/{exchangeRateId}";
  "/settings/users/{version}": | "GET " | "POST " | "GET /roles" | "GET /teams" | "DELETE /{userId}" | "GET /{userId}"
    | "PUT /{userId}";
  "/tax-rates/{version}": | "GET /tax-rates" | "GET /tax-rates/{taxRateGroupId}";
  "/url-mappings/{version}": | "GET /url-mappings" | "POST /url-mappings" | "DELETE /url-mappings/{id}"
    | "GET /url-mappings/{id}";
  "/visitor-identification/{version}": | "POST /tokens/create";
  "/webhooks-journal/journal-local/{version}": | "GET /batch/earliest/{count}" | "GET /batch/latest/{count}"
    | "POST /batch/read" | "GET /batch/{offset}/next/{count}" | "GET /earliest" | "GET /latest"
    | "GET /offset/{offset}/next" | "GET /status/{statusId}";
  "/webhooks-journal/journal/{version}": | "GET /batch/earliest/{count}" | "GET /batch/latest/{count}"
    | "POST /batch/read" | "GET /batch/{offset}/next/{count}" | "GET /earliest" | "GET /latest"
    | "GET /offset/{offset}/next" | "GET /status/{statusId}";
  "/webhooks-journal/snapshots/{version}": | "POST /crm";
  "/webhooks-journal/subscriptions/{version}": | "GET " | "POST " | "POST /filters"
    | "GET /filters/subscription/{subscriptionId}" | "DELETE /filters/{filterId}" | "GET /filters/{filterId}"
    | "DELETE /portals/{portalId}" | "DELETE /{subscriptionId}" | "GET /{subscriptionId}";
}
