/** An answer, as much of it as checks need. */
export interface Reply {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: checks reach into bodies of every shape
  readonly body: any;
  readonly headers: Headers;
}
