import { CONTACTS } from "./contacts.ts";
import { COMPANIES, DEALS, LINE_ITEMS, PRODUCTS, TICKETS } from "./crm.ts";
import { CALLS, COMMUNICATIONS, EMAILS, MEETINGS, NOTES, TASKS } from "./engagements.ts";
import type { ObjectType } from "./object-type.ts";

/** The object types every portal has; custom ones come by schema. */
export const STANDARD_TYPES: readonly ObjectType[] = [
  CONTACTS,
  COMPANIES,
  DEALS,
  TICKETS,
  PRODUCTS,
  LINE_ITEMS,
  NOTES,
  CALLS,
  EMAILS,
  MEETINGS,
  TASKS,
  COMMUNICATIONS,
];
