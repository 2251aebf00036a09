import type { Hubspoke, Reported, TicketInput } from "@hubspoke/core";
import type { Alert } from "@hubspoke/core/ports";
import { type Database, known, tenant } from "./database.ts";
import { happened } from "./events.ts";

/** Troubles of the integration that somebody has to look into, as tickets in HubSpot. */
export function ticketOf({ name, severity, message }: Alert): TicketInput | null {
  if (severity !== "critical" && !["outbox.failed", "sync.quarantined"].includes(name)) return null;
  const properties = { warp_issue_type: "api", warp_severity: severity === "critical" ? "critical" : "medium" };
  return { subject: `WARP: ${name}`, content: message, priority: "HIGH", properties };
}

/** The share of a trunk's calls that were answered, 0 to 1, in a period such as `last_hour`. */
export interface Measured {
  readonly trunk_id: string;
  readonly current_asr: number;
  readonly threshold: number;
  readonly period: string;
}

/** One ticket for each trunk whose calls fail, while they do; told when it begins and when it is over. */
export async function asr(
  hubspoke: Pick<Hubspoke, "tickets">,
  data: Database,
  ban: string,
  of: Measured,
): Promise<Reported> {
  const { trunk_id: trunk, current_asr, threshold, period } = of;
  const company = `select c.hubspot_id as id from trunks t join customers c on c.id = t.customer_id
    where t.trunk_id = $1 and c.ban = $2`;
  const { id } = known(await data.one<{ id: string | null }>(company, [trunk, ban]), "trunk of that customer");
  const percent = `${Math.round(current_asr * 100)}%`;
  const ticket: TicketInput = {
    subject: `Low ASR Alert - Trunk ${trunk}`,
    content: `ASR dropped to ${percent} in the ${period.replaceAll("_", " ")}`,
    priority: "HIGH",
    properties: {
      ...{ warp_issue_type: "voice", warp_category: "Voice: Call failures", warp_severity: "high" },
      ...{ warp_trunk_id: trunk, warp_technical_details: JSON.stringify({ ban, ...of }) },
    },
    to: id === null ? [] : [{ object: "companies", id }],
  };
  const changed = (to: "opened" | "over", key: string) => {
    const type = to === "opened" ? "ticket_created" : "ticket_resolved";
    return happened(data, { key, ban, type, properties: { trunk, asr: current_asr } });
  };
  const outage = `asr_below_threshold:${trunk}`;
  const finding = { outage, ticket: current_asr < threshold ? ticket : null, content: `${percent} again`, changed };
  return hubspoke.tickets.report(finding, { tenant });
}
