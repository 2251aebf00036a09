import * as z from "zod/mini";
import { disconnectBody } from "../oauth/routes.ts";
import { auditBodies } from "./audit-handlers.ts";
import { contactBodies } from "./contact-handlers.ts";
import { deskBodies } from "./desk-handlers.ts";
import { flagBodies } from "./flag-handlers.ts";
import { reviewBodies } from "./review-handlers.ts";
import { syncBodies } from "./sync-handlers.ts";
import { workflowBodies } from "./workflow-handlers.ts";

/** HubSpot's own: one strange event never costs the others, so what they hold is no matter of the route. */
const events = z
  .union([z.array(z.unknown()).check(z.maxLength(10_000)), z.record(z.string(), z.unknown())])
  .check(z.meta({ description: "HubSpot's events as it signed them: a list, or one alone." }));

/**
 * What routes take, by `METHOD /path`: the schema a body is checked by, here or in the service behind. What takes
 * `undefined` may come without a body. A test holds this against what the routes read and accept.
 */
export const bodies: Readonly<Record<string, z.ZodMiniType | undefined>> = {
  ...auditBodies,
  ...contactBodies,
  ...syncBodies,
  ...reviewBodies,
  ...workflowBodies,
  ...deskBodies,
  ...flagBodies,
  "POST /oauth/disconnect": disconnectBody,
  "DELETE /oauth/disconnect": disconnectBody,
  "POST /webhooks": events,
  "POST /webhooks/{object}": events,
};
