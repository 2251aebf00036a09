/** Every error Hubspoke throws, the table of codes, and the check that works across copies of the package. */
export { type ErrorCategory, type ErrorCode, errorCodes } from "./errors/codes.ts";
export { type ErrorOptions, HubspokeError, isHubspokeError } from "./errors/hubspoke-error.ts";
export {
  type AuthErrorCode,
  HubSpotAuthError,
  HubSpotConflictError,
  HubSpotError,
  type HubSpotErrorOptions,
  HubSpotNotFoundError,
  HubSpotOutboundRefusedError,
  HubSpotPortalMismatchError,
  HubSpotRateLimitError,
  HubSpotSyncError,
  HubSpotUnavailableError,
  HubSpotUnknownOutcomeError,
  HubSpotValidationError,
  type PropertyReason,
  type SyncErrorCode,
  type UnavailableErrorCode,
  UnsupportedInVersionError,
} from "./errors/hubspot-errors.ts";
