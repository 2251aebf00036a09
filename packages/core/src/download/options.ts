import { HubspokeError } from "../errors/hubspoke-error.ts";

/** Where files may come from, and how large and slow they may be. */
export interface DownloadSettings {
  /**
   * Hosts that may be asked, `recordings.example.com` or `*.example.com`; any public one when absent. Required where the
   * runtime connects by name alone (Workers).
   */
  readonly hosts?: readonly string[];
  /** Default `[443]`. */
  readonly ports?: readonly number[];
  /** Default 100 MB. */
  readonly maxBytes?: number;
  /** Default 60,000. */
  readonly timeoutMs?: number;
}

export interface CheckedSettings {
  /** null: any public host. */
  readonly allowsHost: ((host: string) => boolean) | null;
  readonly ports: readonly number[];
  readonly maxBytes: number;
  readonly timeoutMs: number;
}

/** Errors: CONFIG_INVALID. */
export function checkDownloadSettings(settings: DownloadSettings = {}): CheckedSettings {
  const { hosts, ports = [443], maxBytes = 100 * 1024 * 1024, timeoutMs = 60_000 } = settings;
  if (hosts?.every((host) => /^(?:\*\.)?(?:[a-z0-9-]+\.)+[a-z0-9-]+$/i.test(host)) === false) {
    throw invalid('hosts is a list of names such as "recordings.example.com" or "*.example.com"');
  }
  if (!ports.every((port) => Number.isInteger(port) && port > 0 && port < 65_536))
    throw invalid("ports is a list of ports");
  for (const [name, value] of Object.entries({ maxBytes, timeoutMs })) {
    if (!Number.isSafeInteger(value) || value < 1) throw invalid(`${name} is a whole number above 0`);
  }
  return { allowsHost: hosts === undefined ? null : hostMatcher(hosts), ports, maxBytes, timeoutMs };
}

function hostMatcher(hosts: readonly string[]): (host: string) => boolean {
  const names = hosts.map((host) => host.toLowerCase());
  return (host) => names.some((name) => (name.startsWith("*.") ? host.endsWith(name.slice(1)) : host === name));
}

function invalid(why: string): HubspokeError<"CONFIG_INVALID"> {
  return new HubspokeError("CONFIG_INVALID", `CONFIG_INVALID: downloads.${why}`);
}
