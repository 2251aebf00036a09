import { randomUUID } from "node:crypto";
import type { Hubspoke } from "@hubspoke/core";
import { HubspokeError, isHubspokeError } from "@hubspoke/core/errors";
import { maskPhone, requirePhone } from "@hubspoke/core/phone";
import type { Login } from "@hubspoke/example-kit/login";
import { asked } from "@hubspoke/example-kit/serve";
import { expressGuard } from "@hubspoke/express";
import { type Request, Router } from "express";
import { asKept, roles, tenant } from "./hubspoke.ts";
import type { Conversation, Messages, User } from "./messages.ts";
import type { Send } from "./openphone.ts";
import { ctxOf, signIn } from "./session.ts";

const page = 100;
const isId = /^[0-9a-f-]{36}$/;

/** What ClubOS answers itself; contacts, audit, privacy, flags and health are routes of the library, mounted beside it. */
export function api(hubspoke: Hubspoke, messages: Messages, login: Login<User>, send: Send): Router {
  const app = Router();
  app.use(expressGuard());
  app.post("/login", (req, res) => signIn(req, res, messages, login));
  app.post("/logout", async (req, res) => {
    res.set("set-cookie", await login.signOut(asked(req))).json({ signedOut: true });
  });

  const signedIn = async (req: Request): Promise<User> => {
    const user = await login.userOf(asked(req));
    if (user === null) throw new HubspokeError("ACCESS_DENIED", "sign in first");
    return user;
  };
  const admin = async (req: Request) => {
    const ctx = ctxOf(req, await signedIn(req));
    await hubspoke.directory.allow(ctx, "config");
    return ctx;
  };

  app.get("/me", async (req, res) => void res.json({ user: await login.userOf(asked(req)), roles }));

  app.get("/messages/revision", async (req, res) => {
    await signedIn(req);
    res.json({ revision: await messages.revision() });
  });

  app.get("/messages/conversations", async (req, res) => {
    const user = await signedIn(req);
    const before = typeof req.query.before === "string" ? req.query.before : null;
    if (before !== null && Number.isNaN(Date.parse(before))) throw invalid("before is a time");
    const [revision, conversations] = [await messages.revision(), await messages.list(before, page)];
    const { people, degraded } = await named(req, user, conversations);
    res.json({
      revision,
      more: conversations.length === page,
      degraded,
      conversations: conversations.map(({ id, phone, lastMessage, lastAt }) => {
        const contact = people?.get(phone)?.contact ?? null;
        return {
          id,
          phone_number: phone,
          phone_formatted: contact?.phoneFormatted ?? phone,
          customer_name: contact?.fullName || null,
          company: contact?.company ?? null,
          is_hubspot_contact: contact !== null,
          stale: contact?.stale ?? false,
          last_message: lastMessage,
          last_at: lastAt,
        };
      }),
    });
  });

  /** One batch for the whole list. Whatever goes wrong with names, the list is shown. */
  async function named(req: Request, user: User, conversations: readonly Conversation[]) {
    try {
      const phones = conversations.map(({ phone }) => phone);
      const people = await hubspoke.directory.batchLookup(phones, ctxOf(req, user));
      const failed = [...people.values()].find((found) => found.ok && found.degraded !== undefined);
      return { people, degraded: failed?.ok ? (failed.degraded?.code ?? null) : null };
    } catch (error) {
      if (!isHubspokeError(error)) throw error;
      return { people: null, degraded: error.code };
    }
  }

  app.post("/messages/conversations", async (req, res) => {
    const ctx = ctxOf(req, await signedIn(req));
    const { phone, contactId } = req.body ?? {};
    const { e164 } = requirePhone(String(phone ?? ""), { defaultRegion: "CA" });
    const id = await messages.open(e164);
    try {
      if (typeof contactId === "string") await hubspoke.directory.opened(contactId, ctx);
      await hubspoke.directory.markActive([e164], ctx);
    } catch (error) {
      // A conversation starts with or without HubSpot; only the recents miss an entry.
      if (!isHubspokeError(error)) throw error;
      console.warn(`${maskPhone(e164)} opened, not remembered: ${error.code}`);
    }
    res.status(201).json({ id });
  });

  app.get("/messages/conversations/:id", async (req, res) => {
    await signedIn(req);
    res.json({ messages: isId.test(req.params.id) ? await messages.messagesOf(req.params.id) : [] });
  });

  app.post("/messages/conversations/:id/messages", async (req, res) => {
    await signedIn(req);
    const body = typeof req.body?.body === "string" ? req.body.body.trim() : "";
    if (body === "" || body.length > 1_600) throw invalid("body is a text of 1 to 1600 characters");
    const phone = isId.test(req.params.id) ? await messages.phoneOf(req.params.id) : null;
    if (phone === null) throw new HubspokeError("NOT_FOUND", "there is no such conversation");
    const id = randomUUID();
    await messages.keepOutbound(req.params.id, id, body);
    const status = await send(phone, body);
    await messages.sent(id, status);
    res.status(201).json({ id, status });
  });

  /** How long a search would wait for its turn: what the page says instead of nothing. */
  app.get("/queue", async (req, res) => {
    await signedIn(req);
    res.json(await hubspoke.client({ tenant }).queue({ search: true }));
  });

  app.get("/operations", async (req, res) => {
    await admin(req);
    const alerts = [...(await hubspoke.openAlerts(tenant)), ...(await hubspoke.openAlerts())];
    const users = await messages.userNames();
    res.json({ alerts, users, calls: hubspoke.calls.stats(), quota: hubspoke.calls.quota() });
  });

  /** What HubSpot and the cache hold of a person, and what was written: one file. */
  app.post("/gdpr/export", async (req, res) => {
    const phone = String(req.body?.phone ?? "");
    const integration = await hubspoke.privacy.export({ phone }, ctxOf(req, await signedIn(req)));
    res.json({ integration, messages: await messages.exportOf(asKept(phone)) });
  });
  /** HubSpot's side first: it may refuse, and then nothing was removed. Both may be repeated. */
  app.post("/gdpr/erase", async (req, res) => {
    const phone = String(req.body?.phone ?? "");
    const erased = await hubspoke.privacy.erase({ phone }, ctxOf(req, await signedIn(req)));
    res.json({ ...erased, conversations: await messages.erase(asKept(phone)) });
  });
  return app;
}

function invalid(what: string): HubspokeError<"INPUT_INVALID"> {
  return new HubspokeError("INPUT_INVALID", what);
}
