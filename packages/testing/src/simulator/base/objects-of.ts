import { validationError } from "./api-error.ts";

/** An array of objects; throws HubSpot's 400 for anything else. */
export function objectsOf(value: unknown, name: string): Record<string, unknown>[] {
  if (!Array.isArray(value)) throw validationError(`${name} must be an array`);
  const odd = value.findIndex((one) => typeof one !== "object" || one === null || Array.isArray(one));
  if (odd >= 0) throw validationError(`${name}[${odd}] must be an object`);
  return value as Record<string, unknown>[];
}
