import type { SimulatorOptions } from "../../../src/simulator.ts";
import { type Answer, type Bench, bench } from "../helpers.ts";

export const FILES = "/files/2026-09/files";
export const FOLDERS = "/files/2026-09/folders";

export interface FileBench extends Bench {
  send(method: string, path: string, fields: Record<string, unknown>, content?: BlobPart[]): Promise<Answer>;
  upload(fields?: Record<string, unknown>, ...content: BlobPart[]): Promise<Answer>;
  /** As anybody would, without a token. */
  open(url: string): Promise<Answer>;
}

/** A bench with an upload: fields as given, `options` as JSON. */
export function fileBench(options: SimulatorOptions = {}): FileBench {
  const made = bench(options);
  async function send(method: string, path: string, fields: Record<string, unknown>, content: BlobPart[] = ["meow"]) {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) {
      form.append(name, typeof value === "string" ? value : JSON.stringify(value));
    }
    for (const part of content) form.append("file", new Blob([part], { type: "image/png" }), "cat.png");
    return answerOf(await made.sim.fetch(`https://api.hubapi.com${path}`, { method, headers: auth(made), body: form }));
  }
  const upload = (fields: Record<string, unknown> = {}, ...content: BlobPart[]) =>
    send(
      "POST",
      FILES,
      { options: { access: "PUBLIC_INDEXABLE" }, folderPath: "/pets", ...fields },
      content.length === 0 ? undefined : content,
    );
  const open = async (url: string) => answerOf(await made.sim.fetch(url));
  return { ...made, send, upload, open };
}

function auth({ sim }: Bench): Record<string, string> {
  return { authorization: `Bearer ${sim.token}` };
}

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.includes("json") ?? false;
  return { status: response.status, body: isJson ? JSON.parse(text) : text, headers: response.headers };
}
