import { HubspokeError } from "@hubspoke/core/errors";
import type { CompiledQuery, QueryResult } from "kysely";
import type { D1DatabaseLike, D1ResultLike, D1StatementLike } from "./binding.ts";

/** Bytes D1 takes for one text or blob, and for one row (https://developers.cloudflare.com/d1/platform/limits/). */
export const maxBoundBytes: number = 2_000_000;

/** One D1 binding. It has no connection to open or close, and no transaction but the batch. */
export class Connection {
  readonly #binding: D1DatabaseLike;

  constructor(binding: D1DatabaseLike) {
    this.#binding = binding;
  }

  async execute<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    return resultOf(await this.#statement(query).all());
  }

  /** All of the statements or none. */
  async atomically(queries: readonly CompiledQuery[]): Promise<QueryResult<unknown>[]> {
    const results = await this.#binding.batch(queries.map((query) => this.#statement(query)));
    return results.map((result) => resultOf<unknown>(result));
  }

  #statement({ sql, parameters }: CompiledQuery): D1StatementLike {
    const statement = this.#binding.prepare(sql);
    return parameters.length === 0 ? statement : statement.bind(...parameters.map(bound));
  }
}

function resultOf<Row>({ results, meta }: D1ResultLike): QueryResult<Row> {
  return { rows: results as Row[], numAffectedRows: BigInt(meta.changes ?? 0) };
}

/**
 * Lets through only what D1 keeps as it is: it refuses `undefined`, `bigint` and dates with the value in its message,
 * and turns a boolean into a number. The size is checked here because Miniflare does not check it.
 */
function bound(value: unknown): string | number | Uint8Array | null {
  if (value === null || typeof value === "number") return value;
  if (typeof value === "string") return fitting(value, textBytes(value));
  if (value instanceof Uint8Array) return fitting(value, value.byteLength);
  throw new HubspokeError("INTERNAL", `a statement was given a ${typeof value}, which D1 does not keep as it is`);
}

function fitting<T>(value: T, bytes: number): T {
  if (bytes <= maxBoundBytes) return value;
  throw new HubspokeError(
    "STORE_VALUE_TOO_LARGE",
    `a value of ${bytes} bytes exceeds D1's ${maxBoundBytes}; store less per row, ask for less at once`,
    { details: { bytes, maxBytes: maxBoundBytes } },
  );
}

/** Counted exactly only where it may matter: a UTF-16 unit becomes three bytes at most. */
function textBytes(text: string): number {
  return text.length * 3 <= maxBoundBytes ? text.length : new TextEncoder().encode(text).byteLength;
}
