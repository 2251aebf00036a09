import fc from "fast-check";
import { columns, type Edit } from "./reference.fixture.ts";
import { leaseMs } from "./world.fixture.ts";

export const records: number = 2;
export interface UserEdit {
  readonly side: Edit["side"];
  readonly record: number;
  readonly column: number;
  readonly shouting: boolean;
}

export interface Hiding {
  readonly side: Edit["side"];
  readonly record: number;
  readonly hidden: boolean;
}

export interface Work {
  readonly kill: number | null;
  readonly pause: number | null;
  readonly afterEffect: boolean;
  readonly fromIntent: boolean;
  /** HubSpot's answer to the first write is lost; whether the write landed. */
  readonly lost: "landed" | "not landed" | null;
  /** A full pass instead of a round of jobs. */
  readonly pass: boolean;
  /** Edits that users make while the worker is at its n-th call. */
  readonly meanwhile: readonly { readonly call: number; readonly edit: UserEdit }[];
}

export type Step =
  | { readonly kind: "edit"; readonly edit: UserEdit }
  | { readonly kind: "hide"; readonly hide: Hiding }
  | { readonly kind: "work"; readonly work: Work }
  | { readonly kind: "wait"; readonly ms: number }
  | { readonly kind: "wake" | "duplicate" | "lose" | "rest" };

const userEdit: fc.Arbitrary<UserEdit> = fc.record({
  side: fc.constantFrom("local" as const, "hubspot" as const),
  record: fc.nat(records - 1),
  column: fc.nat(columns.length - 1),
  shouting: fc.boolean(),
});

const hiding: fc.Arbitrary<Hiding> = fc.record({
  side: fc.constantFrom("local" as const, "hubspot" as const),
  record: fc.nat(records - 1),
  hidden: fc.boolean(),
});

const call = fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 40 }));

export function stepWith(fates: {
  readonly kill: boolean;
  readonly pause: boolean;
  readonly lost: boolean;
  /** Whether filters leave records out now and then. */
  readonly hide?: boolean;
}): fc.Arbitrary<Step> {
  const maybe = (on: boolean) => (on ? fc.option(call, { nil: null, freq: 2 }) : fc.constant(null));
  const work = fc.record({
    kill: maybe(fates.kill),
    pause: maybe(fates.pause),
    afterEffect: fc.boolean(),
    fromIntent: fc.boolean(),
    // A write that comes after its lease and whose answer is lost as well leaves nobody who knows of it.
    lost: fates.lost ? fc.constantFrom("landed" as const, "not landed" as const, null, null, null) : fc.constant(null),
    pass: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
    meanwhile: fc.array(fc.record({ call, edit: userEdit }), { maxLength: 3 }),
  });
  return fc.oneof(
    { weight: 6, arbitrary: userEdit.map((edit): Step => ({ kind: "edit", edit })) },
    // One that stood still in the middle of a call and then dies leaves a late write that nothing can tell from an edit.
    {
      weight: 5,
      arbitrary: work.map((one): Step => ({ kind: "work", work: one.pause === null ? one : { ...one, kill: null } })),
    },
    { weight: fates.hide ? 3 : 0, arbitrary: hiding.map((hide): Step => ({ kind: "hide", hide })) },
    { weight: 2, arbitrary: fc.integer({ min: 1, max: 2 * leaseMs }).map((ms): Step => ({ kind: "wait", ms })) },
    {
      weight: 2,
      arbitrary: fc.constantFrom<Step>({ kind: "wake" }, { kind: "duplicate" }, { kind: "lose" }, { kind: "rest" }),
    },
  );
}
