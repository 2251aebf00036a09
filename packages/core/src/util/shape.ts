import { suggestion } from "./did-you-mean.ts";

/** What an option must be; a record names the options of an option. */
export type Shape =
  | { readonly be: string; readonly is: (value: unknown) => boolean }
  | { readonly oneOf: readonly string[]; readonly orFunction?: true }
  | { readonly options: Readonly<Record<string, Shape>> };

export type Fail = (what: string) => never;

type Value = Extract<Shape, { is: unknown }>;

export const aFunction: Value = { be: "a function", is: (value) => typeof value === "function" };
export const aSwitch: Value = { be: "true or false", is: (value) => typeof value === "boolean" };
export const aNumber: Value = { be: "a number", is: (value) => typeof value === "number" && !Number.isNaN(value) };
export const anything: Value = { be: "given", is: () => true };

/** The types say all this too; JavaScript, `as` and settings read from a file do not. `fail` throws what is wrong. */
export function checkOptions(
  where: string,
  given: Readonly<Record<string, unknown>>,
  shapes: Readonly<Record<string, Shape>>,
  fail: Fail,
  path = "",
): void {
  for (const [option, value] of Object.entries(given)) {
    const shape = Object.hasOwn(shapes, option) ? shapes[option] : undefined;
    const name = `${where}"${path}${option}"`;
    if (shape === undefined) fail(`${name} is no option.${suggestion(option, Object.keys(shapes))}`);
    if (value === undefined) continue;
    if ("options" in shape) {
      if (!isRecord(value)) fail(`${name} must be an object of ${Object.keys(shape.options).join(", ")}`);
      checkOptions(where, value, shape.options, fail, `${path}${option}.`);
    } else if (!fits(value, shape)) {
      const hint = "oneOf" in shape && typeof value === "string" ? suggestion(value, shape.oneOf) : "";
      fail(`${name} must be ${must(shape)}.${hint}`);
    }
  }
}

function fits(value: unknown, shape: Exclude<Shape, { options: unknown }>): boolean {
  if ("is" in shape) return shape.is(value);
  return (shape.orFunction === true && typeof value === "function") || shape.oneOf.includes(value as string);
}

/** How a message says it. */
export function must(shape: Shape | undefined): string {
  if (shape === undefined || "options" in shape) return "given";
  if ("be" in shape) return shape.be;
  return `one of ${shape.oneOf.join(", ")}${shape.orFunction === true ? " or a function" : ""}`;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
