import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import express, { type Express, type Router } from "express";

export interface Served {
  readonly url: string;
  /** Takes no more requests, and lets go of those who keep their connection. */
  close(): Promise<void>;
}

const policy = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

/** An application that says nothing of itself and lets its pages load nothing from elsewhere. */
export function application(): Express {
  const app = express();
  app.disable("x-powered-by");
  return app.use((_req, res, next) => {
    res.set({ "content-security-policy": policy, "referrer-policy": "no-referrer" });
    next();
  });
}

/** A folder of plain pages, and what all of them share: their imports lead there in the browser and in the repository. */
export function pages(folder: string): Router {
  const shared = express.static(join(import.meta.dirname, "page"));
  return express.Router().use("/kit/page", shared).use(express.static(folder));
}

/** Listens; 0 is any free port. Rejects when it cannot. */
export async function serve(app: Express, port: number, host = "127.0.0.1"): Promise<Served> {
  const server = createServer(app);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, host, resolve);
  });
  return {
    // By this name HubSpot, and its simulator, take http.
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    async close() {
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
    },
  };
}
