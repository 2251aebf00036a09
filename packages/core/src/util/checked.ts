import type * as z from "zod/mini";
import { HubspokeError } from "../errors/hubspoke-error.ts";
import { safeParse } from "./parse.ts";

/** A value in a schema's shape. Errors: INPUT_INVALID naming fields, never their values; `what` it is that is not right. */
export function checked<T>(schema: z.core.$ZodType<T>, value: unknown, what: string, details: object = {}): T {
  const read = safeParse(schema, value);
  if (read.success) return read.data;
  const { issues } = read.error;
  const told = new Set(issues.map(({ path, message }) => `${path.join(".") || "input"}: ${message}`));
  throw new HubspokeError("INPUT_INVALID", `INPUT_INVALID: ${what} is not right: ${[...told].slice(0, 5).join("; ")}`, {
    details: { ...details, fields: issues.map(({ path }) => path.join(".")) },
  });
}

/**
 * The body of a route of your own in the shape of a schema of `zod` or `zod/mini`: `checkedBody(shape, req.body)`. Errors: INPUT_INVALID, which
 * names what is not right and nothing of what was sent; the adapters' error middleware answers it 400.
 */
export function checkedBody<T>(schema: z.core.$ZodType<T>, body: unknown): T {
  return checked(schema, body, "the body");
}
