/** Mounts Hubspoke in Hono, on any runtime Hono runs on. */
export { type HonoRouteOptions, honoRoute } from "./hono-route.ts";
export { type HonoClient, type HonoMountOptions, honoRouter } from "./hono-router.ts";
export { honoErrors, honoGuard, jsonObject } from "./own-routes.ts";
export { keepRawBody } from "./raw-body.ts";
