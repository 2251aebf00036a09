import { HubspokeError } from "../errors/hubspoke-error.ts";

/** The end of an exhaustive switch: a new variant is a type error here before it is a run-time one. */
export function assertNever(value: never): never {
  throw new HubspokeError("INTERNAL", `unexpected variant ${JSON.stringify(value)}`);
}
