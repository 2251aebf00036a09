import { ApiError, validationError } from "./base/api-error.ts";
import type { WireRequest } from "./base/wire.ts";
import type { Route, Services } from "./routing/call.ts";
import type { ApiVersion } from "./routing/router.ts";
import type { AppAccess, Portal } from "./state/portal.ts";

/** Who calls, for which account, and what the answer says about limits. */
export interface Admitted {
  readonly portal: Portal;
  readonly app: AppAccess;
  readonly headers: Record<string, string>;
}

export interface Gate {
  readonly services: Services;
  readonly authenticate: (token: string) => { portal: Portal; app: AppAccess } | undefined;
  readonly anyPortal: () => Portal;
}

/** A call that counts against limits and is refused all the same: its answer carries the limits' headers. */
export class Refusal extends Error {
  readonly error: unknown;
  readonly headers: Record<string, string>;

  constructor(error: unknown, headers: Record<string, string>) {
    super("refused");
    this.error = error;
    this.headers = headers;
  }
}

type Params = Readonly<Record<string, string>>;

/** Token, then limits, then rights. Limits are counted when a call arrives, before anything else is looked at. */
export function admit(
  gate: Gate,
  request: WireRequest,
  { route, version, params }: { readonly route: Route; readonly version: ApiVersion; readonly params: Params },
  at: number,
): Admitted {
  if (route.access === "open" || (route.developer && isDeveloper(gate, request))) {
    const portal = gate.anyPortal();
    return { portal, app: [...portal.apps.values()][0]!, headers: {} };
  }
  const { portal, app } = authenticate(gate, request);
  if (app.expiresAt !== undefined && app.expiresAt <= gate.services.now()) throw expired();
  portal.letOthersCall(at);
  const kind = route.isSearch ? "search" : route.isAssociation ? "association" : "other";
  const headers = route.unlimited ? {} : app.limiter.admit(at, kind);
  try {
    if (route.developer) requireOwnApp(app, params);
    requireScope(portal, app, route, params);
    if (route.isAssociation && route.access === "write") requireAssociations(app, version);
  } catch (error) {
    throw new Refusal(error, headers);
  }
  return { portal, app, headers };
}

/** Since 2026-09 an app does no more to associations than the user it acts for: 400, not 403 (hubspot-facts §1.7). */
export function requireAssociations(app: AppAccess, version: ApiVersion): void {
  if (app.editsAssociations || version !== "2026-09") return;
  throw validationError("Missing 'Edit Associations' permission.");
}

function isDeveloper({ services }: Gate, request: WireRequest): boolean {
  return services.platform.isDeveloperKey(request.query.get("hapikey"));
}

function authenticate(gate: Gate, request: WireRequest): { portal: Portal; app: AppAccess } {
  const token = /^Bearer\s+(.+)$/i.exec(request.headers.authorization ?? "")?.[1];
  const found = token === undefined ? undefined : gate.authenticate(token.trim());
  if (found !== undefined) return found;
  const message = "Authentication credentials not found. This API supports OAuth 2.0 authentication.";
  throw new ApiError(401, message, { category: "INVALID_AUTHENTICATION" });
}

function expired(): ApiError {
  return new ApiError(401, "The OAuth token used to make this call expired.", { category: "EXPIRED_AUTHENTICATION" });
}

function requireOwnApp(app: AppAccess, { appId }: Params): void {
  if (appId === undefined || appId === String(app.appId)) return;
  throw new ApiError(403, `This token does not belong to app ${appId}`, { category: "MISSING_SCOPES" });
}

/** Any one of the scopes will do. A key that may only write hears nothing of what it lacks (hubspot-facts §6). */
function requireScope(portal: Portal, app: AppAccess, route: Route, params: Params): void {
  const needed = scopesOf(portal, route, params);
  if (needed.length === 0 || needed.some((scope) => app.scopes.has(scope))) return;
  const message = "This app hasn't been granted all required scopes to make this call.";
  const context = { requiredGranularScopes: needed };
  const errors = [{ message: "One or more of the following scopes are required.", context }];
  const mayWrite = needed.some((scope) => app.scopes.has(scope.replace(/\.read$/, ".write")));
  throw new ApiError(403, message, { category: "MISSING_SCOPES", ...(mayWrite ? {} : { errors }) });
}

function scopesOf(portal: Portal, route: Route, params: Params): readonly string[] {
  if (Array.isArray(route.scopes)) return route.scopes;
  const typeName = params.objectType ?? params.fromType;
  const type = typeName === undefined ? undefined : portal.store(typeName)?.type;
  if (type === undefined || route.access === undefined || route.access === "open") return [];
  const records = type.scopes[route.access];
  if (route.scopes !== "schema") return [records];
  const definitions = records.replace("crm.objects.", "crm.schemas.");
  return route.access === "read" ? [definitions, records] : [definitions];
}
