import type { OAuthAppOptions } from "../simulator/oauth/app.ts";
import { named } from "./flag-values.ts";

/** The token's app is number 1. */
const FIRST_ID = 2;

/** Apps that can be installed by OAuth, each as JSON. What it does not say gets a value that is printed at the start. */
export function oauthApps(texts: readonly string[]): OAuthAppOptions[] {
  return texts.map((text, at) => named("oauth-app", () => read(JSON.parse(text), FIRST_ID + at)));
}

function read(given: unknown, nextId: number): OAuthAppOptions {
  if (typeof given !== "object" || given === null) throw new Error("must be an object");
  const {
    clientId,
    clientSecret,
    appId = nextId,
    redirectUris,
    scopes = ["oauth"],
    optionalScopes,
    ...rest
  } = given as Record<string, unknown>;
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) throw new Error(`${unknown} is not known`);
  if (typeof clientId !== "string" || clientId === "") throw new Error("clientId must be a text");
  if (typeof appId !== "number") throw new Error("appId must be a number");
  return {
    appId,
    clientId,
    clientSecret: typeof clientSecret === "string" ? clientSecret : `${clientId}-secret`,
    redirectUris: texts(redirectUris, "redirectUris"),
    scopes: texts(scopes, "scopes"),
    ...(optionalScopes === undefined ? {} : { optionalScopes: texts(optionalScopes, "optionalScopes") }),
  };
}

function texts(value: unknown, name: string): string[] {
  if (Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === "string")) return value;
  throw new Error(`${name} must be an array of texts`);
}
