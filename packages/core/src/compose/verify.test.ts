import { expect, test } from "vitest";
import { type Verification, verifyLine } from "./verify.ts";

test("one line says that HubSpot answers, or each thing that is wrong once and what it means", () => {
  const well: Verification = {
    ok: true,
    portalId: "62515",
    checks: [{ name: "schema", ok: true, detail: "version 8" }],
  };
  expect(verifyLine(well, "messages go on without names")).toBe("✓ HubSpot connected successfully (account 62515)");
  const different = { name: "crm-schema", ok: true, detail: "different from the declaration in 3 places" } as const;
  expect(verifyLine({ ...well, checks: [...well.checks, different] })).toBe(
    "✓ HubSpot connected successfully (account 62515); its schema is different from the declaration in 3 places",
  );
  const code = "AUTH_INVALID";
  const refused = (name: "token" | "portal") => ({ name, ok: false, code, message: "HubSpot refused it" }) as const;
  const wrong: Verification = {
    ok: false,
    portalId: null,
    checks: [...well.checks, refused("token"), refused("portal")],
  };
  const said = "AUTH_INVALID: HubSpot refused it";
  expect(verifyLine(wrong)).toBe(`✗ HubSpot is not connected. ${said}`);
  expect(verifyLine(wrong, "calls wait")).toBe(`✗ HubSpot is not connected; calls wait. ${said}`);
  const named: Verification = { ...wrong, checks: [{ ...refused("token"), message: said }] };
  expect(verifyLine(named)).toBe(`✗ HubSpot is not connected. ${said}`);
  const unread = {
    ...refused("token"),
    name: "crm-schema",
    code: "AUTH_SCOPE_MISSING",
    message: "needs a scope",
  } as const;
  expect(verifyLine({ ...well, ok: false, checks: [...well.checks, unread] }, "calls wait")).toBe(
    "✗ HubSpot is connected (account 62515), and its schema cannot be compared. AUTH_SCOPE_MISSING: needs a scope",
  );
});
