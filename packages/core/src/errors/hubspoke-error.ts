import { type ErrorCategory, type ErrorCode, errorCodes } from "./codes.ts";

/** `Symbol.for`, so that an ESM and a CJS copy of this package recognise each other's errors. */
const brand = Symbol.for("hubspoke.error");

/** What an error carries beside its code and message. */
export interface ErrorOptions {
  /** Another Hubspoke error that led here. Foreign errors go in `unsafe`: their text may hold personal data. */
  readonly cause?: HubspokeError;
  /** Anything that may hold personal data or secrets. Reachable only by `unsafeDetails()`. */
  readonly unsafe?: unknown;
  /** Plain facts that are safe to log: ids, names, counts. */
  readonly details?: Readonly<Record<string, string | number | boolean | readonly string[]>>;
}

/**
 * The base of every error Hubspoke throws. `code` is a literal to switch on; `message` is written by us
 * from code, names and ids only. HubSpot's own text can hold personal data, so it is reachable only
 * through `unsafeDetails()`, which JSON, `inspect` and loggers never touch.
 */
export class HubspokeError<C extends ErrorCode = ErrorCode> extends Error {
  /** A field, so that minifiers do not change it. Branch by `code` or `isHubspokeError`: `name` is for stack traces. */
  override readonly name: string = "HubspokeError";
  /** Stable: switch on it. Every code has a page under `docs/errors/`. */
  readonly code: C;
  /** Facts beside the code: ids, names, numbers. No personal data. */
  readonly details: NonNullable<ErrorOptions["details"]>;
  readonly #unsafe: unknown;

  constructor(code: C, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
    this.#unsafe = options.unsafe;
    Object.defineProperty(this, brand, { value: true });
  }

  /** `instanceof HubspokeError` also holds for an error of another copy of this package. */
  static override [Symbol.hasInstance](this: unknown, value: unknown): boolean {
    // Subclasses keep the ordinary check; only the base matches by brand across copies of the package.
    if (this === HubspokeError) return isHubspokeError(value);
    return typeof this === "function" && typeof value === "object" && value !== null
      ? Object.prototype.isPrototypeOf.call(this.prototype as object, value)
      : false;
  }

  /** The family of the code: what the exit codes of the command line go by. */
  get category(): ErrorCategory {
    return errorCodes[this.code].category;
  }

  /** Whether the same call may succeed later without a change. */
  get retryable(): boolean {
    return errorCodes[this.code].retryable;
  }

  /** The page of this code: cause, fix, example. A path in the project, and in `node_modules/@hubspoke/core`. */
  get docs(): string {
    return `docs/errors/${this.code}.md`;
  }

  /** What HubSpot or the runtime said, unredacted. Never log it: it may hold personal data. */
  unsafeDetails(): unknown {
    return this.#unsafe;
  }

  /** What is safe to log: without `unsafeDetails()`. */
  toJSON(): Record<string, unknown> {
    return {
      name: this.name,
      code: this.code,
      category: this.category,
      message: this.message,
      details: this.details,
      docs: this.docs,
    };
  }
}

/** True for any Hubspoke error, whichever copy of the package made it; narrows by `code` when one is given. */
export function isHubspokeError<C extends ErrorCode = ErrorCode>(value: unknown, code?: C): value is HubspokeError<C> {
  if (typeof value !== "object" || value === null || !(brand in value)) return false;
  return code === undefined || (value as { code?: unknown }).code === code;
}
