import type { CompiledQuery, QueryResult } from "kysely";
import { isConnectionAlive } from "../errors.ts";
import type { PostgresClientLike, PostgresPoolLike } from "./pool.ts";
import { deadline, type Timer } from "./timer.ts";

export type Run = (query: CompiledQuery) => Promise<QueryResult<unknown>>;

/** Longer than any migration should take; an end all the same, for a connection that is open on our side only. */
const patienceMs = 600_000;

export interface ConnectionsOptions {
  /** How long one call may take, waiting for a connection included. */
  readonly timeoutMs: number;
  readonly timer: Timer;
}

/**
 * Runs statements on connections of a pool, each call in bounded time. A connection whose state is not known after a
 * failure is closed, never given back: the next caller would get the answer to somebody else's question.
 */
export class Connections {
  readonly #pool: PostgresPoolLike;
  readonly #options: ConnectionsOptions;
  /** The server acknowledges commits before they are on disk, so each must ask for more. */
  #lazyCommits = false;

  constructor(pool: PostgresPoolLike, options: ConnectionsOptions) {
    this.#pool = pool;
    this.#options = options;
  }

  /** The first word with the server. Rejects when it can not be reached. */
  async open(): Promise<void> {
    const setting = "select current_setting('synchronous_commit') as commits";
    const { rows } = await this.#within(this.#options.timeoutMs, (client) => client.query(setting, []));
    this.#lazyCommits = (rows[0] as { commits?: unknown } | undefined)?.commits === "off";
  }

  async execute<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    if (this.#lazyCommits) return (await this.atomically([query]))[0] as QueryResult<Row>;
    return this.#within(this.#options.timeoutMs, (client) => send<Row>(client, query));
  }

  /**
   * All of the statements or none. Its settings travel with the transaction, so they hold behind a pooler and leave a
   * host's connections as they were: no wait for a lock outlasts the caller's patience, and the locks of a process that
   * vanished half-way are freed soon, not when TCP notices, which takes hours.
   */
  async atomically(queries: readonly CompiledQuery[]): Promise<QueryResult<unknown>[]> {
    const { timeoutMs } = this.#options;
    const settings = [
      `lock_timeout = ${timeoutMs}`,
      `statement_timeout = ${timeoutMs}`,
      `idle_in_transaction_session_timeout = ${2 * timeoutMs}`,
      ...(this.#lazyCommits ? ["synchronous_commit = on"] : []),
    ];
    return this.#transaction(timeoutMs, settings, async (run) => {
      const results: QueryResult<unknown>[] = [];
      for (const query of queries) results.push(await run(query));
      return results;
    });
  }

  /** A transaction that may take its time: a migration waits for other processes, and may build an index. */
  async patiently(work: (run: Run) => Promise<void>): Promise<void> {
    const settings = ["lock_timeout = 0", "statement_timeout = 0", "idle_in_transaction_session_timeout = '1min'"];
    await this.#transaction(patienceMs, settings, work);
  }

  #transaction<T>(ms: number, settings: readonly string[], work: (run: Run) => Promise<T>): Promise<T> {
    const begin = ["begin isolation level read committed", ...settings.map((one) => `set local ${one}`)].join("; ");
    return this.#within(ms, async (client) => {
      try {
        await client.query(begin, []);
        const result = await work((query) => send(client, query));
        await client.query("commit", []);
        return result;
      } catch (error) {
        if (isConnectionAlive(error)) await client.query("rollback", []);
        throw error;
      }
    });
  }

  async #within<T>(ms: number, work: (client: PostgresClientLike) => Promise<T>): Promise<T> {
    const time = deadline(this.#options.timer, ms);
    try {
      const connecting = this.#pool.connect();
      const client = await Promise.race([connecting, time.passed]).catch((error: unknown) => {
        giveBackLate(connecting);
        throw error;
      });
      return await using(client, () => Promise.race([work(client), time.passed]));
    } finally {
      time.stop();
    }
  }
}

/** Lends a connection to `work`, and sees to it that none is lent again that is broken. */
async function using<T>(client: PostgresClientLike, work: () => Promise<T>): Promise<T> {
  let alive = true;
  // A socket that breaks while nothing is asked is told by an event, which ends the process when nobody listens.
  const onError = (): void => {
    alive = false;
  };
  client.on?.("error", onError);
  try {
    return await work();
  } catch (error) {
    alive &&= isConnectionAlive(error);
    throw error;
  } finally {
    client.removeListener?.("error", onError);
    client.release(!alive);
  }
}

/** A connection that comes after its caller has gone is the next one's. */
function giveBackLate(connecting: Promise<PostgresClientLike>): void {
  void Promise.allSettled([connecting]).then(([late]) => {
    if (late.status === "fulfilled") late.value.release();
  });
}

async function send<Row>(client: PostgresClientLike, query: CompiledQuery): Promise<QueryResult<Row>> {
  const { rows, rowCount } = await client.query(query.sql, [...query.parameters]);
  return { rows: rows as Row[], numAffectedRows: BigInt(rowCount ?? 0) };
}
