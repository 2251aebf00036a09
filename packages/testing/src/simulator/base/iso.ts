/** A record is shown many times between two writes. */
const written = new Map<number, string>();
const most = 1_000;

/** A moment as HubSpot writes it. */
export function iso(at: number): string {
  const known = written.get(at);
  if (known !== undefined) return known;
  const text = new Date(at).toISOString();
  if (written.size >= most) written.clear();
  written.set(at, text);
  return text;
}
