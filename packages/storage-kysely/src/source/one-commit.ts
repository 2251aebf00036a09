import { attempt } from "./failures.ts";
import type { Writing } from "./writes.ts";

/**
 * Many writes in one commit: a page of a hundred costs one flush of the disk instead of a hundred. Each write has a
 * savepoint of its own, so a row the table refuses undoes itself and nothing else. With a `createdKeyColumn` every
 * write is a single statement and no transaction is opened on the host's connection; nor is it for one write alone that
 * is a single statement, `isStatement`: one way to the database instead of five.
 */
export async function inOneCommit<T, R>(
  writing: Writing,
  items: readonly T[],
  write: (writing: Writing, item: T) => Promise<R>,
  undone: (result: R) => boolean,
  isStatement: (item: T) => boolean,
): Promise<readonly R[]> {
  const { db, layout } = writing;
  const [first] = items;
  if (first === undefined) return [];
  const each = async (on: Writing, one: (item: T) => Promise<R>): Promise<readonly R[]> => {
    const results: R[] = [];
    for (const item of items)
      results.push(on.db.isTransaction ? await guarded(on, () => one(item), undone) : await one(item));
    return results;
  };
  const alone = layout.createdKey !== null || (items.length === 1 && isStatement(first));
  if (db.isTransaction || alone) return each(writing, (item) => write(writing, item));
  return attempt(layout.table, "commit writes", () =>
    db.transaction().execute((tx) => {
      const within = { ...writing, db: tx };
      return each(within, (item) => write(within, item));
    }),
  );
}

async function guarded<R>(
  { db, statements: { savepoint } }: Writing,
  write: () => Promise<R>,
  undone: (result: R) => boolean,
): Promise<R> {
  await savepoint.set(db, {});
  const result = await write();
  if (undone(result)) await savepoint.rollback(db, {});
  await savepoint.release(db, {});
  return result;
}
