import type { CrmSchema, PropertyDeclaration } from "@hubspoke/core";

const text = (name: string, more: Partial<PropertyDeclaration> = {}): PropertyDeclaration => ({
  name,
  type: "text",
  ...more,
});
const numbers = (...names: readonly string[]): PropertyDeclaration[] => names.map((name) => ({ name, type: "number" }));
const choice = (name: string, ...options: readonly string[]): PropertyDeclaration => ({
  name,
  type: "dropdown",
  options,
});
const flags = (...names: readonly string[]): PropertyDeclaration[] => names.map((name) => ({ name, type: "boolean" }));

const tiers = ["starter", "growth", "enterprise"];

/** Kinds of tickets, as support sorts them. */
const categories = {
  Voice: ["Call quality", "Call failures", "Routing problems", "Codec issues"],
  Messaging: ["SMS delivery failures", "10DLC registration", "MMS problems", "Campaign issues"],
  Billing: ["Invoice disputes", "Payment failures", "Tax questions", "Rate inquiries"],
  Technical: ["API errors", "Integration help", "Configuration assistance", "Number porting"],
};

/** What the HubSpot account must have. What is not named here is never touched. */
export const crmSchema: CrmSchema = {
  group: { name: "warp", label: "WARP" },
  objects: {
    companies: {
      properties: [
        text("warp_ban", { label: "Billing account number", unique: true }),
        text("warp_deal_id", { label: "Onboarded with deal", unique: true, hidden: true }),
        choice("warp_status", "active", "suspended", "churned"),
        choice("warp_tier", ...tiers),
        choice("warp_service_tier", ...tiers),
        choice("warp_payment_method", "card", "ach", "wire"),
        choice("warp_payment_status", "current", "past_due", "suspended"),
        choice("warp_resporg_status", "none", "pending", "active"),
        choice("warp_churn_risk", "low", "medium", "high"),
        text("warp_payment_terms"),
        text("warp_tcr_brand_id"),
        { name: "warp_contract_end", type: "date" },
        { name: "warp_usage_date", type: "date" },
        ...numbers("warp_mrr", "warp_mrr_growth", "warp_credit_limit", "warp_active_calls"),
        ...numbers("warp_mtd_minutes", "warp_mtd_spend", "warp_trunk_count", "warp_number_count"),
        ...numbers("warp_calls_completed", "warp_minutes_used", "warp_sms_sent", "warp_daily_spend"),
        ...numbers("warp_asr", "warp_acd"),
        ...flags("warp_api_enabled", "warp_sms_enabled"),
      ],
    },
    contacts: {
      properties: [
        text("warp_user_id", { unique: true }),
        choice("warp_role", "admin", "developer", "billing", "readonly"),
        ...flags("warp_2fa_enabled"),
        ...numbers("warp_api_key_count"),
        { name: "warp_last_login", type: "datetime" },
        { name: "warp_last_api_call", type: "datetime" },
      ],
    },
    tickets: {
      properties: [
        choice("warp_issue_type", "voice", "sms", "billing", "api", "portal"),
        choice("warp_severity", "critical", "high", "medium", "low"),
        choice(
          "warp_category",
          ...Object.entries(categories).flatMap(([kind, ones]) => ones.map((one) => `${kind}: ${one}`)),
        ),
        text("warp_trunk_id"),
        text("warp_call_id"),
        { name: "warp_sla_breach", type: "datetime" },
        { name: "warp_technical_details", type: "textarea" },
      ],
    },
  },
  customObjects: [
    {
      name: "trunk",
      labels: { singular: "Trunk", plural: "Trunks" },
      primaryDisplayProperty: "name",
      secondaryDisplayProperties: ["status"],
      requiredProperties: ["trunk_id"],
      searchableProperties: ["trunk_id", "name"],
      associatedObjects: ["companies", "number"],
      properties: [
        text("name"),
        text("trunk_id", { label: "Trunk id", unique: true }),
        choice("status", "active", "suspended", "testing"),
        { name: "ip_addresses", type: "textarea" },
        ...numbers("concurrent_calls", "monthly_minutes", "spend_cap", "utilization"),
        { name: "created_date", type: "date" },
        text("partition_id"),
      ],
    },
    {
      name: "number",
      labels: { singular: "Number", plural: "Numbers" },
      primaryDisplayProperty: "number",
      requiredProperties: ["number"],
      searchableProperties: ["number"],
      associatedObjects: ["companies"],
      properties: [
        text("number", { unique: true }),
        { ...choice("type", "local", "tollfree", "mobile"), label: "Type of number" },
        { name: "capabilities", type: "checkboxes", options: ["voice", "sms", "mms", "fax"] },
        ...numbers("monthly_cost"),
        text("e911_address"),
        text("cnam"),
      ],
    },
  ],
  associationLabels: [
    { from: "trunk", to: "companies", name: "warp_serves", label: "Serves", inverseLabel: "Served by" },
    { from: "number", to: "trunk", name: "warp_routed_over", label: "Routed over", inverseLabel: "Carries" },
  ],
};
