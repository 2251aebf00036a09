import type { Cases } from "./case.ts";
import { desks } from "./desks.ts";
import { edges } from "./edges.ts";
import { people } from "./people.ts";
import { syncs } from "./syncs.ts";

/** What every route does, by `GET /path/{name}`. A route without a case fails tests/mounts-contract.test.ts. */
export const cases: Cases = { ...people, ...syncs, ...desks, ...edges };
