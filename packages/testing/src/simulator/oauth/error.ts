import { ApiError } from "../base/api-error.ts";

/** The token endpoints answer in two shapes at once: RFC 6749's and HubSpot's older one (hubspot-facts §4). */
export class OAuthError extends ApiError {
  readonly #code: string;
  readonly #error: string;

  /**
   * @param code HubSpot's, e.g. `BAD_REFRESH_TOKEN`
   * @param error the standard's, e.g. `invalid_grant`
   */
  constructor(code: string, error: string, description: string) {
    super(400, description);
    this.name = "OAuthError";
    this.#code = code;
    this.#error = error;
  }

  override envelope(correlationId: string): Record<string, unknown> {
    const { message } = this;
    return { error: this.#error, error_description: message, status: this.#code, message, correlationId };
  }
}
