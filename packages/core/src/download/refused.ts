import { HubspokeError } from "../errors/hubspoke-error.ts";
import type { DownloadRefusal } from "../ports/downloader.ts";

const why: Readonly<Record<DownloadRefusal, string>> = {
  address: "its address is not an https address of a host, on an allowed port and without a password in it",
  host: "its host is not in downloads.hosts, which this runtime needs because it cannot tell where a name leads",
  private_address: "its host is, or has, an address that is not public",
  redirect: "its host answered with a redirect, which is not followed; ask for the final address",
  status: "its host answered with an error; the address may have expired",
  type: "it is of another media type than asked for",
  encoding: "it is compressed, so that its size is not known before it is unpacked",
  too_large: "it is larger than allowed",
  too_slow: "it took longer than allowed",
};

/** DOWNLOAD_REFUSED. The address is not repeated: it may open the file to whoever reads the log. */
export function downloadRefused(
  reason: DownloadRefusal,
  facts: Readonly<Record<string, string | number>> = {},
): HubspokeError<"DOWNLOAD_REFUSED"> {
  return new HubspokeError(
    "DOWNLOAD_REFUSED",
    `DOWNLOAD_REFUSED: the file was not downloaded: ${why[reason]} (${reason})`,
    {
      details: { reason, ...facts },
    },
  );
}
