import type { Grant } from "@hubspoke/core/webhooks";
import type { Context } from "hono";
import { getCookie } from "hono/cookie";

/** Stands in for the product's own login: whoever visits is the administrator of the workspace in their cookie. */
export const workspaces = ["acme", "globex"] as const;

export function workspaceOf(c: Context): string {
  const chosen = getCookie(c, "workspace");
  return workspaces.find((name) => name === chosen) ?? workspaces[0];
}

export function grantOf(c: Context): Grant {
  const workspace = workspaceOf(c);
  return { tenant: workspace, actor: { id: `${workspace}-admin`, role: "admin" } };
}
