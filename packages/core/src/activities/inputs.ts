import * as z from "zod/mini";
import { targetsSchema } from "../keyed-records/targets.ts";
import { callKinds } from "../model/properties/engagements.ts";
import { momentSchema } from "../util/moment.ts";
import type { ActivityData, ActivityInputs, ActivityKind } from "./input-types.ts";

const text = (most: number) => z.string().check(z.maxLength(most));

const recording = z.strictObject({
  url: z.string().check(z.minLength(1), z.maxLength(2_048)),
  upload: z.optional(z.boolean()),
  fileName: z.optional(text(200)),
});

const common = {
  to: targetsSchema,
  at: z.optional(momentSchema),
  ownerId: z.optional(text(40)),
  properties: z.optional(z.record(z.string(), z.string())),
};

/** HubSpot's standard outcomes of a call (hubspot-facts §7.6). */
export const dispositions: Readonly<Record<string, string>> = {
  busy: "9d9162e7-6cf3-4944-bf63-4dff82258764",
  connected: "f240bbac-87c9-4f6e-bf70-924b57d47db7",
  "left-live-message": "a4c4c377-d246-4b32-a13b-75a56a4cd0ff",
  "left-voicemail": "b2cf5968-551e-4856-9783-52b3da59a7d0",
  "no-answer": "73a0d17f-1163-4015-bdd5-ec830791da20",
  "wrong-number": "17b47fee-58de-441e-a44c-c6300d46f273",
};

const address = z.strictObject({
  email: z.email().check(z.maxLength(254)),
  firstName: z.optional(text(100)),
  lastName: z.optional(text(100)),
});

/** What each activity must be. Wrong input is refused when it is put in, not when it is written. */
export const activityInputs: { readonly [K in ActivityKind]: z.ZodMiniType<ActivityData[K], ActivityInputs[K]> } = {
  note: z.strictObject({
    ...common,
    body: z.optional(text(200_000)),
    recording: z.optional(recording),
    attachmentIds: z.optional(z.array(z.string().check(z.regex(/^\d+$/)))),
  }),
  call: z.strictObject({
    ...common,
    title: z.optional(text(500)),
    body: z.optional(text(200_000)),
    durationMs: z.optional(z.number().check(z.int(), z.minimum(0))),
    direction: z.optional(z.enum(["INBOUND", "OUTBOUND"])),
    status: z.optional(z.enum(callKinds.hs_call_status)),
    disposition: z.optional(
      z
        .string()
        .check(
          z.refine(
            (value) => Object.hasOwn(dispositions, value) || z.guid().safeParse(value).success,
            `is one of ${Object.keys(dispositions).join(", ")}, or the id of one of the account's own`,
          ),
        ),
    ),
    fromNumber: z.optional(text(64)),
    toNumber: z.optional(text(64)),
    recording: z.optional(recording),
  }),
  email: z.strictObject({
    ...common,
    subject: text(2_000),
    text: z.optional(text(500_000)),
    html: z.optional(text(500_000)),
    direction: z.optional(z.enum(["outgoing", "incoming", "forwarded"])),
    status: z.optional(z.enum(["BOUNCED", "FAILED", "SCHEDULED", "SENDING", "SENT"])),
    from: z.optional(address),
    recipients: z.optional(z.array(address)),
  }),
  task: z.strictObject({
    ...common,
    subject: text(500),
    body: z.optional(text(200_000)),
    due: z.optional(momentSchema),
    status: z.optional(z.enum(["NOT_STARTED", "IN_PROGRESS", "WAITING", "DEFERRED", "COMPLETED"])),
    priority: z.optional(z.enum(["NONE", "LOW", "MEDIUM", "HIGH"])),
    type: z.optional(z.enum(["TODO", "CALL", "EMAIL"])),
  }),
  meeting: z.strictObject({
    ...common,
    title: text(500),
    body: z.optional(text(200_000)),
    start: momentSchema,
    end: momentSchema,
    location: z.optional(text(500)),
    externalUrl: z.optional(z.url({ protocol: /^https$/ })),
    internalNotes: z.optional(text(200_000)),
    outcome: z.optional(z.enum(["SCHEDULED", "COMPLETED", "RESCHEDULED", "NO_SHOW", "CANCELED"])),
  }),
};
