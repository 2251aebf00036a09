import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HubspokeError } from "../errors/hubspoke-error.ts";
import { HubSpotAuthError, HubSpotConflictError, HubSpotError } from "../errors/hubspot-errors.ts";
import { errorFromResponse } from "./error-from-response.ts";

const route = "POST /crm/objects/{version}/contacts";
const canary = "ann.smith@example.com";

function mapped(status: number, body: unknown, headers: Record<string, string> = {}, on = route): HubSpotError {
  return errorFromResponse({
    status,
    headers,
    text: typeof body === "string" ? body : JSON.stringify(body),
    route: on,
    now: 0,
  });
}

/** Every shape of hubspot-facts §6, and those of §2.4 and §4. */
const shapes: readonly [string, number, unknown, string, Record<string, unknown>][] = [
  [
    "refused values, named in errors[]",
    400,
    {
      status: "error",
      category: "VALIDATION_ERROR",
      correlationId: "a1b2c3d4-0000-1111-2222-333344445555",
      message: `Property values were not valid for ${canary}`,
      errors: [{ message: `${canary} is invalid`, code: "INVALID_EMAIL", context: { propertyName: ["email"] } }],
    },
    "VALIDATION_FAILED",
    { reasons: [{ property: "email", code: "INVALID_EMAIL" }], correlationId: "a1b2c3d4-0000-1111-2222-333344445555" },
  ],
  [
    "refused values, named inside the message",
    400,
    {
      status: "error",
      category: "VALIDATION_ERROR",
      message: `Property values were not valid: [{"isValid":false,"message":"${canary} was bad","error":"INVALID_OPTION","name":"lifecyclestage"}]`,
    },
    "VALIDATION_FAILED",
    { reasons: [{ property: "lifecyclestage", code: "INVALID_OPTION" }] },
  ],
  [
    "an unknown property",
    400,
    { category: "VALIDATION_ERROR", errors: [{ code: "PROPERTY_DOESNT_EXIST", context: { propertyName: ["emial"] } }] },
    "PROPERTY_UNKNOWN",
    { reasons: [{ property: "emial", code: "PROPERTY_DOESNT_EXIST" }] },
  ],
  [
    "a missing conditional property (2026-09)",
    400,
    { category: "VALIDATION_ERROR", errors: [{ code: "MISSING_CONDITIONAL_REQUIRED_PROPERTY", in: "amount" }] },
    "VALIDATION_FAILED",
    { reasons: [{ property: "amount", code: "MISSING_CONDITIONAL_REQUIRED_PROPERTY" }] },
  ],
  [
    "a unique value that is taken: the second id has it",
    400,
    {
      category: "VALIDATION_ERROR",
      message: `Cannot set PropertyValueCoordinates{portalId=1, objectTypeId=ObjectTypeId{legacyObjectType=CONTACT}, propertyName=email, value=${canary}} on 6001. 7002 already has that value.`,
    },
    "CONFLICT",
    { existingId: "7002" },
  ],
  ["a wrong token", 401, { category: "INVALID_AUTHENTICATION", message: canary }, "AUTH_INVALID", {}],
  ["an expired token", 401, { category: "EXPIRED_AUTHENTICATION" }, "AUTH_EXPIRED", {}],
  ["401 with an empty body", 401, "", "AUTH_INVALID", {}],
  [
    "a missing scope that is named",
    403,
    { category: "MISSING_SCOPES", errors: [{ context: { requiredGranularScopes: ["crm.objects.contacts.read"] } }] },
    "AUTH_SCOPE_MISSING",
    { requiredScopes: ["crm.objects.contacts.read"] },
  ],
  ["a missing scope that is not named", 403, { message: "no" }, "AUTH_SCOPE_MISSING", { requiredScopes: [] }],
  [
    "an unknown id",
    404,
    { status: "error", message: "resource not found", correlationId: "x" },
    "NOT_FOUND",
    { correlationId: null },
  ],
  ["404 as HTML", 404, "<html><body>Not here</body></html>", "NOT_FOUND", {}],
  ["405 as HTML", 405, "<html>", "VALIDATION_FAILED", {}],
  [
    "an existing contact: the id is in the text",
    409,
    { status: "error", message: "Contact already exists. Existing ID: 6001", category: "CONFLICT" },
    "CONFLICT",
    { existingId: "6001" },
  ],
  [
    "an existing property",
    409,
    { category: "OBJECT_ALREADY_EXISTS", subCategory: "Properties.PROPERTY_WITH_NAME_EXISTS" },
    "CONFLICT",
    { existingId: null },
  ],
  ["a URL that is too long", 414, "", "VALIDATION_FAILED", {}],
  ["a locked record", 423, {}, "HUBSPOT_LOCKED", {}],
  ["too many labels", 437, {}, "VALIDATION_FAILED", {}],
  [
    "the daily limit",
    429,
    { errorType: "RATE_LIMIT", policyName: "DAILY", message: "You have reached your daily limit." },
    "DAILY_LIMIT_REACHED",
    { policyName: "DAILY" },
  ],
  [
    "the daily limit, by its text only",
    429,
    { message: "You have reached your daily limit." },
    "DAILY_LIMIT_REACHED",
    { policyName: "DAILY" },
  ],
  [
    "the rolling limit",
    429,
    { policyName: "TEN_SECONDLY_ROLLING", message: "You have reached your ten_secondly_rolling limit." },
    "RATE_LIMITED",
    { policyName: "TEN_SECONDLY_ROLLING" },
  ],
  [
    "the search limit",
    429,
    { category: "RATE_LIMITS", message: "You have reached your secondly limit." },
    "RATE_LIMITED",
    { policyName: "SECONDLY" },
  ],
  ["429 without a body", 429, "", "RATE_LIMITED", { policyName: null }],
  ["a migration", 477, {}, "HUBSPOT_MIGRATING", {}],
  ["500", 500, { status: "error", message: "internal error" }, "HUBSPOT_UNAVAILABLE", {}],
  ["502 as HTML", 502, "<html>bad gateway</html>", "HUBSPOT_UNAVAILABLE", {}],
  ["524", 524, "", "HUBSPOT_UNAVAILABLE", {}],
  ["a redirect", 302, "", "HUBSPOT_RESPONSE_INVALID", {}],
  [
    "a dead grant",
    400,
    { status: "BAD_REFRESH_TOKEN", error: "invalid_grant" },
    "AUTH_DISCONNECTED",
    { route: "POST /oauth/{version}/token" },
  ],
];

