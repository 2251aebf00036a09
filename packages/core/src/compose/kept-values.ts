import { envelopePrefix } from "../crypto/envelope.ts";
import { isHubspokeError } from "../errors/hubspoke-error.ts";
import type { Job } from "../ports/job.ts";
import type { SuppressionList } from "../privacy/suppression-list.ts";
import type { WebhookHandlers } from "../webhooks/inbox/handlers.ts";
import { createEventValues, type EventValues, valueBinding } from "../webhooks/inbox/values.ts";
import type { Foundation } from "./foundation.ts";

/** What is kept of events for handlers that ask for their values. */
export interface KeptValues {
  readonly values: EventValues;
  /** Seals values anew that are under another key than the current one: events set aside may outlast it. */
  readonly job: Job;
}

const atOnce = 100;

export function keptValues(
  { storage: { inbox }, sealer, ring, logger }: Foundation,
  handlers: Pick<WebhookHandlers, "wantValue">,
  suppression: Pick<SuppressionList, "match">,
): KeptValues {
  return {
    values: createEventValues({
      sealer,
      wanted: handlers.wantValue,
      erased: async (tenant, value) => (await suppression.match(tenant, [{ kind: "contact", value }]))[0] === true,
    }),
    job: {
      name: "inbox:reseal",
      async run({ now }) {
        let did = 0;
        const rows = await inbox.listForReseal(envelopePrefix(await ring.currentId()), atOnce);
        for (const { id, portalId, sealed } of rows) {
          try {
            const anew = await sealer.reseal(valueBinding({ id, portalId }), sealed);
            if (await inbox.reseal(id, anew, sealed)) did++;
          } catch (error) {
            if (!isHubspokeError(error) || error.category !== "crypto") throw error;
            logger.error("inbox.value_unreadable", { rowId: id, code: error.code });
          }
        }
        // Rows that do not open come first again: going on at once would spin on them.
        return { did, nextAt: did === atOnce ? now : now + 3_600_000 };
      },
    },
  };
}
