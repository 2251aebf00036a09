import { expect, test } from "vitest";
import * as z from "zod";
import * as mini from "zod/mini";
import { checkedBody } from "./checked.ts";

const usage = z.strictObject({ customer: z.string().max(5), metrics: z.strictObject({ calls: z.int().default(1) }) });

test("a body is given in its shape, defaults filled in", () => {
  expect(checkedBody(usage, { customer: "1", metrics: {} })).toEqual({ customer: "1", metrics: { calls: 1 } });
});

test("what is not right is named by its field, and nothing of what was sent is told", () => {
  const refused = () => checkedBody(usage, { customer: "hunter22", metrics: { calls: "secret" } });
  expect(refused).toThrow(
    expect.objectContaining({ code: "INPUT_INVALID", details: { fields: ["customer", "metrics.calls"] } }),
  );
  expect(refused).toThrow(/customer: .*metrics\.calls: /);
  expect(refused).not.toThrow(/hunter22|secret/);
  for (const none of [undefined, null, [], "text"]) expect(() => checkedBody(usage, none)).toThrow("input: ");
});

test("a schema of zod/mini is as good, and refuses in the same words", () => {
  const told = "INPUT_INVALID: the body is not right: customer: Invalid input: expected string, received number";
  for (const shape of [z.object({ customer: z.string() }), mini.object({ customer: mini.string() })]) {
    const body: { customer: string } = checkedBody<{ customer: string }>(shape, { customer: "1" });
    expect(body).toEqual({ customer: "1" });
    expect(() => checkedBody(shape, { customer: 1 })).toThrow(told);
  }
});
