/**
 * Structured logging. There is no default console: without a logger nothing is printed.
 * Fields hold ids, names, counts and masked phones only; core never passes personal data here.
 */
export interface Logger {
  /** Single calls and batches: what one looks at while searching for something. */
  debug(event: string, fields?: LogFields): void;
  /** What happens seldom and is no trouble: a login, an erasure, mappings that were replaced. */
  info(event: string, fields?: LogFields): void;
  /** What was handled and should not go on. */
  warn(event: string, fields?: LogFields): void;
  /** What was not handled here. `event` is a stable name, such as `worker.job_failed`. */
  error(event: string, fields?: LogFields): void;
}

/** Facts beside a log event: ids, names, codes and numbers. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;
