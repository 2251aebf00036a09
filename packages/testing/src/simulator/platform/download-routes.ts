import type { Call, Reply, Route } from "../routing/call.ts";

export const DOWNLOAD_ROUTES: readonly Route[] = [
  { method: "GET", legacy: ["/presigned/{name}"], access: "open", handle: presigned },
];

function presigned({ request, services }: Call): Reply {
  const signature = request.query.get("X-Amz-Signature") ?? "";
  const found = services.platform.downloads.find(signature, services.now());
  const bytes = found && services.platform.read(found.source);
  if (found === undefined || bytes === undefined) return accessDenied();
  return { status: 200, raw: { type: found.type, bytes } };
}

/** Storage answers in XML, as storage does. */
export function accessDenied(): Reply {
  const xml = '<?xml version="1.0" encoding="UTF-8"?><Error><Code>AccessDenied</Code></Error>';
  return { status: 403, raw: { type: "application/xml", bytes: new TextEncoder().encode(xml) } };
}

/** Where the caller reached the simulator, so that links in answers lead back to it. */
export function linkTo({ request }: Call, path: string): string {
  const { host } = request.headers;
  return host === undefined ? `https://api.hubapi.com${path}` : `http://${host}${path}`;
}
