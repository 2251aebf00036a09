import type { ContentEndpoints } from "./content.ts";
import type { CrmEndpoints } from "./crm.ts";
import type { PlatformEndpoints } from "./platform.ts";

/** Objects whose paths HubSpot writes out. Any other goes as `{objectType}`. */
type ObjectName =
  | "calls"
  | "carts"
  | "commerce_payments"
  | "communications"
  | "companies"
  | "contacts"
  | "contracts"
  | "deals"
  | "discounts"
  | "emails"
  | "fees"
  | "goal_targets"
  | "invoices"
  | "leads"
  | "line_items"
  | "meetings"
  | "notes"
  | "orders"
  | "postal_mail"
  | "products"
  | "projects"
  | "quotes"
  | "subscriptions"
  | "tasks"
  | "taxes"
  | "tickets"
  | "users";

type RecordEndpoint =
  | `${"GET" | "POST"} /crm/objects/{version}/${ObjectName}`
  | `${"GET" | "PATCH" | "DELETE"} /crm/objects/{version}/${ObjectName}/{id}`
  | `POST /crm/objects/{version}/${ObjectName}/${"search" | `batch/${"create" | "read" | "update" | "upsert" | "archive"}`}`
  | `POST /crm/objects/{version}/${"companies" | "contacts" | "deals" | "projects" | "tickets"}/merge`
  | "POST /crm/objects/{version}/contacts/gdpr-delete";

/** `VERB rest` behind an address, as `VERB address-rest`. */
type At<Base extends string, Call> = Call extends `${infer Verb} ${infer Rest}` ? `${Verb} ${Base}${Rest}` : never;
type Flat<Families> = { [Base in keyof Families & string]: At<Base, Families[Base]> }[keyof Families & string];

/** Every call HubSpot documents, as `request` takes it: what an editor offers. Costs nothing at run time. */
export type KnownEndpoint = RecordEndpoint | Flat<CrmEndpoints> | Flat<PlatformEndpoints> | Flat<ContentEndpoints>;

/** The names in braces of a template, without the version, which the client fills in. */
export type PathParameter<T extends string> = T extends `${string}{${infer Name}}${infer Rest}`
  ? Exclude<Name, "version"> | PathParameter<Rest>
  : never;
