import * as z from "zod/mini";
import { bodies } from "./bodies.ts";
import { type QueryKind, type Route, type RouterName, routerNames } from "./route.ts";
import { routes } from "./routes.ts";

/** Which routes are described, and where they are mounted. */
export interface OpenApiOptions {
  /** Where it is mounted, for example `/hubspot`. Default the root. */
  readonly basePath?: string;
  /** Default all. */
  readonly routers?: readonly RouterName[];
}

/** An OpenAPI 3.1 document of the mounted routes. */
export interface OpenApiDocument {
  /** The specification's version, which is why schemas are JSON Schema 2020-12. */
  readonly openapi: "3.1.0";
  /** `version` is that of the routes, not of the package. */
  readonly info: { readonly title: string; readonly version: string };
  /** One: the mount's base path, relative to where the document is served. */
  readonly servers: readonly { readonly url: string }[];
  /** By path below the base path, then by verb in lower case. */
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** The shape of errors, and the answers that any route may give. */
  readonly components: Readonly<Record<string, unknown>>;
}

const error = {
  type: "object",
  required: ["error"],
  properties: {
    error: {
      type: "object",
      required: ["code", "message", "docs"],
      properties: {
        code: { type: "string", description: "Stable: switch on it." },
        message: { type: "string" },
        docs: { type: "string", description: "The page of the code: cause, fix, example." },
      },
    },
  },
};

/** The OpenAPI 3.1 document of a mount, from the same table the router reads. Pure. */
export function openApi({ basePath = "", routers = routerNames }: OpenApiOptions = {}): OpenApiDocument {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes as readonly Route[]) {
    if (!routers.includes(route.router)) continue;
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation(route) };
  }
  return {
    openapi: "3.1.0",
    info: { title: "Hubspoke", version: "1" },
    servers: [{ url: basePath === "" ? "/" : basePath }],
    paths,
    components: {
      schemas: { Error: error },
      responses: {
        Error: {
          description: "It could not be done.",
          content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } },
        },
        Limited: {
          description: "Too many requests of this actor.",
          headers: { "Retry-After": { description: "Seconds.", schema: { type: "integer" } } },
          content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } },
        },
      },
    },
  };
}

function operation({ method, path, router, auth, summary, query = {} }: Route): object {
  const parameters = [
    ...[...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
      name,
      in: "path",
      required: true,
      schema: { type: "string" },
    })),
    ...Object.entries(query).map(([name, kind]) => ({ name, in: "query", schema: schemaOfQuery(kind) })),
  ];
  const body = bodies[`${method} ${path}`];
  return {
    tags: [router],
    summary,
    ...(auth === "authorize"
      ? {}
      : { description: auth === "signature" ? "Signed by HubSpot." : "Carries the login's own state." }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: !body.safeParse(undefined).success,
            content: { "application/json": { schema: schemaOf(body) } },
          },
        }),
    responses: {
      default: { $ref: "#/components/responses/Error" },
      "200": { description: "Done." },
      ...(auth === "authorize" ? { "429": { $ref: "#/components/responses/Limited" } } : {}),
    },
  };
}

function schemaOfQuery(kind: QueryKind): object {
  if (kind === "text") return { type: "string" };
  if (kind === "flag") return { type: "boolean" };
  return typeof kind === "number" ? { type: "integer", minimum: 1, maximum: kind } : { type: "string", enum: kind };
}

/** What a sender may send: members that are ignored are no fault, and JSON has no Date. */
function schemaOf(body: z.ZodMiniType): object {
  const { $schema: _dialect, ...schema } = z.toJSONSchema(body, {
    io: "input",
    unrepresentable: "any",
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema._zod.def.type === "date") jsonSchema.not = {};
    },
  });
  return schema;
}
