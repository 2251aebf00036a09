import { expect, it } from "vitest";
import { on } from "./handlers.ts";

it("says of a router without a service what to pass", () => {
  expect(() => on(undefined, "webhooks")).toThrow(/the option webhooks, or set HUBSPOT_WEBHOOK_SECRET/);
  expect(() => on(undefined, "oauth")).toThrow(/oauthApp/);
  expect(() => on(undefined, "flags")).toThrow(/behind the router flags$/);
});
