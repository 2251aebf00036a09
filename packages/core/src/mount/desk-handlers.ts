import * as z from "zod/mini";
import type { Ctx } from "../ports/context.ts";
import { ticketSchema } from "../tickets/inputs.ts";
import { defined } from "../util/defined.ts";
import { jsonResponse } from "../webhooks/http/respond.ts";
import { type Bodies, bodyOf, type Handler } from "./call.ts";
import { choiceIn, pageParams } from "./page-params.ts";
import type { RouteKey } from "./routes.ts";
import type { OutboxService, PersonNamed, PrivacyRights, SupportService } from "./services.ts";

type DeskRoute = Extract<
  RouteKey,
  `${string} /support/${string}` | `${string} /privacy/${string}` | `${string} /outbox${string}`
>;

export interface Desk {
  support(): SupportService;
  privacy(): PrivacyRights;
  outbox(): OutboxService;
}

const text = z.string().check(z.minLength(1), z.maxLength(256));
const anything = z.record(z.string(), z.unknown());
const ticketBody = z.strictObject({ key: z.string().check(z.minLength(1), z.maxLength(200)), ticket: anything });
const outageBody = z.strictObject({ outage: z.string().check(z.minLength(1), z.maxLength(300)), ticket: anything });
const outageOverBody = z.strictObject({
  outage: z.string().check(z.minLength(1), z.maxLength(300)),
  content: z.optional(z.string().check(z.maxLength(60_000))),
});
const subjectBody = z
  .strictObject({ contactId: z.optional(text), email: z.optional(text), phone: z.optional(text) })
  .check(
    z.refine((subject) => Object.values(subject).some((value) => value !== undefined)),
    z.meta({ minProperties: 1 }),
  );
const replayJobsBody = z.strictObject({ ids: z.optional(z.array(text).check(z.minLength(1), z.maxLength(1_000))) });

export const deskBodies: Bodies<DeskRoute> = {
  "POST /support/tickets": z.extend(ticketBody, { ticket: ticketSchema }),
  "POST /support/auto-ticket": z.extend(outageBody, { ticket: ticketSchema }),
  "POST /support/auto-ticket/resolve": outageOverBody,
  "POST /privacy/export": subjectBody,
  "POST /privacy/erase": subjectBody,
  "POST /privacy/readmit": subjectBody,
  "POST /outbox/replay": z.prefault(replayJobsBody, {}),
};

const subjectShape = 'the body must name a person: { "contactId"?, "email"?, "phone"?: text }, at least one of them';

/** What answers tickets, people's rights and the outbox. */
export function deskHandlers({ support, privacy, outbox }: Desk): Readonly<Record<DeskRoute, Handler>> {
  const about =
    (answer: (subject: PersonNamed, ctx: Ctx) => Promise<unknown>): Handler =>
    async ({ ctx, json }) =>
      jsonResponse(200, await answer(defined(bodyOf(subjectBody, await json(), subjectShape)), ctx));
  return {
    "POST /support/tickets": async ({ ctx, json }) => {
      const { key, ticket } = bodyOf(ticketBody, await json(), 'the body must be { "key": text, "ticket": object }');
      return jsonResponse(202, await support().ticket(key, ticket, ctx));
    },
    "POST /support/auto-ticket": async ({ ctx, json }) => {
      const { outage, ticket } = bodyOf(
        outageBody,
        await json(),
        'the body must be { "outage": text, "ticket": object }',
      );
      return jsonResponse(202, await support().open(outage, ticket, ctx));
    },
    "POST /support/auto-ticket/resolve": async ({ ctx, json }) => {
      const body = bodyOf(outageOverBody, await json(), 'the body must be { "outage": text, "content"?: text }');
      return jsonResponse(202, await support().resolve(body.outage, body.content, ctx));
    },
    "POST /privacy/export": about((subject, ctx) => privacy().export(subject, ctx)),
    "POST /privacy/erase": about((subject, ctx) => privacy().erase(subject, ctx)),
    "POST /privacy/readmit": about(async (subject, ctx) => ({ removed: await privacy().readmit(subject, ctx) })),
    "GET /outbox": async ({ ctx, request }) => {
      const kind = new URL(request.url).searchParams.get("kind") ?? undefined;
      const state = choiceIn(request, "state", ["waiting", "done", "skipped", "failed"]);
      return jsonResponse(200, await outbox().list(defined({ kind, state, ...pageParams(request) }), ctx));
    },
    "POST /outbox/replay": async ({ ctx, json }) => {
      const { ids } = bodyOf(replayJobsBody, await json({}), 'the body must be { "ids"?: [1 to 1000 texts] }');
      return jsonResponse(202, { replayed: await outbox().replay(ids, ctx) });
    },
  };
}