describe("every shape of error HubSpot answers with", () => {
  it.each(shapes)("%s (%i)", (_name, status, body, code, fields) => {
    const error = mapped(status, body, {}, typeof fields.route === "string" ? fields.route : route);
    expect(error).toMatchObject({ code, status, ...fields });
    expect(error.message.startsWith(`${code}: `)).toBe(true);
    expect(JSON.stringify(error) + error.message + error.stack).not.toContain(canary);
  });

  it("keeps HubSpot's own text behind unsafeDetails", () => {
    const error = mapped(400, { message: canary });
    expect(JSON.stringify(error.unsafeDetails())).toContain(canary);
  });

  it("takes Retry-After wherever it appears", () => {
    expect(mapped(477, {}, { "retry-after": "3600" }).retryAfterMs).toBe(3_600_000);
    expect(mapped(429, {}, { "retry-after": "2" }).retryAfterMs).toBe(2_000);
  });

  it("tells subclasses apart", () => {
    expect(mapped(401, {})).toBeInstanceOf(HubSpotAuthError);
    expect(mapped(401, {})).not.toBeInstanceOf(HubSpotConflictError);
    expect(mapped(409, {})).toBeInstanceOf(HubSpotConflictError);
    expect(mapped(409, {})).toBeInstanceOf(HubspokeError);
  });
});

describe("any answer at all", () => {
  it("becomes one of our errors, whatever its status and body", () => {
    const body = fc.oneof(
      fc.string(),
      fc.json(),
      fc
        .object({
          key: fc.constantFrom(
            "status",
            "message",
            "category",
            "errors",
            "context",
            "correlationId",
            "policyName",
            "ids",
          ),
          maxDepth: 4,
        })
        .map((value) => JSON.stringify(value)),
    );
    fc.assert(
      fc.property(
        fc.oneof(fc.integer({ min: 300, max: 599 }), fc.integer({ min: 0, max: 999 })),
        body,
        (status, text) => {
          const error = errorFromResponse({ status, headers: {}, text, route, now: 0 });
          expect(error).toBeInstanceOf(HubSpotError);
          expect(error.route).toBe(route);
          expect(error.message).not.toContain("undefined");
          JSON.stringify(error);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("stays short, however many reasons it gives", () => {
    const errors = Array.from({ length: 10_000 }, (_, i) => ({ code: `REASON_${i}`, in: "email" }));
    expect(mapped(400, { errors }).reasons).toHaveLength(100);
    const entries = errors.map(({ code }) => ({ error: code, name: "email" }));
    expect(mapped(400, { message: `Not valid: ${JSON.stringify(entries)}` }).reasons).toHaveLength(100);
  });

  it("shows nothing of what a hostile body holds in its fields", () => {
    const everywhere = {
      status: canary,
      message: canary,
      category: canary,
      subCategory: canary,
      correlationId: canary,
      policyName: canary,
      error: canary,
      context: { requiredScopes: [canary], ids: [canary], propertyName: [canary] },
      errors: [
        {
          message: canary,
          code: canary,
          in: canary,
          context: { propertyName: [canary], requiredGranularScopes: [canary] },
        },
      ],
    };
    for (let status = 300; status < 600; status++) {
      const error = mapped(status, everywhere);
      expect(JSON.stringify(error) + error.message).not.toContain("ann.smith");
    }
  });
});
