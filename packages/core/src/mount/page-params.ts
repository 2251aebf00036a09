import { HubspokeError } from "../errors/hubspoke-error.ts";

export interface PageParams {
  readonly after?: string;
  readonly limit?: number;
}

/** `?after=&limit=` of an address, `limit` from 1 to `max`. Throws INPUT_INVALID. */
export function pageParams(request: Request, max = 200): PageParams {
  const { searchParams } = new URL(request.url);
  const after = searchParams.get("after");
  return { ...(after === null ? {} : { after }), ...limitIn(searchParams, max) };
}

export function limitIn(params: URLSearchParams, max = 100): { readonly limit?: number } {
  const text = params.get("limit");
  if (text === null) return {};
  if (/^\d{1,4}$/.test(text) && Number(text) >= 1 && Number(text) <= max) return { limit: Number(text) };
  throw new HubspokeError("INPUT_INVALID", `limit is a whole number from 1 to ${max}`);
}

/** One of `allowed`, or nothing. Throws INPUT_INVALID. */
export function choiceIn<T extends string>(request: Request, name: string, allowed: readonly T[]): T | undefined {
  const text = new URL(request.url).searchParams.get(name);
  if (text === null) return undefined;
  const found = allowed.find((one) => one === text);
  if (found !== undefined) return found;
  throw new HubspokeError("INPUT_INVALID", `${name} is ${allowed.join(" or ")}`);
}
