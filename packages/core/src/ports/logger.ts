/**
 * Structured logging. There is no default console: without a logger nothing is printed.
 * Fields hold ids, names, counts and masked phones only; core never passes personal data here.
 */
export interface Logger {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

/** Facts beside a log event: ids, names, codes and numbers. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;
