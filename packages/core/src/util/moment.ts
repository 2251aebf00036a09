import * as z from "zod/mini";

/** A moment: a Date, epoch milliseconds, or ISO 8601 with an offset. */
export type Moment = Date | number | string;

/** Reads one. What is sealed as JSON comes back as text, and is read the same. */
export const momentSchema: z.ZodMiniType<Date, Moment> = z.pipe(
  z.union([z.date(), z.number().check(z.int()), z.iso.datetime({ offset: true })]),
  z.transform((value) => new Date(value)),
);
