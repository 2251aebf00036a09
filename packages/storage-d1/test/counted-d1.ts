import type { D1DatabaseLike, D1StatementLike } from "@hubspoke/storage-d1";

/** What D1 enforces in production and Miniflare only in part (https://developers.cloudflare.com/d1/platform/limits/). */
const limits = { parameters: 100, statementBytes: 100_000, valueBytes: 2_000_000 } as const;

export interface Sent {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** A binding that keeps what was sent through it. A statement in a batch counts like one that is sent alone. */
export interface CountedD1 extends D1DatabaseLike {
  readonly sent: readonly Sent[];
  /** Calls of `all` and `batch`: what the network sees. */
  readonly trips: number;
  /** Counts from nothing again. */
  reset(): void;
}

export function countedD1(binding: D1DatabaseLike): CountedD1 {
  const sent: Sent[] = [];
  let trips = 0;
  const known = new Map<D1StatementLike, { readonly real: D1StatementLike; readonly said: Sent }>();

  function statement(real: D1StatementLike, said: Sent): D1StatementLike {
    const mine: D1StatementLike = {
      bind: (...values) => statement(real.bind(...values), { ...said, values }),
      all() {
        trips++;
        sent.push(said);
        return real.all();
      },
    };
    known.set(mine, { real, said });
    return mine;
  }

  return {
    sent,
    get trips() {
      return trips;
    },
    reset() {
      sent.length = 0;
      trips = 0;
    },
    prepare: (sql) => statement(binding.prepare(sql), { sql, values: [] }),
    batch(statements) {
      const all = statements.map((one) => known.get(one) ?? notOurs());
      trips++;
      sent.push(...all.map(({ said }) => said));
      return binding.batch(all.map(({ real }) => real));
    },
  };
}

function notOurs(): never {
  throw new Error("a batch holds a statement of another binding");
}

/** What production would refuse or change among what was sent. */
export function beyondLimits(sent: readonly Sent[]): string[] {
  const bytes = (value: unknown): number =>
    value instanceof Uint8Array ? value.byteLength : typeof value === "string" ? new Blob([value]).size : 0;
  return sent.flatMap(({ sql, values }) => [
    ...(values.length > limits.parameters ? [`${values.length} parameters: ${sql}`] : []),
    ...(bytes(sql) > limits.statementBytes ? [`${bytes(sql)} bytes: ${sql.slice(0, 100)}`] : []),
    ...values.filter((one) => bytes(one) > limits.valueBytes).map((one) => `a value of ${bytes(one)} bytes: ${sql}`),
    ...values
      .filter((one) => one !== null && !["string", "number"].includes(typeof one) && !(one instanceof Uint8Array))
      .map((one) => `a ${typeof one}: ${sql}`),
  ]);
}
