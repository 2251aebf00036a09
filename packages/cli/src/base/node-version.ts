const needed = [22, 19] as const;

/** What to say on a Node that is too old, which would fail at something nobody understands; null where it is not. */
export function tooOld(version: string): string | null {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [wantedMajor, wantedMinor] = needed;
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return null;
  return `hubspoke needs Node ${needed.join(".")} or newer; this is ${version}. Install a newer one from https://nodejs.org\n`;
}
