/** What a person may ask for. */
export const privacyRoutes = [
  {
    method: "POST",
    path: "/privacy/export",
    router: "privacy",
    auth: "authorize",
    summary: 'Everything there is about { "contactId" | "email" | "phone" }. For roles that may `privacy`; audited.',
  },
  {
    method: "POST",
    path: "/privacy/erase",
    router: "privacy",
    auth: "authorize",
    summary: "Removes that person and keeps them out. For roles that may `privacy`; audited.",
  },
  {
    method: "POST",
    path: "/privacy/readmit",
    router: "privacy",
    auth: "authorize",
    summary: "Lets that person in again. For roles that may `privacy`; audited.",
  },
] as const;
