import type { RequestHandler } from "msw";

/** A request handler of MSW, which has to be installed. */
export type MswRequestHandler = RequestHandler;

/** MSW is imported only here and only when asked for: it is an optional peer. */
export async function mswHandlers(
  baseUrl: string,
  fetchSimulated: (request: Request) => Promise<Response>,
): Promise<MswRequestHandler[]> {
  const { http } = await import("msw");
  const base = baseUrl.replace(/\/+$/, "");
  return [http.all(`${base}/*`, ({ request }) => fetchSimulated(request))];
}
