import type { StoreDialect } from "../sql/dialect.ts";

/**
 * One step of the schema. What it says is frozen once it was on the main branch: a database somewhere has it.
 * All of its statements run as one atomic unit together with the row that records it.
 */
export interface Migration {
  readonly version: number;
  readonly name: string;
  statements(types: StoreDialect["types"]): readonly string[];
}
