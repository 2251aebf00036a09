import type * as z from "zod/mini";
import { HubspokeError } from "../errors/hubspoke-error.ts";
import type { Ctx } from "../ports/context.ts";
import type { RouterName } from "./route.ts";
import type { RouteKey } from "./routes.ts";

/** One authorised request. */
export interface Call {
  readonly request: Request;
  readonly ctx: Ctx;
  readonly params: Readonly<Record<string, string>>;
  /** What is mounted here, and where. */
  readonly mount: { readonly basePath: string; readonly routers: readonly RouterName[] };
  /** The body. `empty`: what no body at all stands for; without it that is INPUT_INVALID. */
  readonly json: (empty?: unknown) => Promise<unknown>;
}

/** The bodies of routes, for the OpenAPI document. */
export type Bodies<K extends RouteKey> = Readonly<Partial<Record<K, z.ZodMiniType>>>;

export type Handler = (call: Call) => Promise<Response>;

/** The body in its shape. Throws INPUT_INVALID, which says the shape and nothing of what was sent. */
export function bodyOf<T>(schema: z.ZodMiniType<T>, body: unknown, shape: string): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new HubspokeError("INPUT_INVALID", shape);
}
