import { calculatePhones, PHONE_SOURCES } from "../properties/calculated-phone.ts";
import { CONTACT_PROPERTIES } from "../properties/contact-properties.ts";
import type { ObjectType } from "./object-type.ts";

export const CONTACTS: ObjectType = {
  id: "0-1",
  name: "contacts",
  singular: "contact",
  subscription: "contact",
  properties: CONTACT_PROPERTIES,
  lastModified: "lastmodifieddate",
  created: "createdate",
  defaultProperties: ["createdate", "email", "firstname", "hs_object_id", "lastmodifieddate", "lastname"],
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
  required: [],
  scopes: { read: "crm.objects.contacts.read", write: "crm.objects.contacts.write" },
  merges: true,
  derivedFrom: [...PHONE_SOURCES, "email"],
  derive: (values, country) => {
    const domain = values.email?.split("@")[1];
    return { ...calculatePhones(values, country), ...(domain ? { hs_email_domain: domain } : {}) };
  },
};
