import type { ValuesOf } from "./kinds.ts";

export const productKinds = {
  name: "string",
  description: "string",
  price: "number",
  hs_cost_of_goods_sold: "number",
  hs_sku: "string",
  hs_product_type: ["inventory", "non_inventory", "service"],
  hs_recurring_billing_period: "string",
  recurringbillingfrequency: "string",
  tax: "number",
  hs_url: "string",
  hs_images: "string",
  hs_folder: "string",
  hs_object_id: "string",
  createdate: "date",
  hs_lastmodifieddate: "date",
} as const;

export const lineItemKinds = {
  name: "string",
  description: "string",
  hs_product_id: "string",
  hs_sku: "string",
  quantity: "number",
  price: "number",
  amount: "number",
  discount: "number",
  hs_discount_percentage: "number",
  tax: "number",
  hs_tax_rate_group_id: "string",
  hs_line_item_currency_code: "string",
  hs_recurring_billing_period: "string",
  hs_recurring_billing_start_date: "day",
  recurringbillingfrequency: "string",
  hs_acv: "number",
  hs_arr: "number",
  hs_mrr: "number",
  hs_tcv: "number",
  hs_position_on_quote: "number",
  hs_object_id: "string",
  createdate: "date",
  hs_lastmodifieddate: "date",
} as const;

export const productReadOnly = ["hs_object_id", "createdate", "hs_lastmodifieddate"] as const;
export const lineItemReadOnly = ["hs_object_id", "hs_lastmodifieddate", "amount"] as const;

/** The standard product properties this library types. Extend by interface merging. */
export interface ProductProperties extends ValuesOf<typeof productKinds> {}
/** The standard line item properties this library types. Extend by interface merging. */
export interface LineItemProperties extends ValuesOf<typeof lineItemKinds> {}
