/** Subpath `@hubspoke/core/webhooks`: everything that speaks Fetch: webhook verification and dispatch, and the routers that adapters mount. */

export { type ApiKey, apiKeys } from "./mount/api-keys.ts";
export {
  type Authorize,
  type AuthorizeAnswer,
  authorizeRequest,
  type ClientInfo,
  type Grant,
} from "./mount/authorize.ts";
export { createRoutes } from "./mount/create-routes.ts";
export { guardStateChange } from "./mount/guards.ts";
export { type OneRoute, oneRoute } from "./mount/one-route.ts";
export { type OpenApiDocument, type OpenApiOptions, openApi } from "./mount/openapi.ts";
export { checkMount, type HandleOptions, type Mountable, type MountOptions } from "./mount/options.ts";
export { type QueryKind, type Route, type RouterName, routerNames } from "./mount/route.ts";
export { type RouteKey, routes } from "./mount/routes.ts";
export type {
  AuditService,
  DirectoryService,
  HealthService,
  MountServices,
  SyncRunKind,
  SyncService,
} from "./mount/services.ts";
export { checkedBody } from "./util/checked.ts";
export { createInboxJob, type DispatchDeps, type InboxJob } from "./webhooks/dispatch.ts";
export { createWebhookHandler, type WebhookDeps, type WebhookRequestHandler } from "./webhooks/handle-request.ts";
export { errorResponse } from "./webhooks/http/respond.ts";
export type { OnPrivacyDeletion } from "./webhooks/inbox/erase-deleted.ts";
export {
  createWebhookHandlers,
  type EventName,
  type RegisteredHandler,
  type WebhookEvent,
  type WebhookHandler,
  type WebhookHandlers,
  type WebhookValueEvent,
  type WebhookValueHandler,
  type WebhookValueOptions,
} from "./webhooks/inbox/handlers.ts";
export type { QueuesFor } from "./webhooks/inbox/marks.ts";
export type { QuarantinedEvent, WebhookQuarantine } from "./webhooks/inbox/set-aside.ts";
export { createEventValues, type EventValues, type EventValuesDeps } from "./webhooks/inbox/values.ts";
export type { WebhookOptions } from "./webhooks/options.ts";
export { matchingSecret, type SignatureCipher, type SignedRequest } from "./webhooks/signature.ts";
export { type Refusal, readClaim, type SignatureClaim, type SignatureVersion } from "./webhooks/signature-claim.ts";
export { signedUris } from "./webhooks/signed-uri.ts";
export { type SubscriptionType, subscriptionTypes } from "./webhooks/subscription-types.ts";
export { type TimedRequest, timedSignature, timedSignatureHolds } from "./webhooks/timed-signature.ts";
