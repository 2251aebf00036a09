import { type RawBuilder, sql } from "kysely";
import { type Places, type Statement, statement } from "./statement.ts";

type Conditions<A> = { readonly [name: string]: (places: Places<A>) => RawBuilder<unknown> };

/**
 * A listing with optional filters: one statement per combination that is really asked for, made once and kept.
 * Writing `? is null or column = ?` instead would make every combination a scan.
 */
export function filtered<Base extends object, Filters extends object>(
  conditions: Conditions<Base & Filters>,
  build: (places: Places<Base & Filters>, conditions: RawBuilder<unknown>) => RawBuilder<unknown>,
): (base: Base, filters: Filters) => [Statement<Base & Filters>, Base & Filters] {
  const made = new Map<string, Statement<Base & Filters>>();
  return (base, filters) => {
    const given = Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined)) as Filters;
    const names = Object.keys(conditions).filter((name) => name in given);
    let found = made.get(names.join());
    if (found === undefined) {
      found = statement((places) => {
        const parts = names.map((name) => sql`and ${conditions[name]?.(places) ?? sql``}`);
        return build(places, parts.length === 0 ? sql`` : sql.join(parts, sql` `));
      });
      made.set(names.join(), found);
    }
    return [found, { ...base, ...given }];
  };
}
