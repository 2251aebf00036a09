import { expect, test } from "vitest";
import { privateApp } from "../client/credentials.ts";
import { oauthApp } from "../oauth/app.ts";
import { declaredBy } from "./declared.ts";

test("says what an instance was told to do, sorted, each once, and no secret", () => {
  const redirectUri = "https://app.example.com/hubspot/oauth/callback";
  const declared = declaredBy(
    {
      auth: oauthApp({ clientId: "id", clientSecret: "the-secret", redirectUri, scopes: ["oauth", "tickets"] }),
      webhooks: { publicUrl: "https://app.example.com/hubspot/webhooks", secrets: "the-secret" },
      tickets: { fromAlert: () => null },
      events: { sinks: ["app", "note"] },
      engagement: { property: "score" },
      activities: { provisionKey: false },
    },
    ["deal.creation", "contact.creation", "deal.creation"],
    ["contacts", "companies", "contacts"],
  );
  expect(declared).toEqual({
    handles: ["contact.creation", "deal.creation"],
    webhookUrl: "https://app.example.com/hubspot/webhooks",
    oauth: { redirectUri, scopes: ["oauth", "tickets"], optionalScopes: [] },
    usage: ["companies", "contacts"],
    engagement: "score",
    alertTickets: true,
    eventSinks: ["app", "note"],
    makesRecordKeys: false,
  });
  expect(JSON.stringify(declared)).not.toContain("the-secret");
});

test("by default: nothing but notes", () => {
  expect(declaredBy({ auth: privateApp("pat-na1-token") }, [], [])).toEqual({
    handles: [],
    webhookUrl: null,
    oauth: null,
    usage: [],
    engagement: null,
    alertTickets: false,
    eventSinks: ["note"],
    makesRecordKeys: true,
  });
});
