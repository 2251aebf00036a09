import { type D1DatabaseLike, d1Storage } from "@hubspoke/storage-d1";

/** What an invocation does first: it uses the store, and the store finds no schema. */
export default {
  async fetch(_request: Request, env: { readonly DB: D1DatabaseLike }): Promise<Response> {
    const storage = d1Storage(env.DB);
    const { applied } = await storage.migrate();
    const { outcome } = await storage.tenants.pin("a", "100", 1);
    return Response.json({ applied, outcome });
  },
};
