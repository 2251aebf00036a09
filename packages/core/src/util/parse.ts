import { en } from "zod/locales";
import * as z from "zod/mini";

/** `z.safeParse` of any schema, a host's own among them, with issues in words. */
export function safeParse<T>(schema: z.core.$ZodType<T>, value: unknown): z.core.util.SafeParseResult<T> {
  speakEnglish();
  return z.safeParse(schema, value);
}

/** `z.parse`, which throws what `safeParse` would answer. */
export function parse<T>(schema: z.core.$ZodType<T>, value: unknown): T {
  speakEnglish();
  return z.parse(schema, value);
}

/**
 * zod/mini brings no language, and an issue would say "Invalid input" and no more. As `zod` itself does, a language that
 * the host chose stays. Asked at each use: a bundler may drop what a module does when it is loaded.
 */
function speakEnglish(): void {
  if (z.config().localeError === undefined) z.config(en());
}
