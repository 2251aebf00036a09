import { HubSpotUnknownOutcomeError } from "../errors/hubspot-errors.ts";
import type { LostCreates, LostInput } from "./batches.ts";
import type { ObjectCalls } from "./object-calls.ts";
import { failureOf } from "./outcomes.ts";
import type { WireRecord } from "./wire.ts";

/** Creates one record; where the answer is lost and `lostCreates` is given, finds out what became of it. */
export async function createOne(
  calls: ObjectCalls,
  input: LostInput,
  lostCreates: LostCreates | null,
): Promise<WireRecord> {
  try {
    return await calls.create(input.properties, input.associations);
  } catch (error) {
    if (!(error instanceof HubSpotUnknownOutcomeError) || lostCreates === null || calls.aborted) throw error;
    const outcome = failureOf(0, error);
    const sentAt = error.details.sentAt;
    if (outcome === null || typeof sentAt !== "number") throw error;
    const [resolved] = await lostCreates.resolve([{ index: 0, input, sentAt, outcome }], async ([again]) => {
      const one = again ?? input;
      try {
        return [{ index: 0, ok: true, value: await calls.create(one.properties, one.associations) }];
      } catch (failed) {
        const how = failureOf(0, failed);
        if (how === null) throw failed;
        return [how];
      }
    });
    if (resolved?.ok === true) return resolved.value;
    throw resolved?.error ?? error;
  }
}
