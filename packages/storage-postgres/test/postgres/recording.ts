import type { PostgresPoolLike } from "@hubspoke/storage-postgres";
import type { Pool } from "pg";

/** A pool that tells every statement before it is sent, and sends what it is told. */
export function recording(pool: Pool, told: (sql: string) => string): PostgresPoolLike {
  return {
    connect: async () => {
      const client = await pool.connect();
      return {
        query: (sql, parameters) => client.query(told(sql), parameters),
        release: (destroy) => client.release(destroy),
        on: (event, listener) => client.on(event, listener),
        removeListener: (event, listener) => client.removeListener(event, listener),
      };
    },
    end: () => pool.end(),
  };
}
