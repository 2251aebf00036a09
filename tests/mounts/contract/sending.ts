import { expect } from "vitest";
import { signature } from "../bed.ts";
import type { RouteCase, Wanted } from "./case.ts";
import type { Mount, Staged } from "./stage.ts";

/** A case with its name, `GET /path`, taken apart. */
export interface Named extends RouteCase {
  readonly key: string;
  readonly method: string;
}

export const publicUrl = "https://app.example.com/hubspot/webhooks";
/** What a browser's page of this site sends along. */
export const asPage: Readonly<Record<string, string>> = {
  "content-type": "application/json",
  "sec-fetch-site": "same-origin",
};

export interface More {
  readonly headers?: Readonly<Record<string, string>>;
  readonly mount?: Mount;
  readonly method?: string;
  /** Instead of the case's, as it is sent. */
  readonly raw?: string;
  /** A stream in so many pieces instead of a body with a length. */
  readonly pieces?: number;
  readonly signal?: AbortSignal;
}

/** Sends the case, changed in what is given. */
export function sending(one: Named, wanted: Partial<Wanted> = {}, more: More = {}): (leg: Staged) => Promise<Response> {
  return async (leg) => {
    const { path, body } = { ...one, ...wanted };
    const { query, headers } = (await one.prepare?.(leg)) ?? { query: "", headers: {} };
    const method = more.method ?? one.method;
    leg.asked.length = 0;
    const text = more.raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const signed =
      one.signedAt === undefined ? {} : signature(text ?? "", { url: publicUrl + path.replace(/^\/webhooks/, "") });
    const init: RequestInit = {
      method,
      redirect: "manual",
      headers: { "x-user": "u1", ...(method === "GET" ? {} : asPage), ...headers, ...signed, ...more.headers },
      ...(text === undefined ? {} : bodyOf(text, more.pieces)),
      ...(more.signal === undefined ? {} : { signal: more.signal }),
    };
    return leg.send(path + query, init, more.mount);
  };
}

function bodyOf(text: string, pieces: number | undefined): RequestInit {
  if (pieces === undefined) return { body: text };
  const bytes = new TextEncoder().encode(text);
  const size = Math.max(1, Math.ceil(bytes.length / pieces));
  let at = 0;
  const body = new ReadableStream({
    async pull(controller) {
      await new Promise((resolve) => setImmediate(resolve));
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(at, at + size));
      at += size;
    },
  });
  return { body, duplex: "half" } as RequestInit;
}

/** An error as every mount writes it. */
export function refusal(status: number, code: string): Record<"status" | "json" | "asked" | "headers", unknown> {
  return {
    status,
    json: { error: { code, message: expect.any(String), docs: `docs/errors/${code}.md` } },
    asked: [],
    headers: expect.objectContaining({
      "cache-control": "no-store",
      "content-type": "application/json; charset=utf-8",
      "x-content-type-options": "nosniff",
    }),
  };
}

/** Whether a concrete path is one of a pattern's. */
export function matches(pattern: string, path: string): boolean {
  const bare = path.split("?")[0] ?? "";
  return new RegExp(`^${pattern.replace(/\{\w+\}/g, "[^/]+")}$`).test(bare);
}
