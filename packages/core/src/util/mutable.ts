/** An object while it is being made. Where every call makes one, members that may be absent are set, not spread: a spread costs ten times as much. */
export type Mutable<T> = { -readonly [K in keyof T]: T[K] };
