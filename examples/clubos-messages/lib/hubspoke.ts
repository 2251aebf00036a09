import { type Ctx, createHubSpoke, type Hubspoke, isHubspokeError } from "@hubspoke/core";
import { parsePhone } from "@hubspoke/core/phone";
import type { Surroundings } from "@hubspoke/example-kit/around";
import { postgresStorage } from "@hubspoke/storage-postgres";
import type { Messages } from "./messages.ts";

export const tenant = "clubos";
export const roles = ["admin", "operator", "support"] as const;
const region = "CA";

/** A number as the product keeps it; a sender that is no number (`INFO`, a short code) stays as it came. */
export function asKept(phone: string): string {
  const read = parsePhone(phone, { defaultRegion: region });
  return read.ok ? read.phone.e164 : phone;
}

/** What ClubOS wants of HubSpot, declared once. */
export function integrate(url: string, schema: string, messages: Messages, surroundings: Surroundings): Hubspoke {
  return createHubSpoke({
    defaultRegion: region,
    ...surroundings,
    readOnly: true,
    storage: postgresStorage({ url, schema }),
    directory: {
      fields: ["firstName", "lastName", "company", "email", "lastInteraction"],
      access: {
        roles: { lookup: [...roles, "system"], search: roles, manage: ["admin"], privacy: ["admin"] },
        purposes: ["customer-service", "inbound-message"],
        visible: { support: ["firstName", "lastName", "company"] },
        limits: { searchesPerMinute: 60 },
      },
      // The page shows its conversations within two seconds, named or not; a late name is there the next time.
      answerWithinMs: 1_500,
      batchAnswerWithinMs: 1_500,
      async hasActiveConversation(_tenant, people) {
        const open = await messages.openPhones(people.flatMap(({ phone }) => phone ?? []));
        return people.map(({ phone }) => phone !== null && open.has(phone));
      },
      unknownNumbers: {
        everyMs: 86_400_000,
        async list(_tenant, after, limit) {
          const phones = await messages.unknown(after, limit);
          return { phones, next: phones.length < limit ? null : (phones.at(-1) ?? null) };
        },
        found: (_tenant, people) =>
          messages.known(
            new Map([...people].flatMap(([phone, { contact }]) => (contact ? [[phone, contact.id]] : []))),
          ),
      },
      ...surroundings.directory,
    },
  });
}

/**
 * After an inbound message was kept: who wrote it is asked at once, so that the list has the name when it is opened,
 * and kept fresh for a day. HubSpot being down is not a failure of the message; it is told with the number masked.
 */
export async function nameSender(
  { directory }: Hubspoke,
  messages: Messages,
  phone: string,
  eventId: string,
): Promise<void> {
  const ctx: Ctx = {
    tenant,
    actor: { id: "openphone", role: "system" },
    purpose: "inbound-message",
    requestId: eventId,
  };
  if (!parsePhone(phone).ok) return;
  try {
    const { contact, degraded } = await directory.lookupByPhone(phone, ctx, { lane: "webhook" });
    if (contact !== null) await messages.known(new Map([[phone, contact.id]]));
    await directory.markActive([phone], ctx);
    // What is switched off is no trouble.
    if (degraded !== undefined && degraded.code !== "FEATURE_OFF")
      console.warn(`sender not looked up: ${degraded.code}`);
  } catch (error) {
    console.error(`sender not looked up: ${isHubspokeError(error) ? error.code : "the database failed"}`);
  }
}
