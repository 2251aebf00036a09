import { list, object, text } from "../../http/error-body.ts";
import type { BatchOutcome } from "../../model/record.ts";
import { chunk } from "../../util/chunk.ts";
import { forEachLimited } from "../chunks.ts";
import { endStopped, failure, failureOf, itemFailure } from "../outcomes.ts";
import { itemErrors } from "../wire.ts";

interface NamedBatch<T> {
  readonly names: readonly string[];
  /** Sends the inputs at these places; at most 100. */
  readonly send: (places: readonly number[]) => Promise<unknown>;
  readonly read: (value: unknown) => (T & { readonly name: string }) | null;
}

/** A batch whose results and errors are told apart by name. Every input has one outcome, in input order. */
export async function namedBatch<T>(batch: NamedBatch<T>): Promise<BatchOutcome<T>[]> {
  const outcomes: BatchOutcome<T>[] = new Array(batch.names.length);
  const run = async (part: readonly number[]): Promise<void> => {
    try {
      const body = await batch.send(part);
      const results = new Map(
        list(object(body).results).flatMap((value) => {
          const found = batch.read(value);
          return found === null ? [] : [[found.name, found] as const];
        }),
      );
      const errors = itemErrors(body);
      for (const index of part) {
        const name = batch.names[index] ?? "";
        const value = results.get(name);
        const error = errors.find(({ body: entry }) => namesIn(entry).includes(name)) ?? errors[0];
        if (value !== undefined) outcomes[index] = { index, ok: true, value };
        else outcomes[index] = error === undefined ? failure(index, "OMITTED", 200) : itemFailure(index, error.body);
      }
    } catch (error) {
      for (const index of part) {
        const failed = failureOf(index, error);
        if (failed === null) throw error;
        outcomes[index] = failed;
      }
    }
  };
  try {
    await forEachLimited(chunk([...batch.names.keys()], 100), run);
  } catch (error) {
    endStopped(outcomes, error);
  }
  return outcomes;
}

function namesIn(entry: unknown): string[] {
  const { name } = object(object(entry).context);
  return [...list(name), name].flatMap((value) => text(value) ?? []);
}
