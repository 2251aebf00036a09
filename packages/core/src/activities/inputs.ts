import * as z from "zod";
import { targetsSchema } from "../keyed-records/targets.ts";
import { callKinds } from "../model/properties/engagements.ts";
import { momentSchema } from "../util/moment.ts";
import type { ActivityData, ActivityInputs, ActivityKind } from "./input-types.ts";

const text = (most: number) => z.string().max(most);

const recording = z.strictObject({
  url: z.string().min(1).max(2_048),
  upload: z.boolean().optional(),
  fileName: text(200).optional(),
});

const common = {
  to: targetsSchema,
  at: momentSchema.optional(),
  ownerId: text(40).optional(),
  properties: z.record(z.string(), z.string()).optional(),
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
  email: z.email().max(254),
  firstName: text(100).optional(),
  lastName: text(100).optional(),
});

/** What each activity must be. Wrong input is refused when it is put in, not when it is written. */
export const activityInputs: { readonly [K in ActivityKind]: z.ZodType<ActivityData[K], ActivityInputs[K]> } = {
  note: z.strictObject({
    ...common,
    body: text(200_000).optional(),
    recording: recording.optional(),
    attachmentIds: z.array(z.string().regex(/^\d+$/)).optional(),
  }),
  call: z.strictObject({
    ...common,
    title: text(500).optional(),
    body: text(200_000).optional(),
    durationMs: z.number().int().min(0).optional(),
    direction: z.enum(["INBOUND", "OUTBOUND"]).optional(),
    status: z.enum(callKinds.hs_call_status).optional(),
    disposition: z
      .string()
      .refine(
        (value) => Object.hasOwn(dispositions, value) || z.guid().safeParse(value).success,
        `is one of ${Object.keys(dispositions).join(", ")}, or the id of one of the account's own`,
      )
      .optional(),
    fromNumber: text(64).optional(),
    toNumber: text(64).optional(),
    recording: recording.optional(),
  }),
  email: z.strictObject({
    ...common,
    subject: text(2_000),
    text: text(500_000).optional(),
    html: text(500_000).optional(),
    direction: z.enum(["outgoing", "incoming", "forwarded"]).optional(),
    status: z.enum(["BOUNCED", "FAILED", "SCHEDULED", "SENDING", "SENT"]).optional(),
    from: address.optional(),
    recipients: z.array(address).optional(),
  }),
  task: z.strictObject({
    ...common,
    subject: text(500),
    body: text(200_000).optional(),
    due: momentSchema.optional(),
    status: z.enum(["NOT_STARTED", "IN_PROGRESS", "WAITING", "DEFERRED", "COMPLETED"]).optional(),
    priority: z.enum(["NONE", "LOW", "MEDIUM", "HIGH"]).optional(),
    type: z.enum(["TODO", "CALL", "EMAIL"]).optional(),
  }),
  meeting: z.strictObject({
    ...common,
    title: text(500),
    body: text(200_000).optional(),
    start: momentSchema,
    end: momentSchema,
    location: text(500).optional(),
    externalUrl: z.url({ protocol: /^https$/ }).optional(),
    internalNotes: text(200_000).optional(),
    outcome: z.enum(["SCHEDULED", "COMPLETED", "RESCHEDULED", "NO_SHOW", "CANCELED"]).optional(),
  }),
};
