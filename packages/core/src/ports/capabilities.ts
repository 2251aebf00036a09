/** What a store can do, as data: documentation, contract tests and start-up checks read the same table. */
export interface StoreCapabilities {
  /** Other processes opening the same location see the same rows. */
  readonly shared: boolean;
  /** An acknowledged write survives the process being killed. */
  readonly durable: boolean;
  /** Bound parameters one statement may carry (D1: 100). */
  readonly maxParams: number;
  /** Bytes one value may hold. */
  readonly maxValueBytes: number;
}
