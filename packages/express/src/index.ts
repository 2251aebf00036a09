/** Mounts Hubspoke in Express 4 or 5, or in anything else that speaks `(req, res, next)`. */
export { type ExpressRouteOptions, expressRoute } from "./express-route.ts";
export { type ExpressClient, type ExpressMountOptions, expressRouter } from "./express-router.ts";
export { type ExpressErrorHandler, expressAuthorized, expressErrors, expressGuard } from "./own-routes.ts";
export { keepRawBody } from "./raw-body.ts";
export type { ExpressHandler, ExpressRequest } from "./types.ts";
