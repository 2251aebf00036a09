import type { AddressInfo } from "node:net";
import { expressRouter } from "@hubspoke/express";
import express from "express";
import { isInboundMessage, type ShownMessage } from "./messages.ts";
import { page } from "./page.ts";
import { type Product, tenant } from "./product.ts";

const actor = { id: "message-webhook", role: "system" };

/** Reserves a port, so that webhooks can be addressed before the product behind it exists. */
export async function startServer(): Promise<{
  readonly url: string;
  serve(product: Product): void;
  readonly shown: readonly ShownMessage[];
  close(): Promise<void>;
}> {
  const app = express();
  const shown: ShownMessage[] = [];
  const server = app.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    shown,
    serve({ hubspoke, crm }) {
      // Before any body parser: a webhook's signature covers the bytes as they came.
      app.use(
        "/hubspot",
        expressRouter(hubspoke, { authorize: () => ({ tenant, actor: { id: "demo", role: "admin" } }) }),
      );
      app.post("/messages/inbound", express.json(), async (request, response) => {
        const body: unknown = request.body;
        if (!isInboundMessage(body)) {
          response.status(400).json({ error: 'the body must be { "from": "…", "text": "…" }' });
          return;
        }
        const { from, text } = body;
        // A batch takes senders that are no numbers ("INFO") as they are: the message is shown without a name.
        const found = await hubspoke.directory.batchLookup([from], { tenant, actor, purpose: "inbound message" });
        const contact = found.get(from)?.contact ?? null;
        const message = { from, text, name: contact?.fullName ?? null, company: contact?.company ?? null };
        shown.unshift(message);
        response.json(message);
      });
      app.get("/", async (_request, response) => {
        const customers = await crm.selectFrom("customers").selectAll().orderBy("last_name").limit(12).execute();
        response.type("html").send(page({ customers, messages: shown }));
      });
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
