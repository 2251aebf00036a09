import { HubspokeError } from "@hubspoke/core/errors";
import { subscriptionTypes } from "@hubspoke/core/webhooks";
import type { Command } from "commander";
import { exitCodes } from "../../base/exit-codes.ts";
import { type Answer, answering, type Host } from "../../base/session.ts";
import { wholeNumber } from "../../base/values.ts";
import { accepted, type TargetFlags, targetFlags, targetOf } from "./target.ts";

interface Flags extends TargetFlags {
  readonly object: number;
  readonly portal: number;
  readonly property?: string;
  readonly value?: string;
}

const signedOtherwise = "; the receiver has another secret, or believes it has another address (--public-url)";
const id = wholeNumber(1, Number.MAX_SAFE_INTEGER);

export function sendCommand(group: Command, { io, finish }: Host): void {
  const command = group
    .command("send <type>")
    .description("post one event, signed as HubSpot signs it (v3): `contact.propertyChange`, `deal.creation`, …")
    .requiredOption("--object <id>", "the record it is about", id)
    .requiredOption("--portal <id>", "the account it says it comes from", id)
    .option("--property <name>", "of a propertyChange")
    .option("--value <text>", "of that property");
  targetFlags(command).action(
    answering({ io, finish }, async (_, type: string, flags: Flags): Promise<Answer> => {
      const target = targetOf(io, flags, false);
      const event = eventOf(type, flags, io.now());
      const unheardOf = !(subscriptionTypes as readonly string[]).includes(type);
      if (unheardOf) io.complain(`note: HubSpot documents no event ${type}\n`);
      const { status, code } = await target.post([event]);
      if (accepted(status)) return { json: { status, accepted: true, event }, text: `Accepted with ${status}.\n` };
      const why = code === null ? "." : `: ${code}${code === "WEBHOOK_SIGNATURE_INVALID" ? signedOtherwise : ""}.`;
      const json = { status, accepted: false, code, event };
      return { json, text: `Refused with ${status}${why}\n`, code: exitCodes.found };
    }),
  );
}

function eventOf(subscriptionType: string, { object, portal, property, value }: Flags, now: number): object {
  if (!/^[a-z_]+\.[a-zA-Z]+$/.test(subscriptionType)) {
    throw new HubspokeError("INPUT_INVALID", "the type is one of HubSpot's, such as contact.propertyChange");
  }
  const isChange = subscriptionType.endsWith(".propertyChange");
  if (isChange !== (property !== undefined)) {
    throw new HubspokeError(
      "INPUT_INVALID",
      isChange ? "a propertyChange needs --property" : "--property goes with a propertyChange",
    );
  }
  return {
    // HubSpot does not promise it to be unique; a second send is another event all the same.
    eventId: now,
    subscriptionId: 1,
    portalId: portal,
    appId: 1,
    occurredAt: now,
    subscriptionType,
    attemptNumber: 0,
    objectId: object,
    changeSource: "CRM_UI",
    sourceId: "hubspoke",
    ...(property === undefined ? {} : { propertyName: property, propertyValue: value ?? "" }),
  };
}
