const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text that is shown as it is, in an element or a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] as string);
}

/** Text as HTML: escaped, its line breaks kept. */
export function textAsHtml(text: string): string {
  return escapeHtml(text).replace(/\r\n|\r|\n/g, "<br>");
}

/** What HTML says, for comparing: without tags, entities and the shape of white space. Linear in the length. */
export function htmlAsText(html: string): string {
  const plain = html.replace(/<br\s*\/?>|<\/(?:p|div|li)>/gi, " ").replace(/<[^<>]*>/g, "");
  const decoded = plain.replace(/&(amp|lt|gt|quot|#0?39|apos|nbsp);/g, (_whole, name: string) => named[name] ?? "'");
  return decoded.replace(/\s+/g, " ").trim();
}

const named: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', nbsp: " " };

/** The longest beginning of `text` whose escaped form has at most `limit` characters; never half a character. */
export function cutForHtml(text: string, limit: number): string {
  if (textAsHtml(text).length <= limit) return text;
  let length = 0;
  let out = "";
  for (const character of text) {
    length += textAsHtml(character).length;
    if (length > limit - 1) break;
    out += character;
  }
  return `${out}…`;
}
