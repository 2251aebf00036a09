/** One entry of `errors[]` in HubSpot's error envelope (hubspot-facts §6). */
export interface ApiErrorDetail {
  readonly message: string;
  readonly code?: string;
  readonly in?: string;
  readonly subCategory?: string;
  readonly context?: Readonly<Record<string, readonly string[]>>;
}

export interface ApiErrorFields {
  readonly category?: string;
  readonly subCategory?: string;
  readonly errors?: readonly ApiErrorDetail[];
  readonly context?: Readonly<Record<string, readonly string[]>>;
  readonly links?: Readonly<Record<string, string>>;
  /** 429 bodies carry these two instead of a category. */
  readonly errorType?: string;
  readonly policyName?: string;
  /** Answered without JSON: a page, or nothing at all to those who accept JSON. */
  readonly bare?: true;
}

/** An answer that is an error: thrown by a handler, turned into HubSpot's envelope by the request handler. */
export class ApiError extends Error {
  /** HTTP status, 400–599. */
  readonly status: number;
  /** What the envelope has beside `message` and `correlationId` (hubspot-facts §6). */
  readonly fields: ApiErrorFields;
  /** Beside the content type, such as `Retry-After` of a 477. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, fields: ApiErrorFields = {}, headers: Record<string, string> = {}) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.fields = fields;
    this.headers = headers;
  }

  /** The JSON body as HubSpot writes it; 429s carry `errorType` and `policyName` instead of a category. */
  envelope(correlationId: string): Record<string, unknown> {
    const { errorType, category, ...rest } = this.fields;
    return {
      status: "error",
      message: this.message,
      ...(errorType === undefined ? {} : { errorType }),
      correlationId,
      ...(category === undefined ? {} : { category }),
      ...rest,
    };
  }
}

export function validationError(message: string, errors?: readonly ApiErrorDetail[]): ApiError {
  return new ApiError(400, message, { category: "VALIDATION_ERROR", ...(errors ? { errors } : {}) });
}

/** An unknown numeric id: no category (hubspot-facts §6). */
export function resourceNotFound(): ApiError {
  return new ApiError(404, "resource not found");
}

export function objectNotFound(message: string): ApiError {
  return new ApiError(404, message, { category: "OBJECT_NOT_FOUND" });
}

/** Misuse of the simulator itself (a wrong option, an unknown portal), as opposed to an answer of HubSpot. */
export class SimulatorError extends Error {
  /** Upper case, such as `UNKNOWN_RECORD`: a test that was set up wrong. Never an answer of HubSpot's. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = "SimulatorError";
    this.code = code;
  }
}
