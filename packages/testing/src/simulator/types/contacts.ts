import { calculatePhones, PHONE_SOURCES } from "../properties/calculated-phone.ts";
import { CONTACT_PROPERTIES } from "./contact-properties.ts";
import { crmScopes, defineType, type ObjectType } from "./object-type.ts";

export const CONTACTS: ObjectType = defineType({
  id: "0-1",
  name: "contacts",
  singular: "contact",
  subscription: "contact",
  properties: CONTACT_PROPERTIES,
  lastModified: "lastmodifieddate",
  created: "createdate",
  defaultProperties: ["email", "firstname", "lastname"],
  queried: [
    "firstname",
    "lastname",
    "email",
    "phone",
    "hs_additional_emails",
    "fax",
    "mobilephone",
    "company",
    "hs_marketable_until_renewal",
  ],
  naturalKey: "email",
  scopes: crmScopes("contacts"),
  merges: true,
  derivedFrom: [...PHONE_SOURCES, "email"],
  derive: (values, country) => {
    const domain = values.email?.split("@")[1];
    return { ...calculatePhones(values, country), ...(domain ? { hs_email_domain: domain } : {}) };
  },
});

/** A type whose phone numbers are calculated and searchable as a contact's are. */
export function withPhones(type: ObjectType): ObjectType {
  const phones = CONTACT_PROPERTIES.filter(({ name }) =>
    /^hs_(?:searchable_)?calculated_.*(?:phone|mobile)/.test(name),
  );
  return { ...type, properties: [...type.properties, ...phones], derivedFrom: PHONE_SOURCES, derive: calculatePhones };
}
