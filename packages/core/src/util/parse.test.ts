import { afterEach, expect, test } from "vitest";
import { config } from "zod";
import * as z from "zod/mini";
import { parse, safeParse } from "./parse.ts";

const shape = z.strictObject({ name: z.string().check(z.maxLength(5)) });

afterEach(() => {
  config({ localeError: undefined });
});

test("what is not right is told in English, though zod/mini knows no language", () => {
  expect(safeParse(shape, { name: "too long" }).error?.issues).toMatchObject([
    { path: ["name"], message: "Too big: expected string to have <=5 characters" },
  ]);
  expect(() => parse(shape, { name: 5 })).toThrow("Invalid input: expected string, received number");
});

test("a language that the host chose stays", () => {
  config(z.locales.de());
  expect(safeParse(shape, {}).error?.issues).toMatchObject([
    { message: "Ungültige Eingabe: erwartet string, erhalten undefined" },
  ]);
});
