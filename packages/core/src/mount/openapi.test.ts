import { expect, test } from "vitest";
import { openApi } from "./openapi.ts";
import { routes } from "./routes.ts";
import { ask, get } from "./testing.fixture.ts";

test("describes every route of the mounted routers, and no other", () => {
  const all = openApi();
  const described = Object.entries(all.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(described.sort()).toEqual(routes.map(({ method, path }) => `${method} ${path}`).sort());
  expect(Object.keys(openApi({ routers: ["health"] }).paths)).toEqual(["/health"]);
});

test("says what a body must be, from the schema that checks it, and what a path holds", () => {
  const { paths } = openApi({ basePath: "/hubspot" });
  expect(paths["/conflicts/{sync}/{id}/resolve"]?.post).toMatchObject({
    tags: ["conflicts"],
    parameters: [
      { name: "sync", in: "path", required: true },
      { name: "id", in: "path", required: true },
    ],
    requestBody: {
      content: {
        "application/json": {
          schema: { type: "object", required: ["take"], properties: { take: { enum: ["local", "hubspot"] } } },
        },
      },
    },
  });
});

test("is served by the mount, for what is mounted there", async () => {
  const { status, body } = await ask(get("/openapi.json"), { routers: ["openapi", "health"] });
  expect(status).toBe(200);
  expect(body).toMatchObject({ openapi: "3.1.0", servers: [{ url: "/hubspot" }] });
  expect(Object.keys(body.paths as object).sort()).toEqual(["/health", "/openapi.json"]);
});
