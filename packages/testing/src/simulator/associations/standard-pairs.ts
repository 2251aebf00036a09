/** HubSpot's own association types (hubspot-facts §7.4). */
export interface StandardPair {
  readonly from: string;
  readonly to: string;
  readonly id: number;
  readonly inverse: number;
  readonly label?: string;
  readonly inverseLabel?: string;
  readonly primary?: boolean;
}

const CONTACT = "0-1";
const COMPANY = "0-2";
const DEAL = "0-3";
const TICKET = "0-5";
const LINE_ITEM = "0-8";

/** An activity's types towards contact, company, deal and ticket; the other direction is one less, or one more. */
function activity(
  from: string,
  contact: number,
  company: number,
  deal: number,
  ticket: number,
  step: 1 | -1,
): StandardPair[] {
  return [
    { from, to: CONTACT, id: contact, inverse: contact + step },
    { from, to: COMPANY, id: company, inverse: company + step },
    { from, to: DEAL, id: deal, inverse: deal + step },
    { from, to: TICKET, id: ticket, inverse: ticket + step },
  ];
}

const PRIMARY = { label: "Primary", primary: true } as const;

export const STANDARD_PAIRS: readonly StandardPair[] = [
  { from: CONTACT, to: COMPANY, id: 279, inverse: 280 },
  { from: CONTACT, to: COMPANY, id: 1, inverse: 2, ...PRIMARY },
  { from: CONTACT, to: DEAL, id: 4, inverse: 3 },
  { from: CONTACT, to: TICKET, id: 15, inverse: 16 },
  { from: COMPANY, to: DEAL, id: 342, inverse: 341 },
  { from: DEAL, to: COMPANY, id: 5, inverse: 6, ...PRIMARY },
  { from: COMPANY, to: TICKET, id: 340, inverse: 339 },
  { from: TICKET, to: COMPANY, id: 26, inverse: 25, ...PRIMARY },
  { from: DEAL, to: TICKET, id: 27, inverse: 28 },
  { from: DEAL, to: LINE_ITEM, id: 19, inverse: 20 },
  { from: CONTACT, to: CONTACT, id: 449, inverse: 449 },
  { from: COMPANY, to: COMPANY, id: 450, inverse: 450 },
  { from: DEAL, to: DEAL, id: 451, inverse: 451 },
  { from: TICKET, to: TICKET, id: 452, inverse: 452 },
  { from: COMPANY, to: COMPANY, id: 13, inverse: 14, label: "Child Company", inverseLabel: "Parent Company" },
  ...activity("0-46", 202, 190, 214, 228, -1),
  ...activity("0-48", 194, 182, 206, 220, -1),
  ...activity("0-49", 198, 186, 210, 224, -1),
  ...activity("0-47", 200, 188, 212, 226, -1),
  ...activity("0-27", 204, 192, 216, 230, -1),
  ...activity("0-18", 81, 87, 85, 83, 1),
  { from: "0-48", to: "0-47", id: 399, inverse: 400 },
];
