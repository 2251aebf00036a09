/** Every scope that a simulated route asks for: what a token has unless it says otherwise. */
export const ALL_SCOPES: readonly string[] = [
  ...["contacts", "companies", "deals", "custom", "line_items", "products"].flatMap((object) => [
    `crm.objects.${object}.read`,
    `crm.objects.${object}.write`,
    `crm.schemas.${object}.read`,
    `crm.schemas.${object}.write`,
  ]),
  "crm.objects.owners.read",
  "crm.lists.read",
  "crm.lists.write",
  "crm.import",
  "crm.export",
  "tickets",
  "files",
  "timeline",
  "automation",
  "sales-email-read",
  "e-commerce",
  "oauth",
];
