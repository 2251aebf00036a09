export interface Answer {
  readonly status: number;
  /** What JSON holds, or the text of anything else. */
  // biome-ignore lint/suspicious/noExplicitAny: answers of many routes, looked into by the assertions
  readonly body: any;
  readonly headers: Headers;
  /** Where it leads; null where it does not. */
  readonly location: string | null;
}

/** Asks for an address, whole or of the product's. */
export type Browser = (method: string, path: string, body?: unknown) => Promise<Answer>;

/** Somebody's browser on a page at `base`: keeps its cookies in `jar`, says where it comes from, follows nothing. */
export function browser(base: string, jar: Map<string, string> = new Map()): Browser {
  return async (method, path, body) => {
    const response = await fetch(path.startsWith("http") ? path : base + path, {
      method,
      redirect: "manual",
      headers: {
        accept: "application/json",
        "content-type": "application/json",
        "sec-fetch-site": "same-origin",
        cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; "),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [name = "", value = ""] = cookie.split(";")[0]!.split("=");
      jar.set(name, value);
    }
    const { status, headers } = response;
    const text = await response.text();
    return { status, headers, body: /^[[{]/.test(text) ? JSON.parse(text) : text, location: headers.get("location") };
  };
}

/** Agrees on the simulated HubSpot's own page, for one of its accounts; where HubSpot sends the browser then. */
export async function approved(authUrl: string, portalId: number): Promise<string> {
  const consent = await (await fetch(authUrl)).text();
  const [, href = ""] = /id="approve" href="([^"]+)"/.exec(consent) ?? [];
  const approve = new URL(href.replaceAll("&amp;", "&"), authUrl);
  approve.pathname = `/oauth/${portalId}/authorize`;
  return (await fetch(approve, { redirect: "manual" })).headers.get("location") ?? "nowhere";
}
