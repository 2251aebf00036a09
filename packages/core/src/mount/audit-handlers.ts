import * as z from "zod";
import { defined } from "../util/defined.ts";
import { jsonResponse } from "../webhooks/http/respond.ts";
import { type Bodies, bodyOf, type Handler } from "./call.ts";
import type { AuditService } from "./services.ts";

const shape =
  'the body must be { "phone"?, "contactId"?, "actorId"?: text, "from"?, "to"?: epoch milliseconds, "after"?: text, "limit"?: 1 to 500 }';
const text = z.string().min(1).max(256);
const query = z.strictObject({
  phone: text.optional(),
  contactId: text.optional(),
  actorId: text.optional(),
  from: z.int().optional(),
  to: z.int().optional(),
  after: text.optional(),
  limit: z.int().min(1).max(500).optional(),
});

type AuditRoute = "POST /audit/query";

export const auditBodies: Bodies<AuditRoute> = { "POST /audit/query": query.prefault({}) };

/** What answers the routes of the audit trail. */
export function auditHandlers(audit: () => AuditService): Readonly<Record<AuditRoute, Handler>> {
  return {
    "POST /audit/query": async ({ ctx, json }) =>
      jsonResponse(200, await audit().query(defined(bodyOf(query, await json({}), shape)), ctx)),
  };
}
