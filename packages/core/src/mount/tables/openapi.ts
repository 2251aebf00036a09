/** The mount's own description. */
export const openapiRoutes = [
  {
    method: "GET",
    path: "/openapi.json",
    router: "openapi",
    auth: "authorize",
    summary: "The OpenAPI 3.1 document of the routers mounted here.",
  },
] as const;
