import * as fc from "fast-check";

const KINDS = [
  "contact",
  "contact",
  "move",
  "upload",
  "fetch",
  "folder",
  "files",
  "list",
  "listed",
  "unlist",
  "import",
  "imports",
  "export",
  "exports",
  "hooks",
  "deliver",
  "subscribe",
  "journal",
  "template",
  "event",
  "calling",
  "action",
  "action",
  "enrol",
  "enrol",
  "callback",
] as const;

export type Step =
  | { readonly do: (typeof KINDS)[number]; readonly n: number }
  | { readonly do: "wait"; readonly ms: number };

const one: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constantFrom(...KINDS), n: fc.nat(7) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("wait" as const),
      ms: fc.constantFrom(1, 900, 3_000, 20_000, 120_000, 900_000, 90_000_000),
    }),
  },
);

/** What an integration may do to everything but records, and some time in between. */
export function platformSteps(maxLength: number): fc.Arbitrary<Step[]> {
  return fc.array(one, { minLength: 1, maxLength, size: "max" });
}
