import { attempt, isConstraintViolation } from "./failures.ts";
import type { Writing } from "./writes.ts";

/** How one of the items is written, and what that means for the others. */
export interface Item<T, R> {
  write(writing: Writing, item: T): Promise<R>;
  /** Whether what was written of an item is taken back. */
  undone(result: R): boolean;
  /** Whether an item is a single statement. */
  isStatement(item: T): boolean;
  /** The outcome of an item whose commit was refused for what it holds. Without it the page is refused. */
  refusal?(error: unknown): R;
}

/**
 * Many writes in one commit: a page of a hundred costs one flush of the disk instead of a hundred. Each write has a
 * savepoint of its own, so a row the table refuses undoes itself and nothing else. With a `createdKeyColumn` every
 * write is a single statement and no transaction is opened on the host's connection; nor is it for one write alone that
 * is a single statement: one way to the database instead of five.
 *
 * A deferred constraint refuses the commit, and of the whole page: each item then has a commit of its own, which tells
 * whose fault it was.
 */
export async function inOneCommit<T, R>(
  writing: Writing,
  items: readonly T[],
  item: Item<T, R>,
): Promise<readonly R[]> {
  const { db, layout } = writing;
  const [first] = items;
  if (first === undefined) return [];
  const alone =
    !layout.isPartitioned && (layout.createdKey !== null || (items.length === 1 && item.isStatement(first)));
  if (db.isTransaction || alone) return each(writing, items, item);
  const commit = (some: readonly T[]): Promise<readonly R[]> =>
    attempt(layout.table, "commit writes", () =>
      db.transaction().execute((tx) => each({ ...writing, db: tx }, some, item)),
    );
  const refusedBy = (error: unknown): readonly R[] => {
    if (item.refusal === undefined || !isConstraintViolation(error)) throw error;
    return [item.refusal(error)];
  };
  try {
    return await commit(items);
  } catch (error) {
    const refused = refusedBy(error);
    if (items.length === 1) return refused;
  }
  const results: R[] = [];
  for (const one of items) results.push(...(await commit([one]).catch(refusedBy)));
  return results;
}

async function each<T, R>(writing: Writing, items: readonly T[], item: Item<T, R>): Promise<readonly R[]> {
  const results: R[] = [];
  for (const one of items) {
    const write = () => item.write(writing, one);
    results.push(writing.db.isTransaction ? await guarded(writing, write, item.undone) : await write());
  }
  return results;
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
