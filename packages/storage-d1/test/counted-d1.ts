import type { D1DatabaseLike, D1StatementLike } from "@hubspoke/storage-d1";

/** What D1 enforces in production and Miniflare only in part (https://developers.cloudflare.com/d1/platform/limits/). */
const limits = { parameters: 100, statementBytes: 100_000, valueBytes: 2_000_000 } as const;

export interface Sent {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** A binding that keeps what was sent through it. A statement in a batch counts like one that is sent alone. */
export interface CountedD1 extends D1DatabaseLike {
  readonly sent: Sent[];
  /** Calls of `all` and `batch`: what the network sees. */
  trips: number;
}

export function countedD1(binding: D1DatabaseLike): CountedD1 {
  const sent: Sent[] = [];
  const behind = new Map<D1StatementLike, { real: D1StatementLike; sent: Sent }>();

  const statement = (real: D1StatementLike, sql: string, values: readonly unknown[]): D1StatementLike => {
    const mine: D1StatementLike = {
      bind: (...bound) => statement(real.bind(...bound), sql, bound),
      all() {
        counted.trips++;
        sent.push({ sql, values });
        return real.all();
      },
    };
    behind.set(mine, { real, sent: { sql, values } });
    return mine;
  };

  const counted: CountedD1 = {
    sent,
    trips: 0,
    prepare: (sql) => statement(binding.prepare(sql), sql, []),
    batch(statements) {
      const all = statements.map((one) => {
        const found = behind.get(one);
        if (found === undefined) throw new Error("a statement of another binding");
        return found;
      });
      counted.trips++;
      sent.push(...all.map((one) => one.sent));
      return binding.batch(all.map((one) => one.real));
    },
  };
  return counted;
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
