import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { RequestHandler } from "express";

/** WARP's own API has two keys: one looks, the other changes things as well. */
export interface Keys {
  readonly read: string;
  readonly write: string;
}

/** WARP_READ_KEY and WARP_WRITE_KEY, else keys of this start. */
export function keysFrom(env: NodeJS.ProcessEnv): Keys {
  const made = () => randomBytes(18).toString("base64url");
  return { read: env.WARP_READ_KEY || made(), write: env.WARP_WRITE_KEY || made() };
}

/** What the bearer of this header is: `admin` with the write key, `viewer` with the other; null for anybody else. */
export function roleOf(keys: Keys, authorization: string | null | undefined): "admin" | "viewer" | null {
  const given = hashed(/^Bearer (.+)$/.exec(authorization ?? "")?.[1] ?? "");
  if (timingSafeEqual(given, hashed(keys.write))) return "admin";
  return timingSafeEqual(given, hashed(keys.read)) ? "viewer" : null;
}

const hashed = (text: string): Buffer => createHash("sha256").update(text).digest();

/** Reading takes either key, everything else the write key. */
export function guard(keys: Keys): RequestHandler {
  return (req, res, next) => {
    const role = roleOf(keys, req.get("authorization"));
    if (role === "admin" || (role === "viewer" && req.method === "GET")) return next();
    const [status, code] = role === null ? ([401, "UNAUTHORIZED"] as const) : ([403, "ACCESS_DENIED"] as const);
    const message = role === null ? "send a key: Authorization: Bearer …" : "this key only reads";
    res.status(status).json({ error: { code, message } });
  };
}
