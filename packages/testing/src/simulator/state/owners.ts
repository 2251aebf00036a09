/** A user who can own records. Its `id` is what `hubspot_owner_id` holds, and is not its `userId`. */
export interface Owner {
  readonly id: string;
  readonly userId: number;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly archived: boolean;
}

/** One active owner and one who left, so that both shapes are met. */
export const DEFAULT_OWNERS: readonly Owner[] = [
  { id: "70001", userId: 1001, email: "robin@portal.example", firstName: "Robin", lastName: "Ito", archived: false },
  { id: "70002", userId: 1002, email: "sam@portal.example", firstName: "Sam", lastName: "Berg", archived: false },
  { id: "70003", userId: 1003, email: "gone@portal.example", firstName: "Gil", lastName: "Moss", archived: true },
];
