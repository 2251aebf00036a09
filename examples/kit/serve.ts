import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import express, { type Request as Asking, type Express, type Router } from "express";
import { pageHeaders } from "./headers.ts";
import type { Asked } from "./login.ts";

export interface Served {
  readonly url: string;
  /** Takes no more requests, and lets go of those who keep their connection. */
  close(): Promise<void>;
}

/** An application that says nothing of itself and lets its pages load nothing from elsewhere. */
export function application(): Express {
  const app = express();
  app.disable("x-powered-by");
  return app.use((_req, res, next) => {
    res.set(pageHeaders);
    next();
  });
}

/** A request of Express, as a login and the library's guard want it. */
export function asked({ protocol, host, originalUrl, headers }: Asking): Asked {
  const named = Object.entries(headers).flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : []));
  const url = `${protocol}://${host}${originalUrl}`;
  return { url: URL.canParse(url) ? url : "http://nowhere.invalid/", headers: new Headers(Object.fromEntries(named)) };
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
