import { describe, expect, it } from "vitest";
import { keepRecording } from "../activities/recording.ts";
import type { Clients } from "../client/create-clients.ts";
import { HubspokeError } from "../errors/hubspoke-error.ts";
import { createGuard } from "../guard/guard.ts";
import { recordingsFor } from "./recordings.ts";

const scope = { tenant: "acme", lane: "interactive" } as const;
const recording = { url: "https://calls.example.com/1", upload: true };

function bed(download: () => Promise<Blob> = async () => new Blob(["la la"]), upload?: () => Promise<{ id: string }>) {
  const asked: unknown[] = [];
  const uploaded: unknown[] = [];
  let made = 0;
  const clients = {
    client: () => ({
      files: {
        upload: async (file: { data: Blob }) => {
          uploaded.push({ ...file, data: await file.data.text() });
          return upload?.() ?? { id: "77" };
        },
      },
    }),
  } as unknown as Pick<Clients, "client">;
  const port = recordingsFor(
    () => {
      made++;
      return {
        async download(url, { types }) {
          asked.push([url, types]);
          const body = await download();
          return { type: "audio/mpeg", length: null, body: body.stream(), blob: async () => body };
        },
      };
    },
    clients,
    createGuard(),
  );
  return { port, asked, uploaded, made: () => made };
}

const refused = (reason: string) => () =>
  Promise.reject(new HubspokeError("DOWNLOAD_REFUSED", "DOWNLOAD_REFUSED: no", { details: { reason } }));

describe("a recording to be uploaded", () => {
  it("comes in by the guarded downloader and goes to the file store, private, under a name of its activity", async () => {
    const { port, asked, uploaded } = bed();
    expect(await keepRecording(port, scope, recording, "key", 0)).toEqual({
      note: { url: recording.url, problem: null },
      fileId: "77",
    });
    expect(asked).toEqual([[recording.url, ["audio/*", "video/mp4", "video/webm"]]]);
    expect(uploaded).toEqual([
      {
        access: "PRIVATE",
        folderPath: "/hubspoke-recordings",
        overwrite: true,
        data: "la la",
        contentType: "audio/mpeg",
        fileName: "recording-key.mp3",
      },
    ]);
  });

  it("is not fetched when only a link is asked for, and no downloader is made before it is needed", async () => {
    const { port, made } = bed();
    expect(await keepRecording(port, scope, { url: recording.url }, "key", 0)).toMatchObject({ fileId: null });
    expect(made()).toBe(0);
  });

  const signed = "https://b.s3.amazonaws.com/1.mp3?X-Amz-Credential=AKIAIOSFODNN7EXAMPLE&X-Amz-Signature=aeeed9bbccd4";

  it("is fetched by an address that holds a key, which itself stays here", async () => {
    const { port, asked } = bed();
    expect(await keepRecording(port, scope, { url: signed, upload: true }, "key", 0)).toEqual({
      note: { url: null, problem: null },
      fileId: "77",
    });
    expect(asked).toMatchObject([[signed, expect.anything()]]);
    const link = await keepRecording(port, scope, { url: signed }, "key", 0);
    expect(link).toEqual({ note: { url: null, problem: "OUTBOUND_REFUSED" }, fileId: null });
  });

  it.each(["private_address", "redirect", "type", "too_large", "host"])(
    "stays a link at once when it is refused: %s",
    async (reason) => {
      const { port } = bed(refused(reason));
      const kept = await keepRecording(port, scope, recording, "key", 0);
      expect(kept).toEqual({ note: { url: recording.url, problem: `DOWNLOAD_REFUSED, ${reason}` }, fileId: null });
    },
  );

  it("that may come yet is waited for, three attempts long", async () => {
    for (const fail of [
      refused("status"),
      () => Promise.reject(new HubspokeError("NETWORK_FAILED", "NETWORK_FAILED: no")),
    ]) {
      const { port } = bed(fail);
      for (const tries of [0, 1, 2]) {
        await expect(keepRecording(port, scope, recording, "key", tries)).rejects.toBeInstanceOf(HubspokeError);
      }
      expect(await keepRecording(port, scope, recording, "key", 3)).toMatchObject({ fileId: null });
    }
  });

  it("stays a link when the file store is closed to us, and waits when the upload's outcome is unknown", async () => {
    const failing = (code: "AUTH_SCOPE_MISSING" | "UNKNOWN_OUTCOME") =>
      bed(undefined, () => Promise.reject(new HubspokeError(code, `${code}: no`)));
    const kept = await keepRecording(failing("AUTH_SCOPE_MISSING").port, scope, recording, "key", 0);
    expect(kept.note.problem).toBe("AUTH_SCOPE_MISSING");
    await expect(keepRecording(failing("UNKNOWN_OUTCOME").port, scope, recording, "key", 0)).rejects.toThrow(
      "UNKNOWN_OUTCOME",
    );
  });

  it("a failure that is no error of ours is not taken for an answer", async () => {
    const { port } = bed(() => Promise.reject(new TypeError("bug")));
    await expect(keepRecording(port, scope, recording, "key", 9)).rejects.toThrow("bug");
  });
});
