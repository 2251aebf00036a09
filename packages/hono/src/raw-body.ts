import type { Context, MiddlewareHandler } from "hono";

/**
 * Keeps a request's bytes for Hubspoke where something else reads the body before it:
 * `app.use("/hubspot/*", keepRawBody)`, ahead of whatever reads. Reading the body without it makes webhooks fail loudly.
 */
export const keepRawBody: MiddlewareHandler = async (c, next) => {
  await c.req.arrayBuffer();
  await next();
};

/**
 * The request for Hubspoke, and what was made of its body if its bytes are gone. Bytes come back only from an
 * `arrayBuffer()` that Hono remembers: its other forms would be re-serialised.
 */
export async function requestOf(c: Context): Promise<{
  readonly request: Request;
  readonly consumed?: { readonly parsed: unknown };
}> {
  const { raw, bodyCache } = c.req;
  if (!raw.bodyUsed) return { request: raw };
  const bytes = await bodyCache.arrayBuffer;
  if (bytes !== undefined) {
    const { url, method, headers, signal } = raw;
    return { request: new Request(url, { method, headers, signal, body: bytes as ArrayBuffer }) };
  }
  return { request: raw, consumed: { parsed: await remembered(c) } };
}

/** The JSON that an earlier `c.req.json()` or `text()` made of the body, if that was its form. */
async function remembered(c: Context): Promise<unknown> {
  if (c.req.bodyCache.json === undefined && c.req.bodyCache.text === undefined) return undefined;
  try {
    return await c.req.json();
  } catch {
    return undefined; // no JSON, which is what the route then answers
  }
}
