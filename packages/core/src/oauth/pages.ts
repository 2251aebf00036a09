/** What a login came to, as told to a browser: names and ids only. */
export interface LoginResult {
  readonly connected: boolean;
  readonly portalId: string | null;
  /** The error's code; null when connected. */
  readonly code: string | null;
}

export interface LoginPage {
  readonly status: number;
  readonly result: LoginResult;
  /** The origin whose window opened this one and may hear the result; null: nobody is told. */
  readonly openerOrigin: string | null;
  /** Of the CSPRNG, for the one script this page may run. */
  readonly nonce: string;
}

/** Nothing here is cached, framed, or told to other sites: the address of this page holds a code and a state. */
export const privateHeaders: Readonly<Record<string, string>> = {
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/**
 * The page at the end of a login that has nowhere to go. In a popup it posts
 * `{ source: "hubspoke", connected, portalId, code }` to its opener and closes; a host page that hears nothing (a
 * browser may cut the tie to the opener on HubSpot's pages) sees the popup close and asks for the status.
 */
export function loginPage({ status, result, openerOrigin, nonce }: LoginPage): Response {
  const title = result.connected ? "HubSpot is connected" : "HubSpot was not connected";
  const detail = result.connected ? "You can close this window." : `Start again (${result.code ?? "INTERNAL"}).`;
  const script = openerOrigin === null ? "" : popupScript(result, openerOrigin, nonce);
  const html = `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title><body><h1>${title}</h1><p>${escapeHtml(detail)}</p>${script}</body></html>`;
  const scripts = openerOrigin === null ? "" : `; script-src 'nonce-${nonce}'`;
  return new Response(html, {
    status,
    headers: {
      ...privateHeaders,
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": `default-src 'none'${scripts}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    },
  });
}

function popupScript(result: LoginResult, origin: string, nonce: string): string {
  const message = inScript({ source: "hubspoke", ...result });
  return `<script nonce="${nonce}">if (window.opener) window.opener.postMessage(${message}, ${inScript(origin)}); window.close();</script>`;
}

/** JSON that ends no script element and no line of one. */
function inScript(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
