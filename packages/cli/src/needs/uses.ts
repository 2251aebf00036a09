import type { Declared } from "@hubspoke/core";
import type { UsedRoute } from "@hubspoke/core/oauth";

/** What a product's own code calls, in words: nothing declares it, so `uses` of the set-up does. */
export const useNames = [
  "activities",
  "tickets",
  "events",
  "files",
  "owners",
  "lists",
  "imports",
  "exports",
  "enrolment",
] as const;
/** What an integration may say that it uses. */
export type UseName = (typeof useNames)[number];

/** A word, or a route as `request` takes it: `"POST /crm/objects/{version}/deals/search"`. */
export type Use = UseName | `${"GET" | "POST" | "PUT" | "PATCH" | "DELETE"} /${string}`;

const objects = "/crm/objects/{version}";

export const readObject = (object: string): UsedRoute => ({ method: "GET", template: `${objects}/${object}` });
export const writeObject = (object: string): UsedRoute => ({
  method: "PATCH",
  template: `${objects}/${object}/{id}`,
});
export const writeProperties = (object: string): UsedRoute => ({
  method: "POST",
  template: `/crm/properties/{version}/${object}`,
});

/** The calls behind a use. A record of a service is found again by the key it carries, so writing one reads, too. */
export function routesOf(use: Use, { makesRecordKeys, eventSinks }: Declared): readonly UsedRoute[] {
  const keyed = (object: string): readonly UsedRoute[] => [
    readObject(object),
    writeObject(object),
    ...(makesRecordKeys ? [writeProperties(object)] : []),
  ];
  switch (use) {
    case "activities":
      return keyed("notes");
    case "tickets":
      return [...keyed("tickets"), { method: "GET", template: "/crm/pipelines/{version}/tickets" }];
    case "events":
      return eventSinks.flatMap((sink) =>
        sink === "note" ? keyed("notes") : [{ method: "POST", template: "/integrators/timeline/{version}/events" }],
      );
    case "files":
      return [{ method: "POST", template: "/files/{version}/files" }];
    case "owners":
      return [{ method: "GET", template: "/crm/owners/{version}" }];
    case "lists":
      return ["GET", "POST"].map((method) => ({ method, template: "/crm/lists/{version}" }));
    case "imports":
      return [{ method: "POST", template: "/crm/imports/{version}" }];
    case "exports":
      return [{ method: "POST", template: "/crm/exports/{version}" }];
    case "enrolment":
      return [{ method: "POST", template: "/automation/v2/workflows/{workflowId}/enrollments/contacts/{email}" }];
    default: {
      const [method = "", template = ""] = use.split(" ");
      return [{ method, template }];
    }
  }
}
