import { fileFetcher, systemClock } from "#platform";
import { createDownloader } from "../download/guarded-downloader.ts";
import type { DownloadSettings } from "../download/options.ts";
import type { Clock } from "../ports/clock.ts";
import type { Downloader } from "../ports/downloader.ts";

/**
 * Fetches files from addresses that customers, telephony systems or HubSpot records hold, without reaching into the
 * network this runs in: https, public hosts, no redirects, caps on type, size and time. On Node the host's name is
 * looked up once and the checked address is connected to; on Workers `hosts` is required, because only names can be
 * judged there. Errors: CONFIG_INVALID.
 */
export function guardedDownloader(settings: DownloadSettings & { readonly clock?: Clock } = {}): Downloader {
  const { clock = systemClock, ...rest } = settings;
  return createDownloader({ fetcher: fileFetcher(), clock }, rest);
}
