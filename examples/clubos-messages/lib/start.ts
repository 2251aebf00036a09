import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { Hubspoke } from "@hubspoke/core";
import { HubspokeError } from "@hubspoke/core/errors";
import { around, hasHubSpot, type StartOptions } from "@hubspoke/example-kit/around";
import { failed } from "@hubspoke/example-kit/failed";
import { hostFor } from "@hubspoke/example-kit/login";
import { opened } from "@hubspoke/example-kit/opened";
import type { FoundPostgres } from "@hubspoke/example-kit/postgres";
import { application, asked, pages, serve } from "@hubspoke/example-kit/serve";
import { type Simulated, simulatedHubSpot } from "@hubspoke/example-kit/simulated-hubspot";
import { expressRouter, keepRawBody } from "@hubspoke/express";
import express from "express";
import { api } from "./api.ts";
import { asKept, integrate, nameSender, tenant } from "./hubspoke.ts";
import { Messages } from "./messages.ts";
import { isSigned, openPhone, readInbound, type Send } from "./openphone.ts";
import { loginFor } from "./session.ts";

/** With a simulated HubSpot, which begins anew at each start, both schemas do so too and are gone after the stop. */
export interface ClubOSOptions extends StartOptions {
  readonly send?: Send;
}

export interface ClubOS {
  readonly url: string;
  readonly hubspoke: Hubspoke;
  readonly messages: Messages;
  readonly postgres: FoundPostgres;
  /** What texts that come in are signed with: OpenPhone's key, or that of the simulated customers. */
  readonly webhookKey: string;
  /** Null when a real HubSpot is behind it. */
  readonly hubspot: Simulated | null;
  /** Done when every sender whose message was kept so far has been looked up, or could not be. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** The whole product: server, page, worker. */
export function start(given: ClubOSOptions): Promise<ClubOS> {
  return opened(async (keep) => {
    const { port, env = process.env, send = openPhone(env) } = given;
    const host = hostFor(env);
    const made = () => (hasHubSpot(env) ? refuse() : randomBytes(32).toString("base64"));
    const webhookKey = env.OPENPHONE_WEBHOOK_SECRET || made();
    const simulate = () => simulatedHubSpot({ seed: 22, people: 200 });
    const { hubspot, postgres, schemaName, surroundings } = await around(keep, "clubos", given, simulate);
    const messages = keep(await Messages.open(postgres.url, schemaName, hubspot !== null));
    const login = loginFor(messages, env.LOGIN_PASSWORD);
    const hubspoke = keep(integrate(postgres.url, `${schemaName}_hubspoke`, messages, surroundings));
    keep(hubspoke.worker().start());
    const naming = new Set<Promise<void>>();
    const settled = async () => void (await Promise.all(naming));
    keep({ close: settled });

    const app = application();

    /** Kept first, answered next, looked up then: HubSpot has no part in whether a message arrives. */
    app.post("/api/webhooks/openphone", express.raw({ type: () => true, limit: "256kb" }), async (req, res) => {
      const raw: Buffer = Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0);
      const signed = await isSigned(raw, req.get("openphone-signature"), webhookKey, Date.now());
      if (!signed) return void res.sendStatus(401);
      const message = readInbound(raw);
      if (message === undefined) return void res.sendStatus(400);
      if (message === null) return void res.sendStatus(204);
      const phone = asKept(message.from);
      await messages.keepInbound(phone, message.id, message.body);
      res.sendStatus(204);
      const work = nameSender(hubspoke, messages, phone, message.eventId).finally(() => naming.delete(work));
      naming.add(work);
    });

    app.use("/api", express.json({ limit: "256kb", verify: keepRawBody }), api(hubspoke, messages, login, send));
    app.use(
      "/api",
      expressRouter<express.Request>(hubspoke, {
        routers: ["contacts", "audit", "privacy", "flags", "health", "openapi"],
        perMinute: 600,
        async authorize(_request, { req }) {
          const user = await login.userOf(asked(req));
          if (user === null) return { denied: "not signed in" };
          return { tenant, actor: { id: user.id, role: user.role }, purpose: "customer-service" };
        },
      }),
    );
    app.use(pages(join(import.meta.dirname, "../page")));
    app.use(failed);

    const { url } = keep(await serve(app, port, host));
    return { url, hubspoke, messages, postgres, webhookKey, hubspot, settled };
  });
}

/** Whoever may post texts unsigned may write in anybody's name. */
function refuse(): never {
  const what = "set OPENPHONE_WEBHOOK_SECRET, the signing secret of OpenPhone's webhook: without it nobody could tell";
  throw new HubspokeError("CONFIG_INVALID", `CONFIG_INVALID: ${what} OpenPhone's texts from anybody's`);
}
