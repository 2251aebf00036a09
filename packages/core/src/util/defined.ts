/** The same without what is `undefined`, for options that say "absent" and mean it. */
export type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

export function defined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined)) as Defined<T>;
}
