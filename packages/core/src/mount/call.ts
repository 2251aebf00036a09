import type * as z from "zod";
import { HubspokeError } from "../errors/hubspoke-error.ts";
import type { Ctx } from "../ports/context.ts";

/** One authorised request. */
export interface Call {
  readonly request: Request;
  readonly ctx: Ctx;
  readonly params: Readonly<Record<string, string>>;
  /** The body. `empty`: what no body at all stands for; without it that is INPUT_INVALID. */
  readonly json: (empty?: unknown) => Promise<unknown>;
}

export type Handler = (call: Call) => Promise<Response>;

/** The body in its shape. Throws INPUT_INVALID, which says the shape and nothing of what was sent. */
export function bodyOf<T>(schema: z.ZodType<T>, body: unknown, shape: string): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new HubspokeError("INPUT_INVALID", shape);
}
