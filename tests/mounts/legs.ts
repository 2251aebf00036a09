import { createServer, type RequestListener, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { expressRouter, keepRawBody } from "@hubspoke/express";
import { keepRawBody as honoKeepRawBody, honoRouter } from "@hubspoke/hono";
import express from "express";
import { Hono } from "hono";
import { authorize, type Bed } from "./bed.ts";

export interface Running {
  /** Sends to a path below the mount. */
  send(path: string, init?: RequestInit): Promise<Response>;
  close(): Promise<void>;
}

export interface Leg {
  readonly name: string;
  /** A body parser of the host answers malformed JSON before us. */
  readonly parsesFirst?: true;
  start(bed: Bed): Promise<Running>;
}

/** The Hono package declares it; tests stand beside it. */
const { getRequestListener } = createRequire(new URL("../../packages/hono/package.json", import.meta.url))(
  "@hono/node-server",
) as { getRequestListener: (fetch: (request: Request) => Response | Promise<Response>) => RequestListener };

/** A listener on a real server. */
export async function served(listener: RequestListener): Promise<Running & { readonly url: string }> {
  const server: Server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    send: (path, init) => fetch(`${url}/hubspot${path}`, init),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function direct(answer: (request: Request) => Response | Promise<Response>): Running {
  return {
    send: async (path, init) => answer(new Request(`http://127.0.0.1:8080/hubspot${path}`, init)),
    close: async () => {},
  };
}

function expressApp(bed: Bed, ...before: express.RequestHandler[]): express.Express {
  const app = express();
  for (const middleware of before) app.use(middleware);
  app.use("/hubspot", expressRouter(bed.hubspoke, { authorize }));
  return app;
}

function honoApp(bed: Bed, ...before: Parameters<Hono["use"]>[1][]): Hono {
  const app = new Hono();
  for (const middleware of before) app.use("*", middleware);
  return app.route("/hubspot", honoRouter(bed.hubspoke, { authorize }));
}

const readsJson: Parameters<Hono["use"]>[1] = async (c, next) => {
  if (c.req.method === "POST") await c.req.text();
  await next();
};

/** Every way of mounting that must behave the same. */
export const legs: readonly Leg[] = [
  {
    name: "plain Fetch",
    start: async ({ hubspoke }) => direct((request) => hubspoke.handle(request, { basePath: "/hubspot", authorize })),
  },
  { name: "Express", start: (bed) => served(expressApp(bed)) },
  {
    name: "Express behind express.json({ verify: keepRawBody })",
    parsesFirst: true,
    start: (bed) => served(expressApp(bed, express.json({ limit: "10mb", verify: keepRawBody }))),
  },
  {
    name: "Express behind express.raw()",
    start: (bed) => served(expressApp(bed, express.raw({ type: "*/*", limit: "10mb" }))),
  },
  {
    name: "an Express 4 parser that read nothing and set req.body all the same",
    start: (bed) =>
      served(
        expressApp(bed, (req, _res, next) => {
          req.body = {};
          next();
        }),
      ),
  },
  {
    name: "node:http without a framework",
    start: async ({ hubspoke }) => {
      const router = expressRouter(hubspoke, { authorize });
      return served((req, res) => {
        const originalUrl = req.url ?? "/";
        router(Object.assign(req, { originalUrl, baseUrl: "/hubspot" }), res, () => res.destroy());
      });
    },
  },
  { name: "Hono", start: async (bed) => direct((request) => honoApp(bed).request(request)) },
  { name: "Hono on node-server", start: (bed) => served(getRequestListener(honoApp(bed).fetch)) },
  {
    name: "Hono on node-server behind keepRawBody and a reader",
    start: (bed) => served(getRequestListener(honoApp(bed, honoKeepRawBody, readsJson).fetch)),
  },
];

/** Mounts whose bytes are gone when we get the request. */
export const consumedLegs: readonly Leg[] = [
  {
    name: "plain Fetch",
    start: async ({ hubspoke }) =>
      direct(async (request) => {
        await request.text();
        return hubspoke.handle(request, { basePath: "/hubspot", authorize });
      }),
  },
  { name: "Express behind express.json()", start: (bed) => served(expressApp(bed, express.json())) },
  { name: "Express behind express.text()", start: (bed) => served(expressApp(bed, express.text({ type: "*/*" }))) },
  {
    name: "Express behind a logger that drains the stream",
    start: (bed) =>
      served(
        expressApp(bed, (req, _res, next) => {
          req.resume();
          req.on("end", next);
        }),
      ),
  },
  {
    name: "Express behind a reader that has only just begun",
    start: (bed) =>
      served(
        expressApp(bed, (req, _res, next) => {
          req.on("data", () => {});
          next();
        }),
      ),
  },
  { name: "Hono behind a reader", start: async (bed) => direct((request) => honoApp(bed, readsJson).request(request)) },
  {
    name: "Hono on node-server behind a reader",
    start: (bed) => served(getRequestListener(honoApp(bed, readsJson).fetch)),
  },
];
