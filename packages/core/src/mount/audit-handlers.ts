import * as z from "zod/mini";
import { defined } from "../util/defined.ts";
import { jsonResponse } from "../webhooks/http/respond.ts";
import { type Bodies, bodyOf, type Handler } from "./call.ts";
import type { AuditService } from "./services.ts";

const shape =
  'the body must be { "phone"?, "contactId"?, "actorId"?: text, "from"?, "to"?: epoch milliseconds, "after"?: text, "limit"?: 1 to 500 }';
const text = z.string().check(z.minLength(1), z.maxLength(256));
const query = z.strictObject({
  phone: z.optional(text),
  contactId: z.optional(text),
  actorId: z.optional(text),
  from: z.optional(z.int()),
  to: z.optional(z.int()),
  after: z.optional(text),
  limit: z.optional(z.int().check(z.minimum(1), z.maximum(500))),
});

type AuditRoute = "POST /audit/query";

export const auditBodies: Bodies<AuditRoute> = { "POST /audit/query": z.prefault(query, {}) };

/** What answers the routes of the audit trail. */
export function auditHandlers(audit: () => AuditService): Readonly<Record<AuditRoute, Handler>> {
  return {
    "POST /audit/query": async ({ ctx, json }) =>
      jsonResponse(200, await audit().query(defined(bodyOf(query, await json({}), shape)), ctx)),
  };
}
