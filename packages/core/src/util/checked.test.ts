import { expect, test } from "vitest";
import * as z from "zod";
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
