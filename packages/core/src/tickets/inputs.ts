import * as z from "zod/mini";
import { type SkipReason, type Target, targetsSchema } from "../keyed-records/targets.ts";

/** A ticket to make. */
export interface TicketInput {
  /** 1 to 1,000 characters. */
  readonly subject: string;
  /** Plain text. */
  readonly content?: string | undefined;
  /** Label or id. Default: the account's first. */
  readonly pipeline?: string | undefined;
  /** Label or id. Default: the pipeline's first. */
  readonly stage?: string | undefined;
  /** HubSpot's `hs_ticket_priority`. Default: none is written. */
  readonly priority?: "LOW" | "MEDIUM" | "HIGH" | "URGENT" | undefined;
  /** HubSpot's id of the owner. */
  readonly ownerId?: string | undefined;
  /** Further properties by HubSpot's names, your own among them; null clears. */
  readonly properties?: Readonly<Record<string, string | number | boolean | null>> | undefined;
  /** Records the ticket is about: a company, a contact by id, number or address. */
  readonly to?: readonly Target[] | undefined;
}

/** What changes of a ticket. */
export type TicketChanges = { readonly [K in Exclude<keyof TicketInput, "to">]?: TicketInput[K] | undefined };

/** What became of a ticket: its id, or why there is none. */
export type CreatedTicket =
  | { readonly outcome: "created" | "existing"; readonly id: string }
  | { readonly outcome: "skipped"; readonly reason: SkipReason };

const fields = {
  subject: z.string().check(z.minLength(1), z.maxLength(1_000)),
  content: z.optional(z.string().check(z.maxLength(60_000))),
  pipeline: z.optional(z.string().check(z.maxLength(200))),
  stage: z.optional(z.string().check(z.maxLength(200))),
  priority: z.optional(z.enum(["LOW", "MEDIUM", "HIGH", "URGENT"])),
  ownerId: z.optional(z.string().check(z.maxLength(40))),
  properties: z.optional(z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))),
};

export const ticketSchema: z.ZodMiniType<TicketInput, TicketInput> = z.strictObject({
  ...fields,
  to: z.optional(targetsSchema),
});

export const ticketChangesSchema: z.ZodMiniType<TicketChanges, TicketChanges> = z.strictObject({
  ...fields,
  subject: z.optional(fields.subject),
});

/** Properties as HubSpot takes them, without pipeline and stage. */
export function ticketProperties(input: TicketChanges): Record<string, string> {
  const values = {
    subject: input.subject,
    content: input.content,
    hs_ticket_priority: input.priority,
    hubspot_owner_id: input.ownerId,
  };
  const own = Object.entries(input.properties ?? {}).map(([name, value]) => [
    name,
    value === null ? "" : String(value),
  ]);
  return {
    ...Object.fromEntries(own),
    ...Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)),
  };
}
