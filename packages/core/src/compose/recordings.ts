import type { RecordingPort } from "../activities/recording.ts";
import type { Clients } from "../client/create-clients.ts";
import type { Guard } from "../guard/guard.ts";
import type { Downloader } from "../ports/downloader.ts";

/** Recordings of calls: sound, and the containers that hold it. */
const types = ["audio/*", "video/mp4", "video/webm"] as const;
const folderPath = "/hubspoke-recordings";

/**
 * Recordings come in by the guarded downloader and go to HubSpot's file store, for users of the account alone. The
 * downloader is made at the first of them: on Workers it needs an allowlist that hosts without recordings do not have.
 */
export function recordingsFor(
  makeDownloader: () => Downloader,
  clients: Pick<Clients, "client">,
  guard: Pick<Guard, "checkText">,
): RecordingPort {
  let downloader: Downloader | undefined;
  return {
    mayLeave: (url) => guard.checkText(url, "hs_note_body").length === 0,
    async fetch(url, signal) {
      downloader ??= makeDownloader();
      const downloaded = await downloader.download(url, { types, signal });
      return { contentType: downloaded.type, data: await downloaded.blob() };
    },
    async store({ tenant, lane, signal }, { data, contentType, fileName }) {
      const hs = clients.client({ tenant, lane, ...(signal === undefined ? {} : { signal }) });
      // PRIVATE: its address opens for nobody without a signature (hubspot-facts §7.5).
      const place = { access: "PRIVATE", folderPath, overwrite: true } as const;
      return (await hs.files.upload({ ...place, data, contentType, fileName })).id;
    },
  };
}
