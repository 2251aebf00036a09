import { type CrmSchema, properties } from "@hubspoke/core";

const tiers = ["starter", "growth", "enterprise"];

/** Kinds of tickets, as support sorts them. */
const categories = Object.entries({
  Voice: ["Call quality", "Call failures", "Routing problems", "Codec issues"],
  Messaging: ["SMS delivery failures", "10DLC registration", "MMS problems", "Campaign issues"],
  Billing: ["Invoice disputes", "Payment failures", "Tax questions", "Rate inquiries"],
  Technical: ["API errors", "Integration help", "Configuration assistance", "Number porting"],
}).flatMap(([kind, ones]) => ones.map((one) => `${kind}: ${one}`));

/** What the HubSpot account must have. What is not named here is never touched. */
export const crmSchema: CrmSchema = {
  group: { name: "warp", label: "WARP" },
  objects: {
    companies: {
      properties: {
        warp_ban: { type: "text", label: "Billing account number", unique: true },
        warp_deal_id: { type: "text", label: "Onboarded with deal", unique: true, hidden: true },
        warp_status: ["active", "suspended", "churned"],
        ...properties(tiers, "warp_tier", "warp_service_tier"),
        warp_payment_method: ["card", "ach", "wire"],
        warp_payment_status: ["current", "past_due", "suspended"],
        warp_resporg_status: ["none", "pending", "active"],
        warp_churn_risk: ["low", "medium", "high"],
        ...properties("text", "warp_payment_terms", "warp_tcr_brand_id"),
        ...properties("date", "warp_contract_end", "warp_usage_date"),
        ...properties("number", "warp_mrr", "warp_mrr_growth", "warp_credit_limit", "warp_active_calls"),
        ...properties("number", "warp_mtd_minutes", "warp_mtd_spend", "warp_trunk_count", "warp_number_count"),
        ...properties("number", "warp_calls_completed", "warp_minutes_used", "warp_sms_sent", "warp_daily_spend"),
        ...properties("number", "warp_asr", "warp_acd"),
        ...properties("boolean", "warp_api_enabled", "warp_sms_enabled"),
      },
    },
    contacts: {
      properties: {
        warp_user_id: { type: "text", unique: true },
        warp_role: ["admin", "developer", "billing", "readonly"],
        warp_2fa_enabled: "boolean",
        warp_api_key_count: "number",
        ...properties("datetime", "warp_last_login", "warp_last_api_call"),
      },
    },
    tickets: {
      properties: {
        warp_issue_type: ["voice", "sms", "billing", "api", "portal"],
        warp_severity: ["critical", "high", "medium", "low"],
        warp_category: categories,
        ...properties("text", "warp_trunk_id", "warp_call_id"),
        warp_sla_breach: "datetime",
        warp_technical_details: "textarea",
      },
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
      properties: {
        ...properties("text", "name", "partition_id"),
        trunk_id: { type: "text", label: "Trunk id", unique: true },
        status: ["active", "suspended", "testing"],
        ip_addresses: "textarea",
        ...properties("number", "concurrent_calls", "monthly_minutes", "spend_cap", "utilization"),
        created_date: "date",
      },
    },
    {
      name: "number",
      labels: { singular: "Number", plural: "Numbers" },
      primaryDisplayProperty: "number",
      requiredProperties: ["number"],
      searchableProperties: ["number"],
      associatedObjects: ["companies"],
      properties: {
        number: { type: "text", unique: true },
        type: { type: "dropdown", label: "Type of number", options: ["local", "tollfree", "mobile"] },
        capabilities: { type: "checkboxes", options: ["voice", "sms", "mms", "fax"] },
        monthly_cost: "number",
        ...properties("text", "e911_address", "cnam"),
      },
    },
  ],
  associationLabels: [
    { from: "trunk", to: "companies", name: "warp_serves", label: "Serves", inverseLabel: "Served by" },
    { from: "number", to: "trunk", name: "warp_routed_over", label: "Routed over", inverseLabel: "Carries" },
  ],
};
