import * as z from "zod";

/** A moment: a Date, epoch milliseconds, or ISO 8601 with an offset. */
export type Moment = Date | number | string;

/** Reads one. What is sealed as JSON comes back as text, and is read the same. */
export const momentSchema: z.ZodType<Date, Moment> = z
  .union([z.date(), z.number().int(), z.iso.datetime({ offset: true })])
  .transform((value) => new Date(value));
