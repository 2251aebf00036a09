import * as z from "zod/mini";
import { type Target, targetsSchema } from "../keyed-records/targets.ts";
import { type Moment, momentSchema } from "../util/moment.ts";

/** Something that happened in your product, for the timelines of the records it concerns. */
export interface EventInput {
  /** Yours, such as `trunk_created`: what the event type or template is found by. */
  readonly type: string;
  /** Whose timelines, 1 to 20. */
  readonly to: readonly Target[];
  /** When. Default: when it was put in. */
  readonly at?: Moment | undefined;
  /**
   * What the event type or template declares, by its names; the lines of the note where HubSpot takes no app events.
   */
  readonly properties?: Readonly<Record<string, string | number | boolean>> | undefined;
  /** The first line of a note. Default: the type in words. */
  readonly title?: string | undefined;
}

export interface EventData extends Omit<EventInput, "at"> {
  readonly at?: Date | undefined;
}

export const eventSchema: z.ZodMiniType<EventData, EventInput> = z.strictObject({
  type: z.string().check(z.regex(/^[A-Za-z][\w.-]{0,99}$/)),
  to: targetsSchema,
  at: z.optional(momentSchema),
  properties: z.optional(z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))),
  title: z.optional(z.string().check(z.minLength(1), z.maxLength(500))),
});

/** `trunk_created` as people say it. */
export function wordsOf(type: string): string {
  const words = type.replace(/[._-]+/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
